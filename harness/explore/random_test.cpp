#include "harness/explore/random.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <set>
#include <string>

#include "core/toy_machine.hpp"
#include "harness/explore/replay.hpp"

namespace heddle::harness {
namespace {

using core::Execution;
using core::toy::racy_increments;

Execution next_execution(const core::toy::Program& program, Strategy& strategy) {
  RC_ASSERT(strategy.begin_execution());
  Execution execution = core::toy::run(program, strategy);
  strategy.end_execution(execution);
  return execution;
}

const core::toy::Program kRace{.agents = {racy_increments(2), racy_increments(2)}};

RC_GTEST_PROP(RandomStrategy, equal_seeds_run_equal_executions, (std::uint64_t seed)) {
  RandomStrategy left(seed);
  RandomStrategy right(seed);
  for (int i = 0; i < 3; ++i) {
    RC_ASSERT(digest_of(next_execution(kRace, left).trace) ==
              digest_of(next_execution(kRace, right).trace));
  }
}

RC_GTEST_PROP(RandomStrategy, any_execution_is_the_first_of_its_own_seed, (std::uint64_t seed)) {
  RandomStrategy strategy(seed);
  for (int i = 0; i < 3; ++i) {
    const Execution execution = next_execution(kRace, strategy);
    RandomStrategy alone(strategy.execution_seed());
    RC_ASSERT(next_execution(kRace, alone).schedule.choices == execution.schedule.choices);

    core::Schedule empty;
    empty.tail = {.kind = core::TailKind::Random, .seed = strategy.execution_seed()};
    ReplayStrategy replay(empty, ReplayMode::Strict);
    RC_ASSERT(next_execution(kRace, replay).schedule.choices == execution.schedule.choices);
  }
}

TEST(RandomStrategy, takes_every_option_about_equally_often) {
  const core::toy::Program program{.agents = {racy_increments(1), racy_increments(1), {}}};
  RandomStrategy strategy(1);
  std::map<core::Choice, int> first_choices;
  for (int i = 0; i < 1000; ++i) {
    ++first_choices[next_execution(program, strategy).schedule.choices.front()];
  }
  ASSERT_EQ(first_choices.size(), 2U);
  EXPECT_NEAR(first_choices[core::Choice::next({1})], 500, 60);
}

TEST(RandomStrategy, is_never_exhausted_and_claims_no_coverage) {
  const core::toy::Program program{.agents = {racy_increments(1)}};
  RandomStrategy strategy(1);
  for (int i = 0; i < 10; ++i) static_cast<void>(next_execution(program, strategy));
  EXPECT_FALSE(strategy.is_exhausted());
  EXPECT_EQ(strategy.coverage(), Coverage::Sampled);
}

}  // namespace
}  // namespace heddle::harness
