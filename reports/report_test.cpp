// Explore and run reports, as text and as JSON.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/example_traces.hpp"
#include "reports/explore_report.hpp"
#include "reports/golden_fixture.hpp"
#include "reports/json.hpp"
#include "reports/printable.hpp"
#include "reports/run_report.hpp"

namespace heddle::reports {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

ExploreReport explore_report() {
  const Example example = lost_update();
  ExploreReport report{
      .program = "scenarios/atomics/lost_update.yaml",
      .strategy = "pct",
      .seed = UINT64_MAX,
      .schedules = 120,
      .events_mean = 21.25,
      .outcomes = {{"get() = i32:1", 3}, {"get() = i32:2", 40}, {"get() = i32:3", 77}},
      .seconds = 0.25};
  report.failures.push_back({.signature = {"assertion", "lost_update.yaml:18"},
                             .message = "get() returned i32:1, but i32:3 is expected",
                             .schedule_number = 7,
                             .seed = 99,
                             .preemptions_found = 4,
                             .preemptions_shrunk = 1,
                             .schedule = "heddle-schedule 1\nt1 t2*3 t3*3\ntail first\n",
                             .repro_path = "lost_update.repro.yaml",
                             .trace = example.trace,
                             .findings = example.findings});
  const auto in_function = [](std::uint32_t index, std::uint32_t offset) {
    return core::CodeLocation{.module = 0, .function = index, .offset = offset};
  };
  report.failures.back().pair =
      DecidingPair{.trace = example.trace,
                   .earlier = {6},
                   .later = {15},
                   .earlier_stack = {in_function(1, 4), in_function(0, 2)},
                   .later_stack = {in_function(1, 8)}};
  return report;
}

TEST(ExploreReport, AsTextLooksLikeThis) {
  expect_golden(render_text(explore_report()), "explore.txt");
}

TEST(ExploreReport, AsJsonLooksLikeThis) {
  expect_golden(to_json(explore_report()), "explore.json");
}

TEST(ExploreReport, IsUnknownIfAScheduleWasCutOffAndNoneFailed) {
  ExploreReport report{.program = "p", .strategy = "random", .schedules = 5, .unfinished = 1};
  EXPECT_EQ(verdict_of(report), core::VerdictKind::Unknown);
  EXPECT_THAT(render_text(report), HasSubstr("p: UNKNOWN: 0 failures in 5 schedules\n"));
  EXPECT_THAT(render_text(report), HasSubstr("1 schedule cut off by a limit"));
  report.failures.emplace_back();
  EXPECT_EQ(verdict_of(report), core::VerdictKind::Fail);
}

TEST(ExploreReport, IsUnknownIfTheSearchWasCutShort) {
  ExploreReport report{.program = "p", .schedules = 5};
  EXPECT_EQ(verdict_of(report), core::VerdictKind::Pass);
  report.cut_short = "interrupted";
  EXPECT_EQ(verdict_of(report), core::VerdictKind::Unknown);
  EXPECT_THAT(render_text(report), HasSubstr("cut short: interrupted\n"));
}

TEST(ExploreReport, SaysThatTheSearchWasComplete) {
  const ExploreReport report{.program = "p", .schedules = 6, .is_complete = true};
  EXPECT_THAT(render_text(report),
              HasSubstr("p: PASS: 0 failures in 6 schedules, which are all\n"));
}

TEST(ExploreReport, WithoutTimeDependsOnNoClock) {
  ExploreReport slow = explore_report();
  slow.seconds = 1000;
  const ExploreRenderOptions options{.with_time = false};
  EXPECT_EQ(render_text(slow, options), render_text(explore_report(), options));
  EXPECT_EQ(to_json(slow, options), to_json(explore_report(), options));
  EXPECT_NE(render_text(slow), render_text(explore_report()));
}

TEST(ExploreReport, CountsTheOutcomesItDoesNotShow) {
  const std::string text = render_text(explore_report(), {.outcomes_max = 1});
  EXPECT_THAT(text, HasSubstr("3 different outcomes:"));
  EXPECT_THAT(text, HasSubstr("... and 2 more"));
  EXPECT_THAT(text, Not(HasSubstr("get() = i32:2")));
}

TEST(ExploreReport, SurvivesTextThatIsNotUtf8) {
  ExploreReport report;
  report.program = "\xff\x1b";
  EXPECT_FALSE(Json::parse(to_json(report), nullptr, false).is_discarded());
  EXPECT_THAT(render_text(report), HasSubstr("\\ff\\1b: PASS"));
}

RunReport run_report() {
  return {.files = {{.file = "atomic.wast", .counts = {.passed = 102}},
                    {.file = "wait.wast",
                     .counts = {.passed = 7, .failed = 2, .skipped = 1},
                     .failures = {{"wait.wast:12:3", "returned i32:1, but i32:0 is expected"},
                                  {"", "the file\nends early"}}}}};
}

TEST(RunReport, AsTextLooksLikeThis) { expect_golden(render_text(run_report()), "run.txt"); }

TEST(RunReport, AsJsonLooksLikeThis) { expect_golden(to_json(run_report()), "run.json"); }

TEST(RunReport, EndsWithTheTotalAlsoWithoutFiles) {
  EXPECT_EQ(render_text(RunReport{}), "total: 0 passed, 0 failed, 0 skipped\n");
  EXPECT_THAT(render_text(run_report()), EndsWith("\ntotal: 109 passed, 2 failed, 1 skipped\n"));
}

TEST(Wrapped, BreaksBetweenWordsAndOnlyThenInsideThem) {
  EXPECT_EQ(wrapped("aa bb cc", 5, 2), "aa bb\n  cc");
  EXPECT_EQ(wrapped("abcdefgh", 5, 2), "abcde\n  fgh");
  EXPECT_EQ(wrapped("a abcdefgh b", 5, 2), "a\n  abc\n  def\n  gh\n  b");
  EXPECT_EQ(wrapped("", 5, 2), "");
}

}  // namespace
}  // namespace heddle::reports
