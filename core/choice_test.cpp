#include "core/choice.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace heddle::core {
namespace {

ChoicePoint point_of(const std::vector<Choice>& options, std::uint32_t previous) {
  return {.options = options, .pending = {}, .previous = {previous}, .step = 0};
}

TEST(Choice, every_kind_has_its_own_spelling) {
  EXPECT_EQ(to_string(Choice::next({3})), "t3");
  EXPECT_EQ(to_string(Choice::timeout({3})), "timeout:t3");
  EXPECT_EQ(to_string(Choice{ChoiceKind::ReadsFrom, 12}), "rf:12");
  EXPECT_EQ(to_string(Choice{ChoiceKind::GrowSucceeds, 0}), "grow:0");
  EXPECT_EQ(to_string(Choice{ChoiceKind::SpawnSucceeds, 1}), "spawn:1");
  EXPECT_EQ(to_string(Choice{ChoiceKind::NanBits, 5}), "nan:5");
  EXPECT_EQ(to_string(Choice{ChoiceKind::RelaxedResult, 2}), "relaxed:2");
  EXPECT_EQ(to_string(Choice{ChoiceKind::TlsReclaim, 1}), "reclaim:1");
  EXPECT_EQ(to_string(Choice{ChoiceKind::CollectGarbage, 0}), "gc:0");
  EXPECT_EQ(to_string(Choice{ChoiceKind::Fault, 9}), "fault:9");
}

TEST(Preemption, is_a_switch_away_from_an_agent_that_could_go_on) {
  const std::vector<Choice> options{Choice::next({1}), Choice::next({2}), Choice::timeout({3})};
  EXPECT_FALSE(is_preemption(point_of(options, 1), Choice::next({1})));
  EXPECT_TRUE(is_preemption(point_of(options, 1), Choice::next({2})));
  EXPECT_TRUE(is_preemption(point_of(options, 1), Choice::timeout({3})));
}

TEST(Preemption, is_none_when_the_previous_agent_has_ended_or_blocked) {
  const std::vector<Choice> options{Choice::next({1}), Choice::next({2}), Choice::timeout({3})};
  EXPECT_FALSE(is_preemption(point_of(options, 3), Choice::next({1})));
  EXPECT_FALSE(is_preemption(point_of(options, 3), Choice::timeout({3})));
}

TEST(Preemption, is_none_when_the_choice_is_not_between_agents) {
  const std::vector<Choice> options{{ChoiceKind::GrowSucceeds, 0}, {ChoiceKind::GrowSucceeds, 1}};
  EXPECT_FALSE(is_preemption(point_of(options, 0), options[0]));
  EXPECT_FALSE(is_preemption(point_of(options, 0), options[1]));
}

TEST(NextInTurn, is_the_agent_behind_the_previous_one_or_the_first) {
  const auto chosen = [](std::vector<Choice> options, std::uint32_t previous) {
    return to_string(
        next_in_turn({.options = options, .pending = {}, .previous = {previous}, .step = 0}));
  };
  const Choice one = Choice::next({1});
  const Choice two = Choice::next({2});
  const Choice four = Choice::next({4});
  EXPECT_EQ(chosen({one, two, four}, 1), "t2");
  EXPECT_EQ(chosen({two, one, four}, 2), "t4");
  EXPECT_EQ(chosen({four, one, two}, 4), "t1");
  EXPECT_EQ(chosen({one, two}, 3), "t1") << "the previous agent need not be among them";
  EXPECT_EQ(chosen({one, Choice::timeout({2})}, 1), "t1");
  EXPECT_EQ(chosen({Choice::timeout({3}), Choice::timeout({2})}, 1), "timeout:t3");
}

}  // namespace
}  // namespace heddle::core
