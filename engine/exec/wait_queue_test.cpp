#include "engine/exec/wait_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <deque>
#include <map>

namespace heddle::engine {
namespace {

using core::AgentId;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr core::Location kHere{.region = core::RegionKind::Memory, .number = 0, .offset = 8};
constexpr core::Location kThere{.region = core::RegionKind::Memory, .number = 1, .offset = 8};

AgentId agent(std::uint32_t index) { return {index}; }

TEST(WaitQueue, wakes_in_the_order_of_arrival) {
  WaitQueue queue;
  for (const std::uint32_t index : {3U, 1U, 2U}) queue.join(agent(index));
  EXPECT_THAT(queue.notify(2), ElementsAre(agent(3), agent(1)));
  EXPECT_THAT(queue.notify(2), ElementsAre(agent(2)));
  EXPECT_THAT(queue.notify(2), IsEmpty());
}

TEST(WaitQueue, wakes_nobody_if_asked_for_none) {
  WaitQueue queue;
  queue.join(agent(1));
  EXPECT_THAT(queue.notify(0), IsEmpty());
  EXPECT_EQ(queue.size(), 1U);
}

TEST(WaitQueue, keeps_its_order_when_a_time_is_up) {
  WaitQueue queue;
  for (std::uint32_t index = 0; index < 4; ++index) queue.join(agent(index));
  queue.time_out(agent(1));
  EXPECT_THAT(queue.notify(~0U), ElementsAre(agent(0), agent(2), agent(3)));
}

TEST(WaitQueueDeathTest, refuses_an_agent_that_waits_already) {
  WaitQueue queue;
  queue.join(agent(1));
  EXPECT_DEATH(queue.join(agent(1)), "internal error");
}

TEST(WaitQueueDeathTest, refuses_to_time_out_an_agent_that_does_not_wait) {
  WaitQueues queues;
  EXPECT_DEATH(queues.time_out(kHere, agent(1)), "internal error");
}

TEST(WaitQueues, keep_locations_apart) {
  WaitQueues queues;
  queues.join(kHere, agent(1));
  queues.join(kThere, agent(2));
  EXPECT_THAT(queues.notify(kHere, 5), ElementsAre(agent(1)));
  EXPECT_EQ(queues.waiting(kHere), 0U);
  EXPECT_EQ(queues.waiting(kThere), 1U);
}

// Against the simplest thing that could be right.
RC_GTEST_PROP(WaitQueues, do_what_a_list_per_location_does, ()) {
  WaitQueues queues;
  std::map<std::uint64_t, std::deque<AgentId>> model;
  std::uint32_t next = 0;
  const int length = *rc::gen::inRange(0, 60);
  for (int i = 0; i < length; ++i) {
    const auto offset = *rc::gen::inRange<std::uint64_t>(0, 3);
    const core::Location location{.region = core::RegionKind::Memory, .offset = offset};
    std::deque<AgentId>& expected = model[offset];
    const int what = *rc::gen::inRange(0, 4);
    if (what < 2) {
      queues.join(location, agent(next));
      expected.push_back(agent(next++));
    } else if (what == 2) {
      const auto count = *rc::gen::inRange(0U, 4U);
      const auto last = expected.begin() +
                        static_cast<std::ptrdiff_t>(std::min<std::size_t>(count, expected.size()));
      RC_ASSERT(queues.notify(location, count) == std::vector<AgentId>(expected.begin(), last));
      expected.erase(expected.begin(), last);
    } else if (!expected.empty()) {
      const auto which = *rc::gen::inRange<std::size_t>(0, expected.size());
      queues.time_out(location, expected[which]);
      expected.erase(expected.begin() + static_cast<std::ptrdiff_t>(which));
    }
    RC_ASSERT(queues.waiting(location) == expected.size());
  }
}

}  // namespace
}  // namespace heddle::engine
