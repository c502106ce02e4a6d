#include "harness/linear/register_monitor.hpp"

#include <gmock/gmock.h>

#include "harness/linear/linear_fixture.hpp"

namespace heddle::harness {
namespace {

using core::VerdictKind;
using fixture::Made;
using testing::ElementsAre;

std::optional<Decision> decide(const Made& made) {
  return decide_register(made.calls(), made.model().initial(), true);
}

TEST(RegisterMonitor, culprits_say_why_a_pending_call_happened) {
  const auto decision = decide(Made("cas-register")
                                   .call("write", {1}, {}, 0, 1)
                                   .call("read", {}, 2, 2, 6)
                                   .call("write", {5}, {}, 3, 4)
                                   .call("cas", {1, 2}, {}, 5, kPending)
                                   .call("write", {6}, {}, 7, 8));
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->kind, VerdictKind::Fail);
  EXPECT_THAT(decision->culprits, ElementsAre(0, 1, 2, 3));
}

TEST(RegisterMonitor, two_values_that_are_each_seen_before_and_behind_the_other_are_culprits) {
  const auto decision = decide(Made("register")
                                   .call("write", {1}, {}, 0, 1)
                                   .call("write", {2}, {}, 2, 3)
                                   .call("read", {}, 1, 4, 5)
                                   .call("read", {}, 2, 6, 7)
                                   .call("read", {}, 2, 8, 9));
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->kind, VerdictKind::Fail);
  EXPECT_THAT(decision->culprits, ElementsAre(0, 1, 2, 4));
}

TEST(RegisterMonitor, says_nothing_where_a_value_is_written_twice_or_is_the_initial_one) {
  EXPECT_FALSE(decide(Made("register").call("write", {1}, {}, 0, 1).call("write", {1}, {}, 2, 3)));
  EXPECT_FALSE(decide(Made("register").call("write", {0}, {}, 0, 1)));
}

TEST(RegisterMonitor, says_nothing_of_a_compare_and_swap_that_failed) {
  EXPECT_FALSE(decide(Made("cas-register").call("cas", {1, 2}, 0, 0, 1)));
}

TEST(RegisterMonitor, values_that_come_behind_each_other_are_a_violation) {
  const auto decision =
      decide(Made("cas-register").call("cas", {1, 2}, 1, 0, 2).call("cas", {2, 1}, 1, 1, 3));
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->kind, VerdictKind::Fail);
  EXPECT_THAT(decision->culprits, ElementsAre(0, 1));
}

}  // namespace
}  // namespace heddle::harness
