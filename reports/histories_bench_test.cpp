#include "reports/histories_bench.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace heddle::reports {
namespace {

using testing::HasSubstr;
using testing::Not;

HistoriesBenchReport example() {
  return {.repeats = 3,
          .rows = {{.name = "etcd",
                    .what = "checking",
                    .histories = 2,
                    .operations = 170,
                    .total_ms = 4,
                    .worst_ms = 2.5,
                    .total_goal_ms = 15,
                    .worst_goal_ms = 1,
                    .deciders = "search 2"}}};
}

TEST(HistoriesBench, goals_are_reached_or_missed) {
  const std::string text = render_text(example());
  EXPECT_THAT(text, HasSubstr("medians of 3 on one core, in ms\n"));
  EXPECT_THAT(text, HasSubstr("     4.00   15         "));
  EXPECT_THAT(text, HasSubstr("   2.500   1 missed   search 2\n"));
  EXPECT_THAT(text, Not(HasSubstr("WRONG")));
}

TEST(HistoriesBench, a_wrong_verdict_is_loud_whatever_the_times) {
  HistoriesBenchReport report = example();
  EXPECT_TRUE(is_right(report));
  report.rows[0].wrong_verdicts = 1;
  EXPECT_FALSE(is_right(report));
  EXPECT_THAT(render_text(report), HasSubstr("search 2  1 WRONG VERDICTS\n"));
}

TEST(HistoriesBench, json_has_goals_only_where_there_are_any) {
  HistoriesBenchReport report = example();
  report.rows[0].worst_goal_ms.reset();
  const auto json = nlohmann::json::parse(to_json(report), nullptr, false);
  ASSERT_TRUE(json.is_object());
  EXPECT_EQ(json["heddle"], "histories-bench-report/1");
  EXPECT_EQ(json["rows"][0]["total_goal_ms"], 15);
  EXPECT_FALSE(json["rows"][0].contains("worst_goal_ms"));
  EXPECT_EQ(json["rows"][0]["worst_ms"], 2.5);
}

}  // namespace
}  // namespace heddle::reports
