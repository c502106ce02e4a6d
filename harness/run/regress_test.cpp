#include "harness/run/regress.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/run/campaign.hpp"
#include "harness/run/load_program.hpp"
#include "harness/run/repro_files.hpp"
#include "harness/run/run_fixture.hpp"
#include "harness/run/shrink_scenario.hpp"
#include "harness/run/test_scenario.hpp"
#include "scenarios/repro.hpp"
#include "scenarios/scenario.hpp"

namespace heddle::harness {
namespace {

using ::testing::HasSubstr;

const std::function<bool()> kNever = [] { return false; };

// Two of the five processes lose an update of the first cell; each of them also does what has
// nothing to do with it.
constexpr std::string_view kCrowd = R"(name: a crowd
module: |
  (module
    (import "env" "memory" (memory 1 1 shared))
    (func (export "look") (result i32) (i32.atomic.load (i32.const 0)))
    (func (export "other") (drop (i32.atomic.rmw.add (i32.const 8) (i32.const 1))))
    (func (export "claim") (result i32)
      (if (i32.atomic.load (i32.const 4)) (then (return (i32.const 1))))
      (i32.atomic.store (i32.const 4) (i32.const 1))
      (i32.eqz (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))))
setup: [{call: other}]
processes:
  - {name: idler, count: 3, operations: [{call: other}, {call: look}]}
  - {name: claimer, count: 2, operations: [{call: other}, {call: claim, returns: 1}, {call: other}]}
finally: [{call: other}]
expect: {fail: assertion}
preemptions: 1
)";

core::Repro found(const Program& program, const std::string& strategy = "random") {
  const Folder folder;
  CampaignOptions options = campaign_defaults(program, {.strategy = strategy});
  options.repro_dir = folder.path();
  const auto report = explore(program, options);
  EXPECT_TRUE(report.has_value() && !report->failures.empty());
  const auto repro = load_repro(report->failures.front().repro_path);
  EXPECT_TRUE(repro.has_value());
  return *repro;
}

ScenarioResult test(const std::string& text) {
  const auto program = make_test_program(core::ProgramKind::Scenario, "again.yaml", text);
  auto result = test_scenario(*program, campaign_defaults(*program));
  EXPECT_TRUE(result.has_value());
  return *std::move(result);
}

TEST(Regress, KeepsOnlyTheProcessesAndCallsThatMatter) {
  const auto program = scenario(std::string(kCrowd));
  const auto regress = make_regress(found(*program), "crowd.yaml", kNever);
  ASSERT_TRUE(regress.has_value()) << regress.error().message;
  EXPECT_EQ(regress->processes_before, 5U);
  EXPECT_EQ(regress->processes, 2U);
  EXPECT_EQ(regress->calls_before, 14U);
  EXPECT_EQ(regress->calls, 2U);
  EXPECT_EQ(regress->preemptions, 1U);
  EXPECT_EQ(make_regress(found(*program), "crowd.yaml", kNever)->text, regress->text);
}

TEST(Regress, IsAScenarioThatTestsItself) {
  const auto program = scenario(std::string(kCrowd));
  const auto regress = make_regress(found(*program), "crowd.yaml", kNever);
  ASSERT_TRUE(regress.has_value());
  const ScenarioResult result = test(regress->text);
  EXPECT_TRUE(result.is_as_expected) << result.message;
  EXPECT_EQ(result.report.schedules, 1U) << "its schedule fails at once";
  EXPECT_THAT(regress->text, HasSubstr("strategy: \"replay\", points: all, schedule: \"t"));
  // Once it is mended, the test says that it does not fail any more.
  const ScenarioResult mended = test(replace_first(
      regress->text, "(if (i32.atomic.load (i32.const 4)) (then (return (i32.const 1))))",
      "(if (i32.atomic.rmw.xchg (i32.const 4) (i32.const 1)) (then (return (i32.const 1))))"));
  EXPECT_FALSE(mended.is_as_expected);
  EXPECT_THAT(mended.message, HasSubstr("found none"));
}

TEST(Regress, LeavesProcessesThatAnAssertionCounts) {
  // Without one of the three, 3 is never returned: no smaller bug, but no scenario at all.
  const auto program = scenario(std::string(kLostUpdate));
  const auto regress = make_regress(found(*program), "x.yaml", kNever);
  ASSERT_TRUE(regress.has_value());
  EXPECT_EQ(regress->processes, 3U);
  EXPECT_EQ(regress->calls, 4U);
}

TEST(Regress, IsMadeOfScenariosOnly) {
  const auto program = script(R"((assert_return (invoke "f")))");
  core::Repro repro = program->repro_base();
  repro.signature = {"assertion", "x"};
  EXPECT_THAT(make_regress(repro, "x.yaml", kNever).error().message, HasSubstr("of a scenario"));
}

TEST(Regress, OfWhatDoesNotFailIsAnError) {
  const auto program = scenario(std::string(kCrowd));
  core::Repro repro = found(*program);
  repro.schedule.choices.clear();
  EXPECT_THAT(make_regress(repro, "x.yaml", kNever).error().message, HasSubstr("does not occur"));
}

TEST(Regress, GoesIntoAFolderUnderTheNameOfTheFailure) {
  const Folder folder;
  const auto program = scenario(std::string(kCrowd));
  const core::Repro repro = found(*program);
  EXPECT_EQ(regress_path(folder.path("x.yaml"), repro), folder.path("x.yaml"));
  EXPECT_THAT(regress_path(folder.path(), repro),
              testing::MatchesRegex(".*/test_[0-9a-f]+[.]yaml"));
  EXPECT_THAT(regress_path("new/", repro), testing::StartsWith("new/test_"));
  const auto written = write_regress(repro, folder.path(), kNever);
  ASSERT_TRUE(written.has_value());
  const auto loaded = load_program(written->path);
  ASSERT_TRUE(loaded.has_value()) << "from nothing but the file";
  EXPECT_TRUE(test_scenario(**loaded, campaign_defaults(**loaded))->is_as_expected);
}

TEST(ShrinkScenario, StopsWhenItIsTold) {
  const auto program = scenario(std::string(kCrowd));
  const core::Repro repro = found(*program);
  EXPECT_FALSE(make_regress(repro, "x.yaml", [] { return true; }).has_value());
}

}  // namespace
}  // namespace heddle::harness
