#include "reports/bench_report.hpp"

#include <gtest/gtest.h>

#include "reports/golden_fixture.hpp"

namespace heddle::reports {
namespace {

BenchReport example() {
  BenchReport report{.trials = 4, .cap = 100, .points = "shared"};
  report.rows.push_back(
      {.program = "reorder_3",
       .events_mean = 12.5,
       .points_mean = 7.25,
       .cells = {{.strategy = "surw", .schedules = {1, 2, 3, 6}, .found = 4, .goal = 7},
                 {.strategy = "pct", .schedules = {50, 100, 100, 100}, .found = 1, .goal = 19},
                 {.strategy = "portfolio", .schedules = {4, 4, 4, 4}, .found = 4}}});
  report.rows.push_back({.program = "never",
                         .events_mean = 2,
                         .points_mean = 1,
                         .cells = {{.strategy = "surw", .schedules = {100, 100, 100, 100}},
                                   {.strategy = "pct", .schedules = {100, 100, 100, 100}},
                                   {.strategy = "portfolio", .schedules = {100, 100, 100, 100}}}});
  return report;
}

TEST(BenchReport, LooksLikeThis) {
  expect_golden(render_text(example(), false), "bench.txt");
  expect_golden(to_json(example(), false), "bench.json");
}

TEST(BenchReport, TrialsThatFindNothingCountWithAllTheirSchedules) {
  const BenchReport report = example();
  EXPECT_DOUBLE_EQ(mean_of(report.rows[0].cells[0]), 3);
  EXPECT_DOUBLE_EQ(mean_of(report.rows[0].cells[1]), 87.5);
  EXPECT_DOUBLE_EQ(*portfolio_factor(report.rows[0]), 4.0 / 3);
}

TEST(BenchReport, OfNothingSaysSo) {
  EXPECT_EQ(render_text({.trials = 4}), "nothing to measure\n");
}

}  // namespace
}  // namespace heddle::reports
