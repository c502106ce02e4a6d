// The laws of docs/architecture.md that speak of whole programs, for random schedules.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

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

const Program& any_program() {
  return *programs()[*rc::gen::inRange<std::size_t>(0, programs().size())];
}

RC_GTEST_PROP(Laws, TheSameSeedGivesTheSameTrace, (std::uint64_t seed)) {
  const Program& program = any_program();
  const core::Execution first = execute(program, seed);
  const core::Execution second = execute(program, seed);
  RC_ASSERT(core::digest_of(first.trace) == core::digest_of(second.trace));
  RC_ASSERT(first.schedule == second.schedule);
  RC_ASSERT(first.ends == second.ends);
}

RC_GTEST_PROP(Laws, AScheduleStrictlyReplayedGivesItselfAndItsTrace, (std::uint64_t seed)) {
  const Program& program = any_program();
  const core::Execution first = execute(program, seed);
  const auto parsed = core::parse_schedule(core::print(first.schedule));
  RC_ASSERT(parsed.has_value());
  const Replayed again = replay(program, *parsed, ReplayMode::Strict, {});
  RC_ASSERT(!again.divergence.has_value());
  RC_ASSERT(again.execution.schedule.choices == first.schedule.choices);
  RC_ASSERT(core::digest_of(again.execution.trace) == core::digest_of(first.trace));
  RC_ASSERT(again.verdict == program.judge(first));
}

RC_GTEST_PROP(Laws, EveryPrefixRunsUnderEveryTail, (std::uint64_t seed)) {
  const Program& program = any_program();
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
  const Program& program = any_program();
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
