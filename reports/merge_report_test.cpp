#include "reports/merge_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace heddle::reports {
namespace {

using testing::HasSubstr;
using testing::Not;

ExploreReport shard(std::uint64_t index, std::uint64_t failure_at = 0) {
  ExploreReport report{.program = "p.yaml", .program_digest = "00ff", .strategy = "portfolio"};
  report.seed = 7;
  report.schedules = 100 + index;
  report.events_mean = 3.1 + static_cast<double>(index) / 7;
  report.shard_index = index;
  report.shard_count = 5;
  Coverage& coverage = report.coverage.emplace();
  for (std::uint64_t i = 0; i < 10; ++i) {
    coverage.interleavings.add(core::mix(5 * index + i));
    coverage.classes.add(core::mix(3 * index + i));
  }
  report.outcomes.push_back({.observation = "x = 1", .count = index});
  if (failure_at != 0) {
    report.failures.push_back({.signature = {.rule = "assertion", .place = "p.yaml:3"},
                               .message = "expected 1",
                               .execution = failure_at,
                               .schedule = "heddle-schedule 1\ntail first\n"});
  }
  return report;
}

MergeReport part(const ExploreReport& report) {
  auto parsed = parse_part(to_json(report), "part.json");
  EXPECT_TRUE(parsed.has_value()) << (parsed ? "" : parsed.error().message);
  return *std::move(parsed);
}

MergeReport sum(MergeReport left, const MergeReport& right) {
  auto merged = merge(std::move(left), right);
  EXPECT_TRUE(merged.has_value());
  return *std::move(merged);
}

MergeReport any_report() {
  MergeReport report = part(shard(*rc::gen::inRange<std::uint64_t>(0, 5)));
  while (*rc::gen::inRange(0, 3) != 0) {
    report = sum(std::move(report), part(shard(*rc::gen::inRange<std::uint64_t>(0, 5))));
  }
  return report;
}

RC_GTEST_PROP(MergeReport, joining_is_associative_commutative_and_idempotent, ()) {
  const MergeReport a = any_report();
  const MergeReport b = any_report();
  const MergeReport c = any_report();
  RC_ASSERT(sum(a, b) == sum(b, a));
  RC_ASSERT(sum(sum(a, b), c) == sum(a, sum(b, c)));
  RC_ASSERT(sum(a, a) == a);
  RC_ASSERT(to_json(sum(sum(a, b), b)) == to_json(sum(b, a)));
}

RC_GTEST_PROP(MergeReport, what_is_written_is_read_again, ()) {
  const MergeReport report = any_report();
  const auto again = parse_part(to_json(report), "merged.json");
  RC_ASSERT(again.has_value());
  RC_ASSERT(*again == report);
}

TEST(MergeReport, is_known_when_all_parts_are_there) {
  MergeReport report = part(shard(0));
  EXPECT_EQ(verdict_of(report), core::VerdictKind::Unknown);
  EXPECT_THAT(render_text(report), HasSubstr("1 of 5 shards"));
  for (std::uint64_t i = 1; i < 5; ++i) report = sum(std::move(report), part(shard(i)));
  EXPECT_EQ(verdict_of(report), core::VerdictKind::Pass);
  EXPECT_THAT(render_text(report), HasSubstr("in 510 schedules"));
  EXPECT_EQ(report.classes.size(), 22U);
}

TEST(MergeReport, the_first_failure_is_that_of_the_lowest_execution) {
  const MergeReport report = sum(part(shard(1, 41)), part(shard(2, 17)));
  EXPECT_EQ(verdict_of(report), core::VerdictKind::Fail);
  EXPECT_THAT(render_text(report), HasSubstr("1 failure in"));
  EXPECT_THAT(render_text(report), HasSubstr("execution 17,"));
}

TEST(MergeReport, what_does_not_belong_together_is_refused) {
  ExploreReport other = shard(1);
  other.seed = 8;
  EXPECT_FALSE(merge(part(shard(0)), part(other)).has_value());
  other = shard(0);
  other.schedules = 1;
  EXPECT_FALSE(merge(part(shard(0)), part(other)).has_value());
}

TEST(MergeReport, what_is_no_report_is_an_error_and_nothing_worse) {
  const std::string good = to_json(shard(0, 3));
  // But for the line break at its end, all of it is needed.
  for (std::size_t i = 0; i + 1 < good.size(); i += 7) {
    EXPECT_FALSE(parse_part(good.substr(0, i), "f").has_value());
    std::string damaged = good;
    damaged[i] = '7';
    std::ignore = parse_part(damaged, "f");
  }
  EXPECT_FALSE(parse_part("[]", "f").has_value());
  EXPECT_FALSE(parse_part(R"({"heddle": "run-report/1"})", "f").has_value());
}

TEST(MergeReport, says_nothing_of_coverage_that_its_parts_do_not_tell) {
  ExploreReport whole = shard(0);
  whole.shard_count = 1;  // a report that nobody needs to join has the numbers alone
  EXPECT_THAT(render_text(part(shard(0))), HasSubstr("coverage: 10 interleavings, 10 reads-from"));
  EXPECT_THAT(render_text(part(whole)), Not(HasSubstr("coverage")));
  EXPECT_THAT(to_json(part(whole)), HasSubstr("\"coverage\": null"));
}

}  // namespace
}  // namespace heddle::reports
