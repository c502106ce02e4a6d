// The programs of scenarios/structures as a whole; test_scenario_test.cpp holds each to what it
// declares.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "harness/explore/make_strategy.hpp"
#include "harness/run/campaign.hpp"
#include "harness/run/run_fixture.hpp"
#include "scenarios/scenario.hpp"

namespace heddle::harness {
namespace {

std::vector<std::string> structures() {
  return list_files(HEDDLE_SOURCE_DIR "/scenarios/structures", scenario_endings(), {"*.repro.yaml"})
      .value_or(std::vector<std::string>{});
}

std::string stem_of(const std::string& path) {
  const std::string name = base_name(path);
  return name.substr(0, name.find('.'));
}

reports::ExploreReport explore_with(const Program& program, std::string_view strategy,
                                    std::uint64_t schedules,
                                    std::optional<std::uint64_t> preemptions = {}) {
  CampaignOptions options = campaign_defaults(program);
  options.strategy = strategy;
  options.schedules_max = schedules;
  options.parameters.seed = 7;
  options.parameters.preemptions_max = preemptions;
  options.counts_outcomes = false;
  options.covers = false;
  options.shrinks = false;
  auto report = explore(program, options, {});
  EXPECT_TRUE(report.has_value());
  return report ? *std::move(report) : reports::ExploreReport{};
}

TEST(Structures, NoFixFailsUnderAnyStrategyThatSamples) {
  for (const std::string& path : structures()) {
    if (!stem_of(path).ends_with("_fixed")) continue;
    const auto program = load_program(path);
    ASSERT_TRUE(program.has_value()) << core::render(program.error(), "");
    for (const StrategyInfo& strategy : strategies()) {
      if (!strategy.is_sampled) continue;
      const auto report = explore_with(**program, strategy.name, 20);
      EXPECT_TRUE(report.failures.empty())
          << stem_of(path) << " under " << strategy.name << ": "
          << (report.failures.empty() ? "" : report.failures.front().message);
      EXPECT_EQ(report.unfinished, 0U) << stem_of(path) << " under " << strategy.name;
    }
  }
}

TEST(Structures, NoBugIsShownByFewerPreemptionsThanItDeclares) {
  for (const std::string& path : structures()) {
    const auto program = load_program(path);
    ASSERT_TRUE(program.has_value()) << core::render(program.error(), "");
    const scenarios::Scenario& scenario = *(*program)->scenario();
    const std::uint64_t declared = scenario.preemptions.value_or(0);
    if (declared == 0 || scenario.processes.size() > 8) continue;
    const auto report = explore_with(**program, "bounded", 1'000, declared - 1);
    EXPECT_TRUE(report.failures.empty()) << stem_of(path);
  }
}

TEST(Structures, EveryFixHasItsBugAndTheOtherWayRound) {
  std::set<std::string> passing;
  std::set<std::string> failing;
  for (const std::string& path : structures()) {
    const auto program = load_program(path);
    ASSERT_TRUE(program.has_value()) << core::render(program.error(), "");
    ((*program)->scenario()->expected_failure ? failing : passing).insert(stem_of(path));
  }
  // One fix is enough for the sizes of one program: reorder_5_fixed for reorder_100.
  const auto family = [](const std::string& stem) {
    return stem.substr(0, stem.find_last_of('_'));
  };
  for (const std::string& stem : passing) {
    if (stem.ends_with("_fixed")) EXPECT_TRUE(failing.contains(family(stem))) << stem;
  }
  const std::set<std::string> named_otherwise{"double_checked_broken", "seqlock_torn",
                                              "treiber_aba", "trylock_test_then_set"};
  for (const std::string& stem : failing) {
    if (named_otherwise.contains(stem) || passing.contains(stem + "_fixed")) continue;
    EXPECT_TRUE(std::ranges::any_of(passing, [&](const std::string& fixed) {
      return fixed.ends_with("_fixed") && family(family(fixed)) == family(stem);
    })) << stem;
  }
}

}  // namespace
}  // namespace heddle::harness
