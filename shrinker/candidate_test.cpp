#include "shrinker/candidate.hpp"

#include <gtest/gtest.h>

namespace heddle::shrinker {
namespace {

using core::Choice;
using core::ChoiceKind;

const std::vector<Choice> kAgents{Choice::next({1}), Choice::next({2})};
const std::vector<Choice> kGrow{{ChoiceKind::GrowSucceeds, 1}, {ChoiceKind::GrowSucceeds, 0}};

Choice choose(Follower& follower, const std::vector<Choice>& options, std::uint64_t step = 0) {
  return follower.choose({.options = options, .step = step});
}

TEST(Follower, of_choices_drops_those_that_are_no_options) {
  Candidate candidate;
  candidate.schedule.choices = {Choice::next({7}), kGrow[1], Choice::next({2})};
  Follower follower(candidate);
  EXPECT_EQ(choose(follower, kAgents), kAgents[1]);
  EXPECT_EQ(choose(follower, kAgents), kAgents[0]) << "nothing is left";
}

TEST(Follower, of_choices_keeps_those_between_agents_while_something_else_is_chosen) {
  Candidate candidate;
  candidate.schedule.choices = {Choice::next({2}), kGrow[1]};
  Follower follower(candidate);
  EXPECT_EQ(choose(follower, kGrow), kGrow[0]);
  EXPECT_EQ(choose(follower, kAgents), kAgents[1]);
  EXPECT_EQ(choose(follower, kGrow), kGrow[1]);
}

TEST(Follower, of_steps_looks_at_the_step_that_is_to_be_made) {
  Candidate candidate;
  candidate.order = {Choice::next({1}), Choice::next({2}), Choice::next({9}), Choice::next({2})};
  Follower follower(candidate);
  EXPECT_EQ(choose(follower, kAgents, 1), kAgents[1]);
  EXPECT_EQ(choose(follower, kAgents, 2), kAgents[0]) << "no option";
  EXPECT_EQ(choose(follower, kAgents, 3), kAgents[1]);
  EXPECT_EQ(choose(follower, kAgents, 4), kAgents[0]) << "behind the end";
}

TEST(Follower, of_steps_takes_everything_else_from_the_schedule) {
  Candidate candidate;
  candidate.order = {Choice::next({2}), Choice::next({2})};
  candidate.schedule.choices = {Choice::next({1}), kGrow[1], Choice::next({1}), kGrow[0]};
  Follower follower(candidate);
  EXPECT_EQ(choose(follower, kGrow, 0), kGrow[1]);
  EXPECT_EQ(choose(follower, kAgents, 1), kAgents[1]);
  EXPECT_EQ(choose(follower, kGrow, 2), kGrow[0]);
}

}  // namespace
}  // namespace heddle::shrinker
