// What may go wrong because the schedule says so: tables that do not grow, calls that find the
// stack exhausted, and collections at any allocation. (Memories that do not grow: machine_memory.)
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "engine/exec/machine_fixture.hpp"

namespace heddle::engine {
namespace {

using core::ChoiceKind;
using core::OutcomeKind;

// Tables, recursion, and objects; `round` uses all of them, and memory that others use.
constexpr std::string_view kFragile = R"((module
  (type $cell (struct (field $next (ref null $cell)) (field $value i32)))
  (memory (export "m") 1 1 shared)
  (table $t (export "t") 1 4 funcref)
  (func (export "grow") (param i32) (result i32)
    (table.grow $t (ref.null func) (local.get 0)))
  (func $down (export "down") (param i32) (result i32)
    (if (result i32) (i32.eqz (local.get 0))
      (then (i32.const 0))
      (else (i32.add (i32.const 1) (call $down (i32.sub (local.get 0) (i32.const 1)))))))
  (func $twice (export "twice") (param i32) (result i32)
    (i32.add (call $down (local.get 0)) (call $down (local.get 0))))
  (func $list (param $n i32) (result (ref null $cell)) (local $list (ref null $cell))
    (loop $more
      (if (local.get $n) (then
        (local.set $list (struct.new $cell (local.get $list) (local.get $n)))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $more))))
    (local.get $list))
  (func $sum (param $list (ref null $cell)) (result i32) (local $sum i32)
    (block $end (loop $more
      (br_if $end (ref.is_null (local.get $list)))
      (local.set $sum (i32.add (local.get $sum) (struct.get $cell $value (local.get $list))))
      (local.set $list (struct.get $cell $next (local.get $list)))
      (br $more)))
    (local.get $sum))
  (func (export "round") (result i32) (local $list (ref null $cell))
    (local.set $list (call $list (i32.const 4)))
    (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
    (drop (table.grow $t (ref.null func) (i32.const 1)))
    (drop (i32.atomic.rmw.add (i32.const 0) (call $twice (i32.const 3))))
    (call $sum (local.get $list)))
))";

// One agent, one call.
core::Execution run_call(core::Chooser& chooser, const core::Faults& faults,
                         const std::string& function, std::uint32_t argument,
                         core::Outcome& outcome) {
  static const auto kModule = compile(kFragile);
  MachineOptions options;
  options.faults = faults;
  Machine machine(options, chooser);
  return machine.run("main", [&](Agent& agent) {
    outcome = call(agent, instantiate(agent, kModule), function, {core::Value::i32(argument)});
  });
}

