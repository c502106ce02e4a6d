#include "shrinker/agents.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "shrinker/traces_fixture.hpp"

namespace heddle::shrinker {
namespace {

using core::Choice;
using core::Execution;
using core::toy::Op;
using core::toy::Program;
using testing::ElementsAre;

constexpr auto kEveryAction = [](const core::Action&) { return true; };

TEST(PlacedAgents, are_stopped_only_before_what_conflicts) {
  const Program program{
      .agents = {{{Op::Store, 0, 1}, {Op::Store, 1, 1}, {Op::Store, 2, 1}, {Op::Store, 0, 2}},
                 {{Op::Load, 0, 0}, {Op::Load, 2, 0}}},
      .cells = 3};
  const Execution execution = random_execution(program, 1);
  const auto agents = placed_agents(execution, dependence_of(execution.trace), kEveryAction, true);
  ASSERT_EQ(agents.size(), 2U);
  EXPECT_EQ(agents[0].choice, Choice::next({1}));
  EXPECT_THAT(agents[0].stops, ElementsAre(2, 3)) << "not before its first step";
  EXPECT_THAT(agents[1].stops, ElementsAre(1));
  EXPECT_FALSE(agents[0].may_block);
}

TEST(PlacedAgents, count_points_and_nothing_else) {
  const Program program{
      .agents = {{{Op::Store, 0, 1}, {Op::Store, 1, 1}, {Op::Store, 2, 1}, {Op::Store, 0, 2}},
                 {{Op::Load, 0, 0}, {Op::Load, 2, 0}}},
      .cells = 3};
  const Execution execution = random_execution(program, 1);
  std::vector<std::uint64_t> offsets;
  for (const core::Action& action : execution.trace.actions) {
    offsets.push_back(action.location.offset);
  }
  std::ranges::sort(offsets);
  offsets.erase(std::unique(offsets.begin(), offsets.end()), offsets.end());
  ASSERT_EQ(offsets.size(), 3U);
  const auto is_point = [&](const core::Action& action) {
    return action.location.offset != offsets[1];
  };
  const auto agents = placed_agents(execution, dependence_of(execution.trace), is_point, true);
  EXPECT_THAT(agents[0].stops, ElementsAre(1, 2)) << "its second step is no point";
}

TEST(PlacedAgents, are_alike_if_they_make_the_same_calls) {
  const Program program{.agents = std::vector(3, core::toy::racy_increments(1))};
  Execution execution = random_execution(program, 1);
  const core::Value one = core::Value::i32(1);
  execution.trace.calls = {{.agent = {1}, .function = "f", .arguments = {one}},
                           {.agent = {2}, .function = "g", .arguments = {one}},
                           {.agent = {3}, .function = "f", .arguments = {one}}};
  const Dependence dependence = dependence_of(execution.trace);
  const auto alike = placed_agents(execution, dependence, kEveryAction, true);
  EXPECT_EQ(alike[0].role, alike[2].role);
  EXPECT_NE(alike[0].role, alike[1].role);
  const auto each = placed_agents(execution, dependence, kEveryAction, false);
  EXPECT_NE(each[0].role, each[2].role);
}

TEST(PlacedAgents, that_wait_may_go_on_after_their_end) {
  const Program program{.agents = {{{Op::Wait, 0, 0}}, {{Op::Notify, 0, 1}, {Op::Notify, 0, 1}}}};
  Candidate candidate;
  candidate.order = {Choice::next({1}), Choice::next({2})};
  const Execution execution = follow(program, candidate);
  const auto agents = placed_agents(execution, dependence_of(execution.trace), kEveryAction, true);
  EXPECT_TRUE(agents[0].may_block);
  EXPECT_FALSE(agents[1].may_block);
}

}  // namespace
}  // namespace heddle::shrinker
