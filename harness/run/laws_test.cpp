// The laws of docs/architecture.md that speak of whole programs, for random programs and schedules.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

#include "harness/explore/make_strategy.hpp"
#include "harness/explore/naive.hpp"
#include "harness/run/replay_program.hpp"
#include "harness/run/run_fixture.hpp"

namespace heddle::harness {
namespace {

// Programs that share, wait, time out, deadlock and fail; made once.
const std::vector<std::unique_ptr<Program>>& programs() {
  static const std::vector<std::unique_ptr<Program>> kPrograms = [] {
    std::vector<std::unique_ptr<Program>> made;
    for (const char* name : {"atomics/lost_update", "chaos/timeout_ignored", "chaos/lock_order",
                             "waiting/notify_one", "structures/treiber_aba"}) {
      auto program = load_program(std::string(HEDDLE_SOURCE_DIR "/scenarios/") + name + ".yaml");
      EXPECT_TRUE(program.has_value()) << name;
      if (program) made.push_back(*std::move(program));
    }
    made.push_back(script(R"(
      (module $Mem (memory (export "m") 1 2 shared))
      (thread $T (shared (module $Mem)) (register "mem" $Mem)
        (module (memory (import "mem" "m") 1 2 shared) (data (i32.const 0) "ab")
          (func (export "f") (drop (memory.grow (i32.const 1))) (i32.store (i32.const 4)
            (i32.load8_u (i32.const 1)))))
        (thread $U (shared (module $Mem)) (register "mem" $Mem)
          (module (memory (import "mem" "m") 1 2 shared) (data (i32.const 1) "c")))
        (invoke "f") (wait $U)))"));
    return made;
  }();
  return kPrograms;
}

// One call of a process in a random scenario.
struct Operation {
  std::string_view function;
  int cell = 0;
  int value = 0;  // an operand
  int other = 0;  // a second one: what compare_exchange writes, or a timeout in nanoseconds

  [[nodiscard]] std::string text() const {
    std::string arguments = std::to_string(8 * cell);
    if (function != "load") arguments += ", " + std::to_string(value);
    if (function == "cas" || function == "wait") arguments += ", " + std::to_string(other);
    return "{call: " + std::string(function) + ", args: [" + arguments + "]}";
  }
};

constexpr std::string_view kOperations = R"(module: |
  (module
    (import "env" "memory" (memory 1 1 shared))
    (func (export "load") (param i32) (result i32) (i32.atomic.load (local.get 0)))
    (func (export "store") (param i32 i32) (i32.store (local.get 0) (local.get 1)))
    (func (export "add") (param i32 i32) (result i32)
      (i32.atomic.rmw.add (local.get 0) (local.get 1)))
    (func (export "plain_add") (param i32 i32)
      (i32.store (local.get 0) (i32.add (i32.load (local.get 0)) (local.get 1))))
    (func (export "cas") (param i32 i32 i32) (result i32)
      (i32.atomic.rmw.cmpxchg (local.get 0) (local.get 1) (local.get 2)))
    (func (export "wait") (param i32 i32 i64) (result i32)
      (memory.atomic.wait32 (local.get 0) (local.get 1) (local.get 2)))
    (func (export "notify") (param i32 i32) (result i32)
      (memory.atomic.notify (local.get 0) (local.get 1))))
)";

rc::Gen<Operation> operation() {
  return rc::gen::build<Operation>(
      rc::gen::set(&Operation::function,
                   rc::gen::element<std::string_view>("load", "store", "add", "plain_add", "cas",
                                                      "wait", "notify")),
      rc::gen::set(&Operation::cell, rc::gen::inRange(0, 2)),
      rc::gen::set(&Operation::value, rc::gen::inRange(0, 3)),
      // Of a wait: for ever, not at all, or for some time.
      rc::gen::set(&Operation::other, rc::gen::element(-1, 0, 1, 1000)));
}

// Two or three processes that make up to four calls on two cells; at the end, one cell is looked
// at, so that some schedules fail.
std::string any_scenario() {
  using Operations = std::vector<Operation>;
  const auto processes =
      *rc::gen::resize(4, rc::gen::container<std::vector<Operations>>(
                              *rc::gen::inRange<std::size_t>(2, 4),
                              rc::gen::nonEmpty(rc::gen::container<Operations>(operation()))));
  std::string text = "name: any\n" + std::string(kOperations) + "processes:\n";
  for (const Operations& operations : processes) {
    text += "  - operations:\n";
    for (std::size_t i = 0; i < std::min<std::size_t>(operations.size(), 4); ++i) {
      text += "      - " + operations[i].text() + "\n";
    }
  }
  return text + "finally: [{call: load, args: [0], returns: 2}]\nexpect: pass\n";
}

// One of the above, or a random scenario.
std::shared_ptr<const Program> any_program() {
  const auto index = *rc::gen::inRange<std::size_t>(0, 2 * programs().size());
  if (index < programs().size()) return {std::shared_ptr<void>(), programs()[index].get()};
  const std::string text = any_scenario();
  RC_LOG() << text;
  return scenario(text);
}

RC_GTEST_PROP(Laws, TheSameSeedGivesTheSameTrace, (std::uint64_t seed)) {
  const auto made = any_program();
  const Program& program = *made;
  const core::Execution first = execute(program, seed);
  const core::Execution second = execute(program, seed);
  RC_ASSERT(core::digest_of(first.trace) == core::digest_of(second.trace));
  RC_ASSERT(first.schedule == second.schedule);
  RC_ASSERT(first.ends == second.ends);
}

RC_GTEST_PROP(Laws, AScheduleStrictlyReplayedGivesItselfAndItsTrace, (std::uint64_t seed)) {
  const auto made = any_program();
  const Program& program = *made;
  const core::Execution first = execute(program, seed);
  const auto parsed = core::parse_schedule(core::print(first.schedule));
  RC_ASSERT(parsed.has_value());
  const Replayed again = replay(program, *parsed, ReplayMode::Strict, {});
  RC_ASSERT(!again.divergence.has_value());
  RC_ASSERT(again.execution.schedule.choices == first.schedule.choices);
  RC_ASSERT(core::digest_of(again.execution.trace) == core::digest_of(first.trace));
  RC_ASSERT(again.verdict == program.judge(first));
}

// The same for the schedules of every strategy.
RC_GTEST_PROP(Laws, WhatAStrategyHasChosenCanBeReplayed, (std::uint64_t seed)) {
  const auto made = any_program();
  const Program& program = *made;
  const auto names = strategy_names();
  const std::string name(names[*rc::gen::inRange<std::size_t>(0, names.size())]);
  const auto strategy = make_strategy(name, {.seed = seed});
  RC_ASSERT(strategy.has_value());
  for (int i = 0; i < 5 && (*strategy)->begin_execution(); ++i) {
    const core::Execution execution = program.execute(**strategy, {});
    (*strategy)->end_execution(execution);
    const Replayed again = replay(program, execution.schedule, ReplayMode::Strict, {});
    RC_ASSERT(!again.divergence.has_value());
    RC_ASSERT(again.execution.schedule == execution.schedule);
    RC_ASSERT(core::digest_of(again.execution.trace) == core::digest_of(execution.trace));
    RC_ASSERT(again.execution.preemptions == execution.preemptions);
    RC_ASSERT(again.verdict == program.judge(execution));
  }
}

// Of every strategy there is, with and without things that go wrong.
class EveryStrategy : public ::testing::TestWithParam<std::string_view> {};

TEST_P(EveryStrategy, ChoosesWhatAStrictReplayChoosesAgain) {
  constexpr core::FaultRates kRates{.pause = 0.1,
                                    .starve = 0.05,
                                    .timeout_early = 0.2,
                                    .timeout_late = 0.2,
                                    .grow = 0.3,
                                    .collect = 0.1,
                                    .clock = 0.1};
  for (const bool has_faults : {false, true}) {
    for (const auto& program : programs()) {
      StrategyOptions parameters{.seed = 7, .bytes = "some bytes to choose by"};
      ExecuteOptions options;
      if (has_faults) {
        parameters.faults = kRates;
        options.faults = core::faults_of(kRates);
      }
      const auto strategy = make_strategy(GetParam(), parameters);
      ASSERT_TRUE(strategy.has_value());
      for (int i = 0; i < 8 && (*strategy)->begin_execution(); ++i) {
        const core::Execution execution = program->execute(**strategy, options);
        (*strategy)->end_execution(execution);
        const Replayed first = replay(*program, execution.schedule, ReplayMode::Strict, options);
        ASSERT_FALSE(first.divergence.has_value()) << to_string(*first.divergence);
        EXPECT_EQ(first.execution.schedule, execution.schedule);
        EXPECT_EQ(core::digest_of(first.execution.trace), core::digest_of(execution.trace));
        EXPECT_EQ(first.execution.preemptions, execution.preemptions);
        EXPECT_EQ(first.record.count, execution.schedule.choices.size());
        // The record is of the execution, not of who has chosen.
        const Replayed second =
            replay(*program, execution.schedule, ReplayMode::Strict, options, first.record);
        EXPECT_FALSE(second.divergence.has_value());
        EXPECT_EQ(second.record, first.record);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, EveryStrategy, ::testing::ValuesIn(strategy_names()),
                         [](const auto& param) { return std::string(param.param); });

// A search for all executions sees none twice, and every random one is among them.
RC_GTEST_PROP(Laws, RandomExecutionsAreAmongAll, (std::uint64_t seed)) {
  const std::string text = any_scenario();
  RC_LOG() << text;
  const auto program = scenario(text);
  NaiveStrategy strategy;
  std::set<std::vector<core::Choice>> all;
  constexpr std::size_t kEnough = 2000;
  while (all.size() < kEnough && strategy.begin_execution()) {
    const core::Execution execution = program->execute(strategy, {});
    strategy.end_execution(execution);
    RC_ASSERT(all.insert(execution.schedule.choices).second);
  }
  RC_CLASSIFY(all.size() == kEnough, "too many");
  if (all.size() == kEnough) return;
  for (std::uint64_t i = 0; i < 5; ++i) {
    RC_ASSERT(all.contains(execute(*program, seed + i).schedule.choices));
  }
}

RC_GTEST_PROP(Laws, EveryPrefixRunsUnderEveryTail, (std::uint64_t seed)) {
  const auto made = any_program();
  const Program& program = *made;
  core::Schedule schedule = execute(program, seed).schedule;
  const std::vector<core::Choice> choices = schedule.choices;
  schedule.choices.resize(*rc::gen::inRange<std::size_t>(0, choices.size() + 1));
  for (const core::TailKind kind :
       {core::TailKind::Stop, core::TailKind::First, core::TailKind::Random}) {
    schedule.tail = {.kind = kind, .seed = kind == core::TailKind::Random ? seed : 0};
    const Replayed run = replay(program, schedule, ReplayMode::Strict, {});
    RC_ASSERT(!run.divergence.has_value());
    const auto& recorded = run.execution.schedule.choices;
    RC_ASSERT(recorded.size() >= schedule.choices.size());
    RC_ASSERT(std::equal(schedule.choices.begin(), schedule.choices.end(), recorded.begin()));
    const bool is_cut = kind == core::TailKind::Stop && schedule.choices.size() < choices.size();
    if (is_cut) RC_ASSERT(program.judge(run.execution).kind != core::VerdictKind::Pass);
  }
}

RC_GTEST_PROP(Laws, AnyChoicesCanBeReplayedLeniently, (std::vector<std::uint8_t> bytes)) {
  const auto made = any_program();
  const Program& program = *made;
  core::Schedule schedule;
  for (const std::uint8_t byte : bytes) {
    schedule.choices.push_back({.kind = static_cast<core::ChoiceKind>(byte % 10),
                                .operand = static_cast<std::uint64_t>(byte / 10)});
  }
  const Replayed first = replay(program, schedule, ReplayMode::Lenient, {});
  // What was recorded is a schedule like any other.
  const Replayed second = replay(program, first.execution.schedule, ReplayMode::Strict, {});
  RC_ASSERT(!second.divergence.has_value());
  RC_ASSERT(core::digest_of(first.execution.trace) == core::digest_of(second.execution.trace));
}

}  // namespace
}  // namespace heddle::harness