TEST(TableGrowth, may_fail_if_the_schedule_says_so) {
  for (const bool succeeds : {false, true}) {
    Scripted chooser(succeeds ? "grow:1" : "grow:0");
    core::Outcome outcome;
    const core::Execution execution = run_call(chooser, {.table_grow = true}, "grow", 3, outcome);
    EXPECT_EQ(number(outcome), succeeds ? 1 : 0xffff'ffff);
    EXPECT_EQ(execution.schedule.choices.size(), 1U);
  }
}

TEST(TableGrowth, is_no_choice_where_it_must_fail_or_may_not) {
  FirstOption chooser;
  core::Outcome outcome;
  EXPECT_TRUE(run_call(chooser, {.table_grow = true}, "grow", 4, outcome).schedule.choices.empty());
  EXPECT_EQ(number(outcome), 0xffff'ffff);
  EXPECT_TRUE(run_call(chooser, {}, "grow", 3, outcome).schedule.choices.empty());
  EXPECT_EQ(number(outcome), 1);
}

TEST(CallDepth, may_be_reached_at_every_new_depth) {
  for (std::size_t deepest = 0; deepest < 5; ++deepest) {
    std::vector<core::Choice> choices(deepest, {ChoiceKind::Fault, 0});
    choices.push_back({ChoiceKind::Fault, static_cast<std::uint64_t>(core::FaultKind::CallDepth)});
    Scripted chooser(choices);
    core::Outcome outcome;
    const core::Execution execution = run_call(chooser, {.call_depth = true}, "down", 5, outcome);
    EXPECT_EQ(outcome.kind, OutcomeKind::Exhausted);
    EXPECT_EQ(outcome.message, "call stack exhausted");
    EXPECT_EQ(execution.schedule.choices, choices);
  }
}

TEST(CallDepth, is_a_choice_only_where_nobody_has_been_before) {
  FirstOption chooser;
  core::Outcome outcome;
  // Down five calls from the first call of `down`; the second time, all of that is known.
  EXPECT_EQ(run_call(chooser, {.call_depth = true}, "twice", 5, outcome).schedule.choices.size(),
            6U);
  EXPECT_EQ(number(outcome), 10);
  EXPECT_TRUE(run_call(chooser, {}, "twice", 5, outcome).schedule.choices.empty());
}

TEST(CallDepth, is_no_choice_where_the_limit_is_reached) {
  static const auto kModule = compile(kFragile);
  FirstOption chooser;
  MachineOptions options;
  options.faults.call_depth = true;
  options.thread.call_depth_max = 3;
  Machine machine(options, chooser);
  const core::Execution execution = machine.run("main", [&](Agent& agent) {
    const core::Outcome outcome =
        call(agent, instantiate(agent, kModule), "down", {core::Value::i32(5)});
    EXPECT_EQ(outcome.kind, OutcomeKind::Exhausted);
  });
  EXPECT_EQ(execution.schedule.choices.size(), 2U);
}

// Two agents that use everything that may go wrong.
core::Execution run_two(core::Chooser& chooser, MachineOptions options) {
  static const auto kModule = compile(kFragile);
  Machine machine(options, chooser);
  return machine.run("main", [&](Agent& agent) {
    const Instance& instance = instantiate(agent, kModule);
    const auto body = [&](Agent& self) { self.set_outcome(call(self, instance, "round")); };
    const core::AgentId a = agent.spawn("a", body);
    const core::AgentId b = agent.spawn("b", body);
    agent.join(a);
    agent.join(b);
  });
}

RC_GTEST_PROP(Faults, are_repeated_by_their_schedule, (std::uint64_t seed)) {
  MachineOptions options;
  options.faults.table_grow = *rc::gen::arbitrary<bool>();
  options.faults.call_depth = *rc::gen::arbitrary<bool>();
  options.faults.collections = *rc::gen::arbitrary<bool>();
  RandomOption random(seed);
  const core::Execution first = run_two(random, options);
  Scripted same(first.schedule.choices);
  options.switches_inside = *rc::gen::arbitrary<bool>();
  options.permits_max = *rc::gen::element<std::uint64_t>(1, ~std::uint64_t{0});
  const core::Execution second = run_two(same, options);
  RC_ASSERT(second.schedule == first.schedule);
  RC_ASSERT(core::digest_of(second.trace) == core::digest_of(first.trace));
  RC_ASSERT(second.ends.size() == first.ends.size());
  for (std::size_t i = 0; i < first.ends.size(); ++i) {
    RC_ASSERT(second.ends[i].outcome == first.ends[i].outcome);
  }
}

class AlwaysCollects final : public FirstOption {
 public:
  core::Choice choose(const core::ChoicePoint& point) override {
    const bool is_collection = point.options.front().kind == ChoiceKind::CollectGarbage;
    return is_collection ? point.options.back() : FirstOption::choose(point);
  }
};

// Every allocation of either agent is an occasion, and no object that is in use is lost.
TEST(Faults, collect_garbage_at_any_allocation) {
  MachineOptions options;
  options.faults.collections = true;
  AlwaysCollects chooser;
  const core::Execution execution = run_two(chooser, options);
  EXPECT_EQ(
      std::ranges::count(execution.schedule.choices, core::Choice{ChoiceKind::CollectGarbage, 1}),
      8);
  for (const std::size_t agent : {1U, 2U}) {
    EXPECT_EQ(number(execution.ends[agent].outcome), 1 + 2 + 3 + 4);
  }
}

}  // namespace
}  // namespace heddle::engine
