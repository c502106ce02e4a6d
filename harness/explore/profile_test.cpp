#include "harness/explore/profile.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/explore/strategy.hpp"
#include "harness/explore/weights.hpp"

namespace heddle::harness {
namespace {

using core::ActionKind;
using core::Choice;

// Points as a machine would make them.
class Points {
 public:
  explicit Points(Profile& profile) : profile_(profile) {}

  // Of these agents, in order, the one at `chosen` steps.
  void step(std::vector<core::PendingAction> pending, std::size_t chosen) {
    std::vector<Choice> options;
    for (const core::PendingAction& action : pending) {
      if (action.agent == previous_) options.push_back(Choice::next(action.agent));
    }
    for (const core::PendingAction& action : pending) {
      if (action.agent != previous_) options.push_back(Choice::next(action.agent));
    }
    const core::AgentId agent = pending[chosen].agent;
    const core::ChoicePoint point{
        .options = options, .pending = pending, .previous = previous_, .step = step_++};
    profile_.observe(point);
    for (std::size_t i = 0; i < options.size(); ++i) {
      if (options[i] == Choice::next(agent)) profile_.count(point, i);
    }
    previous_ = agent;
  }

 private:
  Profile& profile_;
  core::AgentId previous_{};
  std::uint64_t step_ = 0;
};

core::PendingAction access(std::uint32_t agent, std::uint64_t offset,
                           ActionKind kind = ActionKind::Write, std::uint64_t size_bytes = 4) {
  return {.agent = {agent},
          .kind = kind,
          .location = {core::RegionKind::Memory, 0, offset},
          .size_bytes = size_bytes,
          .where = {.module = 0, .function = agent, .offset = 0}};
}

TEST(Profile, agents_are_known_by_parent_and_position) {
  Profile profile;
  // Agent 1 spawns agent 3; in the next execution, the same child is agent 4.
  profile.begin_execution(0);
  {
    Points points(profile);
    points.step({access(1, 0), access(2, 0)}, 0);
    points.step({access(1, 0), access(2, 0), access(3, 0)}, 0);
  }
  const Actor child = profile.actor_of(3);
  const Actor first = profile.actor_of(1);
  EXPECT_EQ(profile.parent_of(child), first);
  EXPECT_EQ(profile.parent_of(first), 0U);
  profile.end_execution();
  profile.begin_execution(1);
  {
    Points points(profile);
    points.step({access(1, 0), access(2, 0)}, 1);
    points.step({access(1, 0), access(2, 0), access(3, 0)}, 0);
    points.step({access(1, 0), access(2, 0), access(3, 0), access(4, 0)}, 0);
  }
  EXPECT_EQ(profile.actor_of(4), child);
  EXPECT_NE(profile.actor_of(3), child);
  EXPECT_EQ(profile.actor_of(99), 0U);
}

TEST(Profile, steps_are_maxima_over_lessons_and_include_those_of_descendants) {
  Profile profile;
  for (const std::size_t steps : {3U, 1U}) {
    profile.begin_execution(0);
    Points points(profile);
    for (std::size_t i = 0; i < steps; ++i) points.step({access(1, 0), access(2, 0)}, 0);
    points.step({access(1, 0), access(2, 0)}, 1);
    profile.end_execution();
  }
  EXPECT_EQ(profile.points_max(), 4U);
  EXPECT_THAT(profile.steps_with_descendants(), testing::ElementsAre(4, 3, 1));
}

TEST(Profile, what_is_no_lesson_changes_nothing) {
  Profile profile;
  profile.begin_execution(1000);
  ASSERT_FALSE(is_lesson(1000));
  Points points(profile);
  points.step({access(1, 0), access(2, 0)}, 0);
  points.step({access(1, 0), access(2, 0)}, 1);
  profile.end_execution();
  EXPECT_EQ(profile.points_max(), 0U);
  EXPECT_TRUE(profile.contended().empty());
}

TEST(Profile, contended_is_what_two_agents_touch_and_one_changes) {
  Profile profile;
  profile.begin_execution(0);
  Points points(profile);
  for (std::uint32_t agent : {1U, 2U}) {
    const auto step = [&](std::uint64_t offset, ActionKind kind) {
      points.step({access(1, offset, kind), access(2, offset, kind)}, agent - 1);
    };
    step(0, ActionKind::Read);                                   // by both, never changed
    step(100 * agent, ActionKind::Write);                        // each its own
    step(8, agent == 1 ? ActionKind::Read : ActionKind::Write);  // contended
    step(8, agent == 1 ? ActionKind::Read : ActionKind::Read);
  }
  profile.end_execution();
  ASSERT_EQ(profile.contended().size(), 1U);
  const ContendedRange& range = profile.contended().front();
  EXPECT_EQ(range.location.offset, 8U);
  EXPECT_THAT(range.counts, testing::ElementsAre(0, 2, 2));
  EXPECT_TRUE(range.contains(access(1, 9)));
  EXPECT_FALSE(range.contains(access(1, 12)));
}

TEST(Profile, accesses_that_overlap_are_one_range) {
  Profile profile;
  profile.begin_execution(0);
  Points points(profile);
  points.step({access(1, 0), access(2, 4)}, 0);
  points.step({access(1, 0), access(2, 4)}, 1);
  points.step({access(1, 0, ActionKind::Read, 8), access(2, 4)}, 0);
  points.step({access(1, 16), access(2, 4)}, 0);
  profile.end_execution();
  ASSERT_EQ(profile.contended().size(), 1U);
  EXPECT_EQ(profile.contended().front().location.offset, 0U);
  EXPECT_EQ(profile.contended().front().size_bytes, 8U);
  EXPECT_THAT(profile.contended().front().counts, testing::ElementsAre(0, 2, 1));
}

TEST(Weights, a_spawned_agent_takes_its_share_with_it) {
  Profile profile;
  const auto execute = [&](const auto& look) {
    profile.begin_execution(0);
    Points points(profile);
    points.step({access(1, 0), access(2, 0)}, 0);
    look();
    points.step({access(1, 0), access(2, 0), access(3, 0)}, 2);
    look();
    points.step({access(1, 0), access(2, 0), access(3, 0)}, 2);
    profile.end_execution();
  };
  execute([] {});
  Weights weights;
  weights.begin(profile.steps_with_descendants());
  std::vector<std::uint64_t> first;
  execute([&] {
    weights.update(profile, first.empty() ? 0 : 1);
    first.push_back(weights.of(1));
  });
  EXPECT_THAT(first, testing::ElementsAre(3, 1));  // with the child's two steps, and without
  EXPECT_EQ(weights.of(3), 2U);
  EXPECT_EQ(weights.of(2), 1U);  // never below 1
}

}  // namespace
}  // namespace heddle::harness
