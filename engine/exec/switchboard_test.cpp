// Executions do not depend on where agents are switched: in the interpreter or in the machine's
// loop, by a rule or by asking.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <optional>
#include <tuple>
#include <vector>

#include "engine/exec/machine_fixture.hpp"

namespace heddle::engine {
namespace {

// Everything that agents can come across between two switches: accesses, actions of the machine,
// calls without a visible action, calls into another instance, local work, traps.
constexpr std::string_view kLibrary = R"((module
  (memory (export "memory") 1 2 shared)
  (func (export "bump") (param i32) (result i32)
    (i32.add (i32.atomic.rmw.add offset=64 (i32.const 0) (local.get 0)) (i32.const 1)))))";
constexpr std::string_view kModule = R"((module
  (import "library" "memory" (memory 1 2 shared))
  (import "library" "bump" (func $bump (param i32) (result i32)))
  (func (export "nothing") (param $times i32))
  (func (export "count") (param $times i32)
    (loop $next
      (i32.store offset=8 (i32.const 0)
        (i32.add (i32.load offset=8 (i32.const 0)) (i32.const 1)))
      (br_if $next (local.tee $times (i32.sub (local.get $times) (i32.const 1))))))
  (func (export "call") (param $times i32)
    (loop $next
      (drop (call $bump (i32.atomic.load8_u (i32.const 8))))
      (br_if $next (local.tee $times (i32.sub (local.get $times) (i32.const 1))))))
  (func (export "wait") (param $times i32)
    (loop $next
      (drop (memory.atomic.wait32 (i32.const 16) (i32.const 0) (i64.const 10)))
      (drop (memory.atomic.notify (i32.const 16) (i32.const 1)))
      (atomic.fence)
      (i64.atomic.store offset=24 (i32.const 0) (i64.const 7))
      (br_if $next (local.tee $times (i32.sub (local.get $times) (i32.const 1))))))
  (func (export "lock") (param $times i32)
    (loop $again
      (br_if $again (i32.atomic.rmw.cmpxchg (i32.const 40) (i32.const 0) (i32.const 1))))
    (i32.store offset=44 (i32.const 0)
      (i32.add (i32.load offset=44 (i32.const 0)) (local.get $times)))
    (i32.atomic.store (i32.const 40) (i32.const 0)))
  (func (export "poll") (param $times i32)
    (loop $again
      (drop (i32.atomic.load (i32.const 48)))
      (if (i32.ne (i32.atomic.load (i32.const 40)) (i32.const 1))
        (then (br_if $again (i32.lt_u (i32.load offset=8 (i32.const 0)) (i32.const 4))))))
    (i32.atomic.store (i32.const 48) (i32.const 1)))
  (func (export "grow") (param $times i32)
    (drop (i32.atomic.rmw.add (i32.const 32) (memory.size)))
    (drop (memory.grow (i32.const 1)))
    (i32.store (i32.const 65536) (i32.const 1)))
  (func (export "trap") (param $times i32)
    (i32.atomic.store (i32.const 12) (local.get $times))
    (i32.atomic.store (i32.const 13) (local.get $times)))))";

constexpr std::array<const char*, 8> kFunctions{"nothing", "count", "call", "wait",
                                                "lock",    "poll",  "grow", "trap"};

class RuleChooser final : public core::Chooser {
 public:
  RuleChooser(core::Rule::Kind kind, std::uint64_t seed, bool tells)
      : kind_(kind), tells_(tells), rng_(seed) {}

  core::Choice choose(const core::ChoicePoint& point) override {
    for (std::size_t i = 0; i < point.pending.size(); ++i) {
      const core::PendingAction action = point.pending[i];
      digest_.add_u32(action.agent.index);
      digest_.add_u32(action.where.offset);
      digest_.add_u64(action.location.offset);
    }
    return kind_ == core::Rule::Kind::InTurn ? next_in_turn(point)
                                             : point.options[rng_.below(point.options.size())];
  }
  [[nodiscard]] core::Rule rule() override {
    return tells_ ? core::Rule{kind_, &rng_} : core::Rule{};
  }
  // Of all pending actions that were seen.
  [[nodiscard]] core::Digest seen() const { return digest_.finish(); }

 private:
  core::Rule::Kind kind_;
  bool tells_;
  core::Rng rng_;
  core::Digester digest_;
};

// For each agent, the calls that it makes.
using Program = std::vector<std::vector<std::size_t>>;

core::Execution execute(const Program& program, core::Chooser& chooser,
                        const MachineOptions& options) {
  static const auto kLibraryCompiled = compile(kLibrary);
  static const auto kCompiled = compile(kModule);
  Machine machine(options, chooser);
  return machine.run("main", [&program](Agent& main) {
    const Instance& library = instantiate(main, kLibraryCompiled);
    const auto resolve = [&library](std::string_view, std::string_view name) {
      return std::optional<ExternValue>(library.exports.find(name)->second);
    };
    const Instance& instance = instantiate(main, kCompiled, resolve);
    for (const std::vector<std::size_t>& calls : program) {
      std::ignore = main.spawn("T", [&instance, &calls](Agent& agent) {
        for (const std::size_t function : calls) {
          const auto times = static_cast<std::uint32_t>(function % 5 + 1);
          const core::Outcome outcome = call(
              agent, instance, kFunctions[function % kFunctions.size()], {core::Value::i32(times)});
          if (outcome.kind != core::OutcomeKind::Returned) return agent.set_outcome(outcome);
        }
      });
    }
  });
}

