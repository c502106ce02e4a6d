// Which judges a program is given, and in which order they speak.
#include "harness/run/panel.hpp"

#include <gmock/gmock.h>

#include "harness/run/replay_program.hpp"
#include "harness/run/repro_files.hpp"
#include "harness/run/run_fixture.hpp"

namespace heddle::harness {
namespace {

using core::Verdict;
using core::VerdictKind;
using testing::Contains;
using testing::HasSubstr;

// A store and a load that nothing orders; nothing else is wrong.
constexpr std::string_view kRace = R"(name: race
module: |
  (module
    (import "env" "memory" (memory 1 1 shared))
    (func $set (export "set") (i32.store (i32.const 0) (i32.const 1)))
    (func $get (export "get") (drop (i32.load (i32.const 0)))))
processes:
  - operations: [{call: set}]
  - operations: [{call: get}]
expect: pass
)";

std::string with_check(std::string_view scenario, const std::string& check) {
  return std::string(scenario) + "check: " + check + "\n";
}

core::VerdictKind verdict_with(const Program& program, const ExecuteOptions& options) {
  return program.judge(execute(program, 1, options)).kind;
}

TEST(Panel, LooksForRacesIfTheScenarioOrTheUserOrTheModeOfPointsWantsIt) {
  const auto program = scenario(std::string(kRace));
  EXPECT_EQ(verdict_with(*program, {}), VerdictKind::Pass);
  EXPECT_EQ(verdict_with(*program, {.checks_races = true}), VerdictKind::Fail);
  EXPECT_EQ(verdict_with(*program, {.points = core::PointMode::Sync}), VerdictKind::Fail);
  EXPECT_EQ(verdict_with(*scenario(with_check(kRace, "[races]")), {}), VerdictKind::Fail);
}

TEST(Panel, NamesFunctionInstructionAndLineOfBothAccesses) {
  const auto program = scenario(with_check(kRace, "[races]"));
  const Verdict verdict = program->judge(execute(*program));
  ASSERT_EQ(verdict.kind, VerdictKind::Fail);
  EXPECT_THAT(verdict.findings[0].place, HasSubstr(".get+"));
  EXPECT_THAT(verdict.findings[0].place, HasSubstr(".set+"));
  EXPECT_THAT(verdict.findings[0].message, HasSubstr("in set at test.yaml:5:32 (i32.store)"));
  EXPECT_THAT(verdict.findings[0].message, HasSubstr("in get at test.yaml:6:38 (i32.load)"));
}

TEST(Panel, AReproOfARaceIsReplayedWithTheJudgeThatFoundIt) {
  const auto program = scenario(std::string(kRace));
  const ExecuteOptions options{.checks_races = true};
  const core::Execution found = execute(*program, 1, options);
  const Verdict verdict = program->judge(found);
  ASSERT_EQ(verdict.kind, VerdictKind::Fail);
  const core::Repro repro = make_repro(*program, found, verdict, {.options = options});
  const Replayed again = replay(*program, repro.schedule, ReplayMode::Strict, options_of(repro));
  EXPECT_EQ(again.verdict.signature(), verdict.signature());
  EXPECT_EQ(core::digest_of(again.execution.trace), repro.trace);
}

// The call of `set` comes between the two parts of `await`, or not.
constexpr std::string_view kLostWakeup = R"(name: lost wake-up
module: |
  (module
    (import "env" "memory" (memory 1 1 shared))
    (func (export "set")
      (i32.atomic.store (i32.const 0) (i32.const 1))
      (drop (memory.atomic.notify (i32.const 4) (i32.const 1))))
    (func (export "await")
      (if (i32.eqz (i32.atomic.load (i32.const 0)))
        (then (drop (memory.atomic.wait32 (i32.const 4) (i32.const 0) (i64.const -1)))))))
processes:
  - operations: [{call: await}]
  - operations: [{call: set}]
expect: pass
)";

// The first failure among some schedules.
Verdict failure_of(const Program& program) {
  for (std::uint64_t seed = 1; seed < 100; ++seed) {
    Verdict verdict = program.judge(execute(program, seed));
    if (verdict.kind == VerdictKind::Fail) return verdict;
  }
  ADD_FAILURE() << "no schedule fails";
  return {};
}

TEST(Panel, ALostWakeupExplainsADeadlockOrIsTheFailureItself) {
  const auto is_lost_wakeup = testing::Field(&core::Finding::rule, "lost-wakeup");
  const Verdict explained = failure_of(*scenario(std::string(kLostWakeup)));
  EXPECT_EQ(explained.signature().rule, "deadlock");
  EXPECT_THAT(explained.findings, Contains(is_lost_wakeup));
  const Verdict asked_for = failure_of(*scenario(with_check(kLostWakeup, "[lost-wakeups]")));
  EXPECT_EQ(asked_for.signature().rule, "lost-wakeup");
}

TEST(Panel, CallsMustBeAtomicIfTheScenarioSaysSo) {
  const std::string text =
      replace_first(replace_first(std::string(kLostUpdate), "finally: [{call: get, returns: 3}]",
                                  "check: [{atomic: [add]}]"),
                    "{fail: assertion}", "{fail: atomicity}");
  EXPECT_EQ(failure_of(*scenario(text)).signature(), (core::Signature{"atomicity", "add"}));
}

}  // namespace
}  // namespace heddle::harness
