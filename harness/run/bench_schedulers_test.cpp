#include "harness/run/bench_schedulers.hpp"

#include <gtest/gtest.h>

#include "harness/run/campaign.hpp"
#include "harness/run/run_fixture.hpp"

namespace heddle::harness {
namespace {

constexpr auto kNever = [] { return false; };

TEST(BenchSchedulers, CountsTheSchedulesThatACampaignOfTheSameSeedNeeds) {
  const auto program = scenario(std::string(kLostUpdate));
  const auto row = bench_schedulers(
      *program, {.strategies = {"random", "pct"}, .trials = 5, .schedules_max = 1000}, kNever);
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->program, "test");
  ASSERT_EQ(row->cells.size(), 2U);
  for (const reports::BenchCell& cell : row->cells) {
    EXPECT_EQ(cell.found, 5U);
    ASSERT_EQ(cell.schedules.size(), 5U);
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      CampaignOptions options =
          campaign_defaults(*program, {.strategy = cell.strategy, .seed = seed});
      options.shrinks = false;
      const auto report = explore(*program, options);
      ASSERT_TRUE(report.has_value());
      EXPECT_EQ(cell.schedules[seed - 1], report->schedules) << cell.strategy << " " << seed;
    }
  }
  EXPECT_GT(row->events_mean, 0);
}

TEST(BenchSchedulers, StopsAtTheCap) {
  const auto program = scenario(std::string(kAtomicUpdate));
  const auto row = bench_schedulers(
      *program, {.strategies = {"random"}, .trials = 3, .schedules_max = 7}, kNever);
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->cells.front().found, 0U);
  EXPECT_EQ(row->cells.front().schedules, (std::vector<std::uint64_t>{7, 7, 7}));
}

TEST(BenchSchedulers, AnInterruptionLeavesWhatWasMeasured) {
  const auto program = scenario(std::string(kLostUpdate));
  const auto row =
      bench_schedulers(*program, {.strategies = {"random"}, .trials = 3}, [] { return true; });
  ASSERT_TRUE(row.has_value());
  EXPECT_TRUE(row->cells.front().schedules.empty());
}

TEST(BenchSchedulers, AnUnknownStrategyIsAnError) {
  const auto program = scenario(std::string(kLostUpdate));
  EXPECT_FALSE(bench_schedulers(*program, {.strategies = {"none"}}, kNever).has_value());
}

}  // namespace
}  // namespace heddle::harness
