// The theorem of reads_from_search.hpp, held against naive enumeration of all programs that are
// small enough for it.
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <set>
#include <sstream>
#include <string>

#include "harness/explore/byte_machine.hpp"
#include "harness/explore/naive.hpp"
#include "harness/explore/reads_from_strategy.hpp"

namespace heddle::harness {
namespace bytes {

void showValue(const Program& program, std::ostream& os) {  // NOLINT: RapidCheck looks it up
  for (const auto& agent : program.agents) {
    os << "agent:";
    for (const Instruction& one : agent) {
      os << " {" << static_cast<int>(one.op) << " at " << one.address << " size " << one.size
         << " value " << one.value << " expected " << one.expected << " source " << one.source
         << "}";
    }
    os << "\n";
  }
}

}  // namespace bytes

namespace {

using bytes::Instruction;
using bytes::Op;
using bytes::Program;

// What a set of executions has shown.
struct Shown {
  std::map<std::uint64_t, std::uint64_t> classes;  // how often
  std::set<std::string> ends;
  std::set<std::string> orders;  // of calls, with the ends
  std::uint64_t executions = 0;
  std::uint64_t redundant = 0;
  bool is_complete = false;
};

// For every two calls, whether the first had returned when the second was invoked.
std::string order_of_calls(const core::Execution& execution) {
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::string> before;  // by agent and number
  std::map<std::uint32_t, std::uint64_t> invoked;
  std::map<std::uint32_t, std::uint64_t> returned;
  for (const core::Event& event : execution.trace.events) {
    const core::ActionKind kind = execution.trace.actions_of(event).front().kind;
    const std::uint32_t agent = event.agent.index;
    if (kind == core::ActionKind::Return) ++returned[agent];
    if (kind != core::ActionKind::Invoke) continue;
    std::string& text = before[{agent, invoked[agent]++}];
    for (const auto& [other, count] : returned) {
      if (count > 0) text += std::to_string(other) + ":" + std::to_string(count) + " ";
    }
  }
  std::string text = execution.observation.substr(0, execution.observation.find('|'));
  for (const auto& [call, calls] : before) text += "/" + calls;
  return text;
}

Shown explore(const Program& program, Strategy& strategy, const ReadsFromOptions& options,
              std::uint64_t executions_max = 30'000) {
  Shown shown;
  while (shown.executions + shown.redundant < executions_max && strategy.begin_execution()) {
    const core::Execution execution = bytes::Run(program, strategy).run();
    strategy.end_execution(execution);
    if (strategy.is_redundant()) {
      ++shown.redundant;
      continue;
    }
    ++shown.executions;
    const ReadsFromGraph graph(execution, {}, options);
    EXPECT_TRUE(graph.is_valid());
    ++shown.classes[graph.class_identity()];
    const std::size_t end =
        options.final_memory ? std::string::npos : execution.observation.find('|');
    shown.ends.insert(execution.observation.substr(0, end));
    if (options.call_order) shown.orders.insert(order_of_calls(execution));
  }
  shown.is_complete = strategy.coverage() == Coverage::Complete;
  return shown;
}

Shown naive(const Program& program, const ReadsFromOptions& options = {}) {
  NaiveStrategy strategy;
  return explore(program, strategy, options);
}

Shown by_class(const Program& program, const ReadsFromOptions& options = {}) {
  ReadsFromStrategy strategy(options);
  return explore(program, strategy, options);
}

std::set<std::uint64_t> names(const Shown& shown) {
  std::set<std::uint64_t> names;
  for (const auto& [name, count] : shown.classes) names.insert(name);
  return names;
}

// Any accesses, of sizes and at places that overlap.
Instruction any_instruction(bool is_mixed) {
  constexpr int kOps = static_cast<int>(Op::Notify) + 1;
  Instruction one;
  one.op = static_cast<Op>(*rc::gen::resize(100, rc::gen::inRange(0, kOps)));
  one.size = 4;
  one.address = 4 * *rc::gen::inRange<std::uint32_t>(0, 2);
  const bool is_queue = one.op == Op::Wait || one.op == Op::WaitFor || one.op == Op::Notify;
  if (is_mixed && !is_queue) {
    one.size = std::uint32_t{1} << *rc::gen::resize(100, rc::gen::inRange(0, 4));
    one.address = *rc::gen::resize(100, rc::gen::inRange<std::uint32_t>(0, 8));
  }
  one.value = *rc::gen::resize(100, rc::gen::inRange<std::uint64_t>(0, 3));
  one.expected = *rc::gen::resize(100, rc::gen::inRange<std::uint64_t>(0, 2));
  one.source = 4 * *rc::gen::resize(100, rc::gen::inRange<std::uint32_t>(0, 2));
  return one;
}

Program any_program(bool is_mixed) {
  Program program;
  const int agents = *rc::gen::resize(100, rc::gen::inRange(2, 4));
  for (int i = 0; i < agents; ++i) {
    auto& code = program.agents.emplace_back();
    const int length = *rc::gen::resize(100, rc::gen::inRange(1, agents == 2 ? 5 : 4));
    for (int k = 0; k < length; ++k) code.push_back(any_instruction(is_mixed));
  }
  return program;
}

void check_theorem(const Program& program, const ReadsFromOptions& options) {
  RC_LOG() << "program:\n";
  std::ostringstream text;
  showValue(program, text);
  RC_LOG() << text.str();
  const Shown all = naive(program, options);
  if (!all.is_complete) return;
  const Shown found = by_class(program, options);
  RC_ASSERT(found.is_complete);
  RC_ASSERT(names(found) == names(all));
  RC_ASSERT(found.executions == found.classes.size());
  RC_ASSERT(found.ends == all.ends);
  RC_ASSERT(found.orders == all.orders);
}

RC_GTEST_PROP(ReadsFromSearch, runs_one_execution_of_each_class, ()) {
  check_theorem(any_program(false), {});
}

RC_GTEST_PROP(ReadsFromSearch, runs_one_execution_of_each_class_of_mixed_sizes, ()) {
  check_theorem(any_program(true), {});
}

RC_GTEST_PROP(ReadsFromSearch, tells_final_memories_apart_if_they_count, ()) {
  check_theorem(any_program(*rc::gen::arbitrary<bool>()), {.final_memory = true});
}

RC_GTEST_PROP(ReadsFromSearch, tells_orders_of_calls_apart_if_they_count, ()) {
  Program program = any_program(false);
  program.has_calls = true;
  check_theorem(program, {.call_order = true});
}

Instruction load(std::uint32_t address, std::uint32_t size = 4) {
  return {Op::Load, address, size};
}
Instruction store(std::uint32_t address, std::uint64_t value = 1, std::uint32_t size = 4) {
  return {Op::Store, address, size, value};
}
Instruction add(std::uint32_t address) { return {Op::Add, address, 4, 1}; }
Instruction wait(std::uint32_t address) { return {Op::Wait, address, 4, 0, 0}; }
Instruction wait_for(std::uint32_t address) { return {Op::WaitFor, address, 4, 0, 0}; }
Instruction notify(std::uint32_t address) { return {Op::Notify, address, 4, 1}; }
Instruction copy(std::uint32_t to, std::uint32_t from) { return {Op::Copy, to, 4, 0, 0, from}; }

std::uint64_t count(const Program& program, const ReadsFromOptions& options = {}) {
  const Shown found = by_class(program, options);
  EXPECT_TRUE(found.is_complete);
  EXPECT_EQ(found.redundant, 0U);
  EXPECT_EQ(found.executions, found.classes.size());
  return found.executions;
}

TEST(ReadsFromSearch, counts_the_classes_of_known_programs) {
  EXPECT_EQ(count({{{store(0), load(4)}, {store(4), load(0)}}}), 3U);
  EXPECT_EQ(count({{{store(0), store(4)}, {load(4), load(0)}}}), 3U);
  EXPECT_EQ(count({{{add(0)}, {add(0)}, {add(0)}}}), 6U);
  EXPECT_EQ(count({{{load(0)}, {load(0)}, {load(0)}}}), 1U);
  EXPECT_EQ(count({{{store(0)}, {store(0)}}}), 1U);
  EXPECT_EQ(count({{{store(0)}, {store(0)}}}, {.final_memory = true}), 2U);
  const std::vector<Instruction> increment{load(0), store(0)};
  EXPECT_EQ(count({{increment, increment, increment, increment, increment}}), 1296U);
}

TEST(ReadsFromSearch, does_not_tell_writers_apart_that_nobody_reads) {
  Program program;
  for (int i = 0; i < 7; ++i) program.agents.push_back({store(0)});
  program.agents.push_back({load(0)});
  EXPECT_EQ(count(program), 8U);
}

// A notify that comes before a timeout does not only change the queue: it wakes the agent. With
// calls, it writes more than the queue.
TEST(ReadsFromSearch, a_notify_before_a_timeout_wakes_the_agent_instead) {
  const Program program{.agents = {{load(0), wait_for(0)}, {wait_for(0), notify(0)}},
                        .has_calls = true};
  const ReadsFromOptions options{.call_order = true};
  const Shown all = naive(program, options);
  const Shown found = by_class(program, options);
  EXPECT_EQ(names(found), names(all));
  EXPECT_EQ(found.orders, all.orders);
  EXPECT_EQ(found.redundant, 0U);
}

// Found by the properties above, after thousands of programs.
TEST(ReadsFromSearch, finds_what_it_has_missed_once) {
  const ReadsFromOptions orders{.call_order = true};
  const std::vector<std::pair<Program, ReadsFromOptions>> programs{
      // A wait that times out has left the queue, also where it is woken instead.
      {{.agents = {{wait_for(4), store(0, 0)}, {load(0), wait_for(0), notify(4)}}}, {}},
      {{.agents = {{load(0), wait_for(0)}, {wait_for(0), notify(0)}, {load(0)}}, .has_calls = true},
       orders},
      // Whether one cell can be read from somewhere hangs on what else has to change.
      {{.agents = {{{Op::Notify, 0, 4, 0}, {Op::Wait, 0, 4, 0, 1}, load(2)},
                   {{Op::Add, 2, 4, 0}, {Op::Wait, 0, 4, 0, 1}, store(4, 1, 1)},
                   {{Op::Compare, 3, 2, 0, 0}}}},
       {}},
  };
  for (const auto& [program, options] : programs) {
    const Shown all = naive(program, options);
    const Shown found = by_class(program, options);
    EXPECT_TRUE(found.is_complete);
    EXPECT_EQ(names(found), names(all));
    EXPECT_EQ(found.orders, all.orders);
    EXPECT_EQ(found.ends, all.ends);
  }
}

// Each needs two reads to change at once, or something that did not happen.
TEST(ReadsFromSearch, finds_what_a_search_over_single_reads_would_miss) {
  const std::vector<Program> programs{
      {{{wait(0)}, {wait(0)}}},
      {{{store(0), notify(0)}, {wait(0)}}},
      {{{store(0), notify(0)}, {wait_for(0)}}},
      {{{notify(0)}, {wait_for(0)}, {wait_for(0)}}},
      {{{store(1, 0, 2), load(0)}, {add(0)}}},
      {{{store(4), load(0)}, {copy(0, 4)}}},
  };
  for (const Program& program : programs) {
    const Shown all = naive(program);
    const Shown found = by_class(program);
    EXPECT_EQ(names(found), names(all));
    EXPECT_EQ(found.ends, all.ends);
  }
}

}  // namespace
}  // namespace heddle::harness
