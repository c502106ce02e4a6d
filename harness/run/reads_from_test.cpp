// The theorem of harness/explore/reads_from_search.hpp, held against naive enumeration on programs
// small enough for it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "harness/explore/naive.hpp"
#include "harness/explore/reads_from_strategy.hpp"
#include "harness/run/run_fixture.hpp"

namespace heddle::harness {
namespace {

// What a set of executions has shown: how often each class, and each end.
struct Shown {
  std::map<std::uint64_t, std::uint64_t> classes;
  std::set<std::string> ends;
  std::uint64_t redundant = 0;
  bool is_complete = false;
};

// Chooses as a strategy does, and remembers what a graph needs.
class Remembering final : public core::Chooser {
 public:
  explicit Remembering(core::Chooser& inner) : inner_(inner) {}
  [[nodiscard]] core::Choice choose(const core::ChoicePoint& point) override {
    const core::Choice chosen = inner_.choose(point);
    const bool is_step = point.options.front().kind == core::ChoiceKind::NextAgent ||
                         point.options.front().kind == core::ChoiceKind::TimeoutFires;
    if (!is_step) {
      seen.answers.push_back({point.step, chosen, {point.options.begin(), point.options.end()}});
    }
    return chosen;
  }
  [[nodiscard]] bool wants_stop() const override { return inner_.wants_stop(); }
  Seen seen;

