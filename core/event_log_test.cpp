#include "core/event_log.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "core/recycle.hpp"

namespace heddle::core {
namespace {

// More than the log has room for, by both ways; every third event has two actions.
void fill(EventLog& log) {
  for (std::uint32_t i = 0; i < 3 * EventLog::kActionsMax; ++i) {
    const Action action{.kind = ActionKind::Write, .location = {.offset = i}, .size_bytes = 4};
    if (i % 3 == 0) {
      log.record({i % 2}, {.offset = i}, std::vector{action, action});
      continue;
    }
    if (log.is_full()) log.flush();
    const auto [event, slot] = log.append();
    event.agent = {i % 2};
    event.where = {.offset = i};
    slot = action;
  }
  log.flush();
}

TEST(EventLog, keeps_every_event_with_its_actions_in_order) {
  Trace trace;
  EventLog log(Recording::Full, trace);
  fill(log);
  ASSERT_EQ(trace.events.size(), 3 * EventLog::kActionsMax);
  for (std::uint32_t i = 0; i < trace.events.size(); ++i) {
    const std::span<const Action> actions = trace.actions_of(trace.events[i]);
    ASSERT_EQ(actions.size(), i % 3 == 0 ? 2U : 1U);
    for (const Action& action : actions) ASSERT_EQ(action.location.offset, i);
    ASSERT_EQ(trace.events[i].where.offset, i);
  }
}

TEST(EventLog, has_the_digest_of_the_trace_that_it_does_not_keep) {
  Trace kept;
  EventLog full(Recording::Full, kept);
  fill(full);
  Trace empty;
  EventLog digest(Recording::Digest, empty);
  fill(digest);
  EXPECT_TRUE(empty.events.empty());
  EXPECT_EQ(digest.digest(), digest_of(kept));
}

TEST(Recycle, gives_the_next_execution_empty_buffers_of_the_same_size) {
  Execution used;
  used.trace.events.resize(1000);
  used.schedule.choices.resize(2000);
  const Event* const events = used.trace.events.data();
  recycle(used);
  EXPECT_TRUE(used.trace.events.empty());
  EXPECT_TRUE(used.schedule.choices.empty());
  Execution next;
  reuse_buffers(next);
  EXPECT_TRUE(next.trace.events.empty());
  EXPECT_EQ(next.trace.events.data(), events);
  EXPECT_GE(next.schedule.choices.capacity(), 2000U);
  Execution another;
  reuse_buffers(another);
  EXPECT_EQ(another.trace.events.capacity(), 0U) << "nothing is given twice";
}

}  // namespace
}  // namespace heddle::core
