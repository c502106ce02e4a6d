#include "reports/shrinking_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/golden_fixture.hpp"

namespace heddle::reports {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

ShrinkingReport shrinking_report() {
  return {.schedules_max = 10'000,
          .rows = {{.program = "twostage_20",
                    .strategy = "pos",
                    .seed = 1,
                    .schedules = 6,
                    .rule = "assertion",
                    .preemptions_found = 76,
                    .preemptions_shrunk = 1,
                    .preemptions_needed = 1,
                    .steps_found = 300,
                    .steps_shrunk = 200,
                    .attempts = 700,
                    .seconds = 0.75},
                   {.program = "latch_5",
                    .strategy = "pct",
                    .seed = 18446744073709551615ULL,
                    .schedules = 10'000,
                    .rule = ""},
                   {.program = "philosophers_6",
                    .strategy = "random",
                    .seed = 2,
                    .schedules = 8,
                    .rule = "deadlock",
                    .preemptions_found = 16,
                    .preemptions_shrunk = 2,
                    .preemptions_needed = 1,
                    .attempts = 2000,
                    .seconds = 1.5},
                   {.program = "mine",
                    .strategy = "random",
                    .seed = 1,
                    .schedules = 3,
                    .rule = "trap",
                    .preemptions_found = 4,
                    .preemptions_shrunk = 3,
                    .attempts = 20,
                    .seconds = 0.25}}};
}

TEST(ShrinkingReport, AsTextLooksLikeThis) {
  expect_golden(render_text(shrinking_report()), "shrinking.txt");
}

TEST(ShrinkingReport, AsJsonLooksLikeThis) {
  expect_golden(to_json(shrinking_report()), "shrinking.json");
}

TEST(ShrinkingReport, WithoutTimesTellsNone) {
  EXPECT_THAT(render_text(shrinking_report(), false), Not(HasSubstr("0.75")));
  EXPECT_THAT(to_json(shrinking_report(), false), Not(HasSubstr("seconds")));
}

TEST(ShrinkingReport, OfNothingSaysSo) { EXPECT_EQ(render_text({}), "nothing to measure\n"); }

TEST(ShrinkingReport, IsSmallIfNoMoreIsLeftThanNeededOrNobodyKnows) {
  EXPECT_TRUE(is_small({.preemptions_shrunk = 1, .preemptions_needed = 1}));
  EXPECT_FALSE(is_small({.preemptions_shrunk = 2, .preemptions_needed = 1}));
  EXPECT_TRUE(is_small({.preemptions_shrunk = 2}));
}

}  // namespace
}  // namespace heddle::reports