Program arbitrary_program() {
  const auto calls =
      rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, 30));
  Program program;
  const auto agents = *rc::gen::inRange(1, 5);
  for (int i = 0; i < agents; ++i) program.push_back(*calls);
  return program;
}

void check_equal(const core::Execution& left, const core::Execution& right) {
  RC_LOG() << left.steps << " or " << right.steps << " steps\n"
           << story(left.trace) << "\n"
           << story(right.trace) << "\n";
  RC_ASSERT(core::print(left.schedule) == core::print(right.schedule));
  RC_ASSERT(left.trace == right.trace);
  RC_ASSERT(left.ends == right.ends);
  RC_ASSERT(left.steps == right.steps);
  RC_ASSERT(left.preemptions == right.preemptions);
  RC_ASSERT(left.limit == right.limit);
  RC_ASSERT(left.newly_shared == right.newly_shared);
}

RC_GTEST_PROP(Switchboard, changes_no_execution, (std::uint64_t seed, bool is_in_turn)) {
  const auto kind = is_in_turn ? core::Rule::Kind::InTurn : core::Rule::Kind::Uniform;
  const Program program = arbitrary_program();
  MachineOptions options;
  options.steps_max = *rc::gen::element(std::uint64_t{1'000'000}, std::uint64_t{50});
  options.instructions_max =
      *rc::gen::element(MachineOptions().instructions_max, std::uint64_t{40});
  options.blocks_spinners = *rc::gen::weightedElement<bool>({{3, true}, {1, false}});
  if (!options.blocks_spinners) options.steps_max = std::min<std::uint64_t>(options.steps_max, 500);
  options.faults.early_timeouts = *rc::gen::arbitrary<bool>();
  options.points =
      *rc::gen::element(core::PointMode::All, core::PointMode::Shared, core::PointMode::Sync);
  const auto shared = std::make_shared<core::SharedLocations>();
  const auto begin = *rc::gen::inRange<std::uint64_t>(0, 64);
  shared->add(
      {.memory = 0, .begin = begin, .end = begin + *rc::gen::inRange<std::uint64_t>(0, 16)});
  options.shared = shared;
  RC_LOG() << core::to_string(options.points) << "\n";
  MachineOptions outside = options;
  outside.switches_inside = false;
  outside.permits_max = 1;
  for (const core::Recording recording :
       {core::Recording::Full, core::Recording::Digest, core::Recording::Nothing}) {
    options.recording = recording;
    outside.recording = recording;
    RuleChooser by_rule(kind, seed, true);
    RuleChooser by_asking(kind, seed, false);
    RuleChooser in_the_loop(kind, seed, false);
    const core::Execution expected = execute(program, in_the_loop, outside);
    check_equal(execute(program, by_rule, options), expected);
    const core::Execution asked = execute(program, by_asking, options);
    check_equal(asked, expected);
    RC_ASSERT(asked.trace_digest == expected.trace_digest);
    RC_ASSERT(by_asking.seen() == in_the_loop.seen());
  }
}

TEST(Switchboard, takes_more_decisions_than_it_has_room_for) {
  const Program program{std::vector<std::size_t>(200, 1), std::vector<std::size_t>(200, 9)};
  MachineOptions outside;
  outside.switches_inside = false;
  RuleChooser by_rule(core::Rule::Kind::Uniform, 1, true);
  RuleChooser in_the_loop(core::Rule::Kind::Uniform, 1, false);
  const core::Execution execution = execute(program, by_rule, {});
  EXPECT_GT(execution.schedule.choices.size(), 1000U);
  EXPECT_EQ(execution.schedule, execute(program, in_the_loop, outside).schedule);
}

TEST(Switchboard, stops_where_the_chooser_wants_to) {
  const Program program{{1, 2, 3}, {1, 2, 3}};
  RuleChooser random(core::Rule::Kind::Uniform, 3, false);
  const core::Execution whole = execute(program, random, {});
  ASSERT_GT(whole.schedule.choices.size(), 10U);
  for (std::size_t size = 1; size <= 10; ++size) {
    const std::vector prefix(whole.schedule.choices.begin(),
                             whole.schedule.choices.begin() + static_cast<std::ptrdiff_t>(size));
    Scripted chooser(prefix, true);
    const core::Execution execution = execute(program, chooser, {});
    EXPECT_EQ(execution.schedule.choices, prefix);
    EXPECT_EQ(execution.limit, "stopped");
  }
}

}  // namespace
}  // namespace heddle::engine
