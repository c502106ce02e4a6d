#include "harness/explore/faulty.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "core/toy_machine.hpp"
#include "harness/explore/bytes.hpp"
#include "harness/explore/make_strategy.hpp"
#include "harness/explore/replay.hpp"

namespace heddle::harness {
namespace {

using core::Choice;
using core::ChoiceKind;
using core::FaultRates;
using core::toy::Op;

FaultyStrategy faulty(const FaultRates& rates, std::uint64_t seed = 1) {
  FaultyStrategy strategy(std::make_unique<BytesStrategy>(""), seed, rates);
  EXPECT_TRUE(strategy.begin_execution());
  return strategy;
}

// Agents 1 and 2 can step, agent 1 having made the last step; agent 3 waits.
const std::vector<Choice> kOptions{Choice::next({1}), Choice::next({2}), Choice::timeout({3})};
core::ChoicePoint point(std::uint64_t step) {
  static const std::vector<core::PendingAction> kPending{{.agent = {1}}, {.agent = {2}}};
  return {.options = kOptions, .pending = kPending, .previous = {1}, .step = step};
}

int count(FaultyStrategy& strategy, const Choice& choice, int points) {
  int found = 0;
  for (int i = 0; i < points; ++i) {
    found += static_cast<int>(strategy.choose(point(static_cast<std::uint64_t>(i))) == choice);
  }
  return found;
}

TEST(Faulty, without_rates_chooses_as_the_other_does) {
  FaultyStrategy strategy = faulty({});
  EXPECT_EQ(count(strategy, kOptions[0], 1000), 1000);
}

TEST(Faulty, an_agent_that_sleeps_is_not_chosen_while_others_can_step) {
  FaultyStrategy paused = faulty({.pause = 0.01});
  const int second = count(paused, kOptions[1], 10'000);
  EXPECT_GT(second, 500);  // in place of agent 1, which the other strategy always takes
  EXPECT_LT(second, 9500);
}

TEST(Faulty, timeouts_fire_early_at_their_rate) {
  FaultyStrategy strategy = faulty({.timeout_early = 0.1});
  EXPECT_NEAR(count(strategy, kOptions[2], 10'000), 1000, 150);
}

TEST(Faulty, timeouts_are_late_at_their_rate) {
  FaultyStrategy strategy = faulty({.timeout_late = 0.25});
  const std::vector<Choice> timeouts{Choice::timeout({1}), Choice::timeout({2})};
  int late = 0;
  for (int i = 0; i < 10'000; ++i) {
    late += static_cast<int>(strategy.choose({.options = timeouts}) == timeouts[1]);
  }
  EXPECT_NEAR(late, 2500, 200);
}

TEST(Faulty, what_may_fail_fails_at_its_rate) {
  const auto failures = [](ChoiceKind kind, std::uint64_t good, std::uint64_t bad,
                           const FaultRates& rates, std::uint64_t step) {
    FaultyStrategy strategy = faulty(rates);
    const std::vector<Choice> options{{kind, good}, {kind, bad}};
    int failed = 0;
    for (int i = 0; i < 10'000; ++i) {
      failed += static_cast<int>(strategy.choose({.options = options, .step = step}) == options[1]);
    }
    return failed;
  };
  EXPECT_NEAR(failures(ChoiceKind::GrowSucceeds, 1, 0, {.grow = 0.1}, 5), 1000, 150);
  EXPECT_NEAR(failures(ChoiceKind::GrowSucceeds, 1, 0, {.table_grow = 0.1}, 5), 1000, 150);
  EXPECT_NEAR(failures(ChoiceKind::SpawnSucceeds, 1, 0, {.spawn = 0.1}, 5), 1000, 150);
  EXPECT_NEAR(failures(ChoiceKind::CollectGarbage, 0, 1, {.collect = 0.1}, 5), 1000, 150);
  EXPECT_NEAR(failures(ChoiceKind::Fault, 0, 1, {.depth = 0.1, .clock = 0.5}, 5), 1000, 150);
  EXPECT_NEAR(failures(ChoiceKind::Fault, 0, 2, {.depth = 0.5, .clock = 0.1}, 5), 1000, 150);
  EXPECT_EQ(failures(ChoiceKind::SpawnSucceeds, 1, 0, {.grow = 1}, 5), 0);
  EXPECT_EQ(failures(ChoiceKind::SpawnSucceeds, 1, 0, {.spawn = 1, .quiet_after = 5}, 5), 0);
}

TEST(Faulty, in_the_quiet_period_everyone_is_chosen_and_nothing_happens) {
  FaultyStrategy strategy =
      faulty({.pause = 1, .starve = 1, .timeout_early = 0.5, .quiet_after = 100});
  std::map<Choice, int> chosen;
  for (std::uint64_t step = 0; step < 2100; ++step) {
    const Choice choice = strategy.choose(point(step));
    if (step >= 100) ++chosen[choice];
  }
  EXPECT_NEAR(chosen[kOptions[0]], 1000, 120);
  EXPECT_NEAR(chosen[kOptions[1]], 1000, 120);
  EXPECT_EQ(chosen[kOptions[2]], 0);
}

// Law 2 with faults, and with every strategy below.
RC_GTEST_PROP(Faulty, what_it_chooses_can_be_replayed, (std::uint64_t seed)) {
  const core::toy::Program program{
      .agents = {{{Op::WaitFor, 0, 0}, {Op::FetchAdd, 1, 1}},
                 {{Op::Load, 1, 0}, {Op::Notify, 0, 1}, {Op::StoreSum, 1, 2}},
                 core::toy::racy_increments(4, 1)}};
  const auto infos = strategies();
  const StrategyInfo& info = infos[*rc::gen::inRange<std::size_t>(0, infos.size())];
  const auto strategy = make_strategy(
      info.name,
      {.seed = seed,
       .faults = FaultRates{.pause = 0.2, .starve = 0.1, .timeout_early = 0.2, .quiet_after = 8}});
  for (int i = 0; i < 3 && (*strategy)->begin_execution(); ++i) {
    const core::Execution execution = core::toy::run(program, **strategy);
    (*strategy)->end_execution(execution);
    if ((*strategy)->is_redundant()) continue;  // it was abandoned
    ReplayStrategy replay(execution.schedule, ReplayMode::Strict);
    RC_ASSERT(replay.begin_execution());
    const core::Execution again = core::toy::run(program, replay);
    replay.end_execution(again);
    RC_ASSERT(!replay.divergence().has_value());
    RC_ASSERT(core::digest_of(again.trace) == core::digest_of(execution.trace));
  }
}

}  // namespace
}  // namespace heddle::harness