 private:
  core::Chooser& inner_;
};

constexpr std::uint64_t kNaiveMax = 40'000;

Shown explore(const Program& program, Strategy& strategy, const ReadsFromOptions& equivalence,
              ExecuteOptions options = {}) {
  options.wants_observation = true;
  Shown shown;
  for (std::uint64_t i = 0; i < kNaiveMax && strategy.begin_execution(); ++i) {
    Remembering chooser(strategy);
    const core::Execution execution = program.execute(chooser, options);
    strategy.end_execution(execution);
    if (strategy.is_redundant()) {
      ++shown.redundant;
      continue;
    }
    const ReadsFromGraph graph(execution, chooser.seen, equivalence);
    EXPECT_TRUE(graph.is_valid());
    ++shown.classes[graph.class_identity()];
    std::string end = execution.observation;
    if (!equivalence.final_memory) end = end.substr(0, end.find(" | memory"));
    shown.ends.insert(end);
  }
  shown.is_complete = strategy.coverage() == Coverage::Complete;
  return shown;
}

Shown naive(const Program& program, const ReadsFromOptions& equivalence,
            const ExecuteOptions& options = {}) {
  NaiveStrategy strategy;
  return explore(program, strategy, equivalence, options);
}

Shown by_class(const Program& program, const ReadsFromOptions& equivalence,
               const ExecuteOptions& options = {}) {
  ReadsFromStrategy strategy(equivalence);
  return explore(program, strategy, equivalence, options);
}

std::set<std::uint64_t> names(const Shown& shown) {
  std::set<std::uint64_t> names;
  for (const auto& [name, count] : shown.classes) names.insert(name);
  return names;
}

std::string module_text(std::string_view functions,
                        std::string_view memory = "(memory 1 1 shared)") {
  std::string text = "name: test\nmodule: |\n  (module (import \"env\" \"memory\" ";
  text += memory;
  text += ")\n";
  text += functions;
  return text + "  )\n";
}

// One agent for each string of instructions.
std::string agents(const std::vector<std::string>& bodies,
                   std::string_view memory = "(memory 1 1 shared)") {
  std::string functions;
  std::string processes = "processes:\n";
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    const std::string name = "f" + std::to_string(i);
    functions += "    (func (export \"" + name + "\") (result i64) (local $sum i64)\n" + bodies[i] +
                 "      (local.get $sum))\n";
    processes += "  - operations: [{call: " + name + "}]\n";
  }
  return module_text(functions, memory) + processes + "expect: pass\n";
}

std::string sum_with(const std::string& text) {
  return "      (local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 31)) " + text +
         "))\n";
}
std::string result_of(const std::string& text) {
  return sum_with("(i64.extend_i32_u " + text + ")");
}

// One instruction, whose result becomes part of what the agent returns.
std::string instruction(std::string_view name, int address, std::vector<std::string> operands,
                        std::string_view result) {
  std::string text = "(" + std::string(name) + " (i32.const " + std::to_string(address) + ")";
  for (const std::string& operand : operands) text += " " + operand;
  text += ")";
  if (result.empty()) return "      " + text + "\n";
  return result == "i32" ? result_of(text) : sum_with(text);
}

// Waits for a value by looking again and again.
std::string spin(int address, int value) {
  return "      (loop $again (br_if $again (i32.ne (i32.const " + std::to_string(value) +
         ") (i32.atomic.load (i32.const " + std::to_string(address) + ")))))\n";
}

std::string i32(int value) { return "(i32.const " + std::to_string(value) + ")"; }
std::string i64(int value) { return "(i64.const " + std::to_string(value) + ")"; }

// Any access: sizes and places that overlap, atomic and not.
std::string any_instruction() {
  const int word = 8 * *rc::gen::inRange(0, 2);
  const int value = *rc::gen::inRange(0, 3);
  const int other = *rc::gen::inRange(0, 3);
  switch (*rc::gen::inRange(0, 16)) {
    case 0:
      return instruction("i32.atomic.load", word, {}, "i32");
    case 1:
      return instruction("i32.atomic.store", word, {i32(value)}, "");
    case 2:
      return instruction("i32.load", word, {}, "i32");
    case 3:
      return instruction("i32.store", word, {i32(value)}, "");
    case 4:
      return instruction("i32.atomic.rmw.add", word, {i32(value)}, "i32");
    case 5:
      return instruction("i32.atomic.rmw.xchg", word, {i32(value)}, "i32");
    case 6:
      return instruction("i32.atomic.rmw.cmpxchg", word, {i32(other), i32(value)}, "i32");
    case 7:
      return instruction("i64.atomic.load", 8, {}, "i64");
    case 8:
      return instruction("i64.store", 6, {i64(value)}, "");
    case 9:
      return instruction("i32.atomic.load8_u", word + other, {}, "i32");
    case 10:
      return instruction("i32.store16", word + 1, {i32(value)}, "");
    case 11:
      return instruction("i32.atomic.rmw8.cmpxchg_u", word + 1, {i32(other), i32(value)}, "i32");
    case 12:
      return instruction("i64.load", 4, {}, "i64");
    case 13:
      return instruction("memory.atomic.wait32", word, {i32(other), i64(value - 1)}, "i32");
    case 14:
      return instruction("memory.atomic.notify", word, {i32(value)}, "i32");
    default:
      return instruction("memory.atomic.notify", word, {i32(value)}, "i32");
  }
}

// What blocks, or hangs on more than what other agents write: loops that wait for a value, waits of
// all kinds, memories that grow, or do not.
std::string any_special(bool has_spins) {
  const int word = 8 * *rc::gen::inRange(0, 2);
  const int value = *rc::gen::inRange(0, 2);
  switch (*rc::gen::inRange(has_spins ? 0 : 2, 10)) {
    case 0:
    case 1:
      return spin(word, value);
    case 8:
      return instruction("i32.atomic.store", word, {i32(value)}, "");
    case 2:
      return instruction("i32.atomic.rmw.add", word, {i32(1)}, "i32");
    case 3:
      return instruction("memory.atomic.wait32", word, {i32(value), i64(-1)}, "i32");
    case 4:
      return instruction("memory.atomic.wait32", word, {i32(value), i64(5)}, "i32");
    case 5:
      return instruction("memory.atomic.notify", word, {i32(1 + value)}, "i32");
    case 6:
      return result_of("(memory.grow (i32.const 1))");
    case 7:
      return instruction("i32.atomic.load", 65536, {}, "i32");
    default:
      return result_of("(memory.size)");
  }
}

std::string any_special_instruction() { return any_special(false); }
std::string any_special_or_spin() { return any_special(true); }

using Generator = std::string (*)();

// At most nine instructions: naive enumeration has at most 9! / (3!)^3 = 1680 orders, and timeouts.
std::vector<std::string> any_bodies(Generator generator = any_instruction) {
  const int count = *rc::gen::inRange(2, 4);
  std::vector<std::string> bodies;
  for (int i = 0; i < count; ++i) {
    std::string body;
    const int length = *rc::gen::inRange(1, count == 2 ? 5 : 4);
    for (int k = 0; k < length; ++k) body += generator();
    bodies.push_back(body);
  }
  return bodies;
}

void check_theorem(const std::string& text, const ReadsFromOptions& equivalence,
                   const ExecuteOptions& options = {}) {
  const auto program = scenario(text);
  RC_ASSERT(program != nullptr);
  const Shown all = naive(*program, equivalence, options);
  if (!all.is_complete) RC_DISCARD("too many to enumerate");
  const Shown found = by_class(*program, equivalence, options);
  RC_ASSERT(found.is_complete);
  for (const auto& [name, count] : found.classes) RC_ASSERT(count == 1U);
  RC_ASSERT(names(found) == names(all));
  RC_ASSERT(found.ends == all.ends);
}

RC_GTEST_PROP(ReadsFromSearch, runs_one_execution_of_each_class, ()) {
  const std::string text = agents(any_bodies());
  RC_LOG() << text;
  check_theorem(text, {});
}

RC_GTEST_PROP(ReadsFromSearch, tells_final_memories_apart_if_they_count, ()) {
  const std::string text = agents(any_bodies());
  RC_LOG() << text;
  check_theorem(text, {.final_memory = true});
}

RC_GTEST_PROP(ReadsFromSearch, covers_waits_that_time_out_and_memories_that_grow, ()) {
  const std::string text = agents(any_bodies(any_special_instruction), "(memory 1 2 shared)");
  ExecuteOptions options;
  options.faults.memory_grow = *rc::gen::arbitrary<bool>();
  RC_LOG() << text << "fails to grow: " << options.faults.memory_grow << "\n";
  check_theorem(text, {.final_memory = *rc::gen::arbitrary<bool>()}, options);
}

// How often an agent looks again before it is blocked is a matter of the schedule, and so are the
// classes; what comes of it is not.
RC_GTEST_PROP(ReadsFromSearch, finds_all_ends_of_programs_that_spin, ()) {
  const std::string text = agents(any_bodies(any_special_or_spin), "(memory 1 2 shared)");
  RC_LOG() << text;
  const ReadsFromOptions equivalence{.final_memory = *rc::gen::arbitrary<bool>()};
  const auto program = scenario(text);
  RC_ASSERT(program != nullptr);
  const Shown all = naive(*program, equivalence);
  if (!all.is_complete) RC_DISCARD("too many to enumerate");
  const Shown found = by_class(*program, equivalence);
  RC_ASSERT(found.is_complete);
  for (const auto& [name, count] : found.classes) RC_ASSERT(count == 1U);
  RC_ASSERT(found.ends == all.ends);
}

std::uint64_t count(const std::vector<std::string>& bodies,
                    const ReadsFromOptions& equivalence = {}) {
  const auto program = scenario(agents(bodies));
  const Shown found = by_class(*program, equivalence);
  EXPECT_TRUE(found.is_complete);
  EXPECT_EQ(found.redundant, 0U);
  return found.classes.size();
}

std::string load(int address) { return instruction("i32.atomic.load", address, {}, "i32"); }
std::string store(int address, int value) {
  return instruction("i32.atomic.store", address, {i32(value)}, "");
}
std::string wait(int address, int value, int timeout_ns) {
  return instruction("memory.atomic.wait32", address, {i32(value), i64(timeout_ns)}, "i32");
}
std::string notify(int address, int agents) {
  return instruction("memory.atomic.notify", address, {i32(agents)}, "i32");
}
std::string add(int address) { return instruction("i32.atomic.rmw.add", address, {i32(1)}, "i32"); }

TEST(ReadsFromSearch, counts_the_classes_of_small_programs) {
  EXPECT_EQ(count({store(0, 1) + load(8), store(8, 1) + load(0)}), 3U);  // store buffer
  EXPECT_EQ(count({store(0, 1) + store(8, 1), load(8) + load(0)}), 3U);  // messages
  EXPECT_EQ(count({add(0), add(0), add(0)}), 6U);                        // 3!
  EXPECT_EQ(count({load(0), load(0), load(0)}), 1U);
  EXPECT_EQ(count({store(0, 1), store(0, 2), load(0)}), 3U);
  EXPECT_EQ(count({store(0, 1), store(0, 2)}), 1U);
  EXPECT_EQ(count({store(0, 1), store(0, 2)}, {.final_memory = true}), 2U);
}

// Each is what a search over simple reads and writes would miss.
TEST(ReadsFromSearch, finds_what_needs_two_changes_at_once) {
  const std::vector<std::vector<std::string>> programs{
      {wait(0, 0, -1), wait(0, 0, -1)},
      {store(0, 1) + notify(0, 1), wait(0, 0, -1)},
      {store(0, 1) + notify(0, 1), wait(0, 0, 1)},
      {notify(0, 1), wait(0, 0, 1), wait(0, 0, 1)},
      {instruction("i32.store16", 9, {i32(0)}, "") + load(8), add(8)},
  };
  for (const auto& bodies : programs) {
    const auto program = scenario(agents(bodies));
    const Shown all = naive(*program, {});
    const Shown found = by_class(*program, {});
    EXPECT_EQ(names(found), names(all)) << agents(bodies);
    EXPECT_EQ(found.ends, all.ends) << agents(bodies);
  }
}

}  // namespace
}  // namespace heddle::harness
