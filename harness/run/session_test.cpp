#include "harness/run/session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "harness/run/campaign.hpp"
#include "harness/run/replay_program.hpp"
#include "harness/run/repro_files.hpp"
#include "harness/run/run_fixture.hpp"
#include "reports/merge_report.hpp"

namespace heddle::harness {
namespace {

// Each process works on bytes of its own; two share a counter, which a third one looks at.
constexpr std::string_view kMostlyPrivate = R"(name: mostly private
module: |
  (module
    (import "env" "memory" (memory 1 1 shared))
    (func (export "work") (param i32)
      (i32.store (local.get 0) (i32.const 1))
      (i32.store offset=4 (local.get 0) (i32.load (local.get 0)))
      (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
      (i32.store offset=8 (local.get 0) (i32.load offset=4 (local.get 0))))
    (func (export "get") (result i32) (i32.load (i32.const 0))))
processes:
  - operations: [{call: work, args: [64]}]
  - operations: [{call: work, args: [128]}]
  - operations: [{call: work, args: [192]}]
finally: [{call: get, returns: 3}]
expect: {fail: assertion}
)";

SessionOptions shared(std::string strategy, Shard shard = {}) {
  SessionOptions options{
      .strategy = std::move(strategy), .parameters = {.seed = 3}, .shard = shard};
  options.execute.points = core::PointMode::Shared;
  return options;
}

// Each execution by what was chosen.
std::vector<std::string> run(const Program& program, const SessionOptions& options,
                             std::uint64_t numbers_max) {
  auto session = Session::make(program, options);
  EXPECT_TRUE(session.has_value());
  std::vector<std::string> executions;
  while (auto execution = session->next(numbers_max)) {
    executions.push_back(std::to_string(session->number()) + " " +
                         to_string(session->options().shared ? *session->options().shared
                                                             : core::SharedLocations()) +
                         core::print(execution->schedule));
  }
  return executions;
}

TEST(Session, learns_what_is_shared_and_chooses_only_there) {
  const auto program = scenario(std::string(kMostlyPrivate));
  auto session = Session::make(*program, shared("random"));
  ASSERT_TRUE(session.has_value());
  std::optional<core::Execution> execution;
  for (int i = 0; i < 10; ++i) execution = session->next(100);
  ASSERT_TRUE(execution.has_value());
  ASSERT_NE(session->options().shared, nullptr);
  EXPECT_EQ(session->options().shared->size_bytes(), 4U);
  EXPECT_TRUE(execution->newly_shared.is_empty());
  EXPECT_LT(execution->schedule.choices.size(), 12U);
  EXPECT_GT(execution->steps, 20U);
}

// What makes divided campaigns the same as whole ones.
TEST(Session, shards_of_any_number_run_the_same_executions) {
  const auto program = scenario(std::string(kMostlyPrivate));
  for (const char* strategy : {"portfolio", "surw", "random"}) {
    std::vector<std::string> whole = run(*program, shared(strategy), 400);
    std::ranges::sort(whole);
    for (const std::uint64_t count : {2U, 3U, 7U}) {
      std::vector<std::string> parts;
      for (std::uint64_t index = 0; index < count; ++index) {
        std::ranges::copy(run(*program, shared(strategy, {.index = index, .count = count}), 400),
                          std::back_inserter(parts));
      }
      std::ranges::sort(parts);
      EXPECT_EQ(parts, whole) << strategy << " " << count;
    }
  }
}

TEST(Session, an_enumeration_knows_in_the_end_what_is_shared) {
  const auto program = scenario(std::string(kMostlyPrivate));
  auto session = Session::make(*program, shared("bounded"));
  ASSERT_TRUE(session.has_value());
  std::set<std::string> observations;
  while (auto execution = session->next(~std::uint64_t{0})) {
    observations.insert(core::print(execution->schedule));
  }
  EXPECT_TRUE(session->is_exhausted());
  EXPECT_EQ(session->options().shared->size_bytes(), 4U);
  const auto report =
      explore(*program, {.strategy = "preemption", .execute = {.points = core::PointMode::Shared}});
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->failures.front().preemptions_found, 1U);
}

TEST(Session, what_cannot_be_divided_is_refused) {
  const auto program = scenario(std::string(kMostlyPrivate));
  EXPECT_FALSE(Session::make(*program, shared("bounded", {.index = 0, .count = 2})).has_value());
  EXPECT_TRUE(Session::make(*program, shared("pct", {.index = 0, .count = 2})).has_value());
}

TEST(Campaign, a_failure_in_mode_shared_can_be_replayed_from_its_repro) {
  const Folder folder;
  const auto program = scenario(std::string(kMostlyPrivate));
  CampaignOptions options = campaign_defaults(*program);
  EXPECT_EQ(options.execute.points, core::PointMode::Shared);
  options.repro_dir = folder.path();
  const auto report = explore(*program, options);
  ASSERT_TRUE(report.has_value());
  ASSERT_EQ(report->failures.size(), 1U);
  EXPECT_LT(report->points_mean, report->events_mean / 2);
  const auto repro = load_repro(report->failures.front().repro_path);
  ASSERT_TRUE(repro.has_value()) << repro.error().message;
  EXPECT_EQ(repro->points, core::PointMode::Shared);
  EXPECT_EQ(repro->shared.size_bytes(), 4U);
  const auto again = load_program(*repro);
  ASSERT_TRUE(again.has_value());
  const Replayed replayed =
      replay(**again, repro->schedule, ReplayMode::Strict, options_of(*repro));
  EXPECT_FALSE(replayed.divergence.has_value());
  EXPECT_EQ(replayed.verdict.signature(), repro->signature);
  EXPECT_EQ(core::digest_of(replayed.execution.trace), repro->trace);
}

TEST(Campaign, merged_shards_say_what_the_whole_says) {
  const auto program = scenario(std::string(kMostlyPrivate));
  const auto run_shard = [&](Shard shard) {
    CampaignOptions options = campaign_defaults(*program, {.schedules = 500});
    options.shard = shard;
    options.keep_going = true;
    options.shrinks = false;
    auto report = explore(*program, options);
    EXPECT_TRUE(report.has_value());
    return *std::move(report);
  };
  const reports::ExploreReport whole = run_shard({});
  std::optional<reports::MergeReport> merged;
  for (const std::uint64_t index : {2U, 0U, 3U, 1U}) {
    const std::string json = reports::to_json(run_shard({.index = index, .count = 4}));
    auto part = reports::parse_part(json, "part.json");
    ASSERT_TRUE(part.has_value()) << part.error().message;
    if (merged) part = reports::merge(*std::move(merged), *part);
    ASSERT_TRUE(part.has_value()) << part.error().message;
    merged = *std::move(part);
  }
  std::uint64_t schedules = 0;
  std::uint64_t first_failure = ~std::uint64_t{0};
  for (const auto& [shard, part] : merged->parts) {
    schedules += part.schedules;
    for (const auto& failure : part.failures) {
      first_failure = std::min(first_failure, failure.execution);
    }
  }
  EXPECT_EQ(schedules, whole.schedules);
  EXPECT_EQ(first_failure, whole.failures.front().execution);
  EXPECT_EQ(merged->interleavings, whole.coverage->interleavings);
  EXPECT_EQ(merged->classes, whole.coverage->classes);
  EXPECT_EQ(merged->reads_from, whole.coverage->reads_from);
  EXPECT_EQ(merged->hand_offs, whole.coverage->hand_offs);
}

TEST(Campaign, ends_when_nothing_new_is_shown) {
  const auto program = scenario(std::string(kAtomicUpdate));
  CampaignOptions options = campaign_defaults(*program, {.schedules = 100'000});
  options.until_saturated = true;
  const auto report = explore(*program, options);
  ASSERT_TRUE(report.has_value());
  EXPECT_TRUE(report->is_saturated);
  EXPECT_EQ(report->schedules, 512U);
  EXPECT_LE(2 * report->coverage->last_new_schedule, report->schedules);
  EXPECT_EQ(reports::verdict_of(*report), core::VerdictKind::Pass);
}

}  // namespace
}  // namespace heddle::harness
