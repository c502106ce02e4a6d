#include "core/trace.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <set>

namespace heddle::core {
namespace {

Trace small_trace() {
  Trace trace;
  trace.agents = {{.name = "main", .parent = {}}, {.name = "T1", .parent = AgentId{0}}};
  trace.calls = {{.agent = {1},
                  .function = "f",
                  .arguments = {Value::i32(1)},
                  .results = {Value::i32(2)},
                  .returned = true,
                  .operation = 0}};
  trace.actions = {{.kind = ActionKind::Read, .size_bytes = 4, .read_value = 1}};
  trace.events = {{.agent = {1}, .where = {}, .first_action = 0, .action_count = 1}};
  return trace;
}

TEST(TraceDigest, differs_when_any_field_differs) {
  using Edit = std::function<void(Trace&)>;
  const std::vector<Edit> edits{
      [](Trace&) {},
      [](Trace& t) { t.agents[0].name = "mian"; },
      [](Trace& t) { t.agents[0].parent = AgentId{0}; },
      [](Trace& t) { t.agents[1].parent = AgentId{1}; },
      [](Trace& t) { t.agents.pop_back(); },
      [](Trace& t) { t.calls[0].agent = {0}; },
      [](Trace& t) { t.calls[0].function = "g"; },
      [](Trace& t) { t.calls[0].arguments[0] = Value::i64(1); },
      [](Trace& t) { t.calls[0].arguments[0].is_null = true; },
      [](Trace& t) { t.calls[0].arguments[0].low = 3; },
      [](Trace& t) { t.calls[0].arguments[0].high = 3; },
      [](Trace& t) { t.calls[0].arguments.clear(); },
      [](Trace& t) { t.calls[0].results[0].low = 3; },
      [](Trace& t) { t.calls[0].results.clear(); },
      [](Trace& t) { t.calls[0].returned = false; },
      [](Trace& t) { t.calls[0].operation = -1; },
      [](Trace& t) { t.calls.clear(); },
      [](Trace& t) { t.events[0].agent = {0}; },
      [](Trace& t) { t.events[0].where.module = 1; },
      [](Trace& t) { t.events[0].where.function = 1; },
      [](Trace& t) { t.events[0].where.offset = 1; },
      [](Trace& t) { t.events[0].first_action = 1; },
      [](Trace& t) { t.events[0].action_count = 0; },
      [](Trace& t) { t.events.clear(); },
      [](Trace& t) { t.actions[0].kind = ActionKind::Write; },
      [](Trace& t) { t.actions[0].ordering = Ordering::SeqCst; },
      [](Trace& t) { t.actions[0].is_torn_allowed = true; },
      [](Trace& t) { t.actions[0].location.region = RegionKind::Memory; },
      [](Trace& t) { t.actions[0].location.number = 1; },
      [](Trace& t) { t.actions[0].location.offset = 1; },
      [](Trace& t) { t.actions[0].size_bytes = 8; },
      [](Trace& t) { t.actions[0].read_value = 2; },
      [](Trace& t) { t.actions[0].written_value = 2; },
      [](Trace& t) { t.actions.clear(); },
  };
  std::set<Digest> digests;
  for (const Edit& edit : edits) {
    Trace trace = small_trace();
    edit(trace);
    digests.insert(digest_of(trace));
  }
  EXPECT_EQ(digests.size(), edits.size());
}

TEST(TraceDigest, ignores_names_of_modules_and_functions) {
  Trace trace = small_trace();
  trace.modules.push_back(std::make_shared<KnownNames>("m", std::vector<std::string>{"f"}));
  EXPECT_EQ(digest_of(trace), digest_of(small_trace()));
}

// Pinned: a digest in a repro of today must be the digest of the same trace tomorrow.
TEST(TraceDigest, never_changes) {
  EXPECT_EQ(to_string(digest_of(small_trace())), "5abe7154364299e4155533c2e35a42d8");
}

TEST(TraceDigester, gives_the_digest_of_the_trace_whose_events_it_was_given) {
  Trace trace = small_trace();
  trace.actions.push_back({.kind = ActionKind::Notify, .size_bytes = 4});
  trace.actions.push_back({.kind = ActionKind::Woken, .location = {.offset = 8}});
  trace.events.push_back({.agent = {0}, .where = {}, .first_action = 1, .action_count = 2});
  trace.events.push_back({.agent = {1}, .where = {.offset = 7}, .first_action = 3});
  TraceDigester digester;
  for (const Event& event : trace.events) {
    digester.add(std::span(&event, 1));
    digester.add(trace.actions_of(event));
  }
  EXPECT_EQ(digester.finish(trace.agents, trace.calls), digest_of(trace));
}

TEST(Trace, actions_of_an_event_are_its_own) {
  Trace trace = small_trace();
  trace.actions.push_back({.kind = ActionKind::Fence});
  trace.events.push_back({.agent = {0}, .where = {}, .first_action = 1, .action_count = 1});
  ASSERT_EQ(trace.actions_of(trace.events[1]).size(), 1U);
  EXPECT_EQ(trace.actions_of(trace.events[1])[0].kind, ActionKind::Fence);
}

}  // namespace
}  // namespace heddle::core
