#include "reports/events_json.hpp"

#include <gmock/gmock.h>

#include "reports/example_traces.hpp"

namespace heddle::reports {
namespace {

TEST(EventsJson, name_agent_function_instruction_and_source_line) {
  TraceBuilder b({"main"});
  b.name_functions({"run", "lock"}, "src/queue.c");
  b.in(1).load(0, 4, 7);
  EXPECT_EQ(event_json(b.trace(), {0}).dump(),
            R"({"event":1,"agent":"main","actions":["load  [0x4] -> 7"],"function":"lock",)"
            R"("offset":0,"instruction":"nop","file":"src/queue.c","line":100})");
}

TEST(EventsJson, leave_out_what_is_not_known) {
  TraceBuilder b({"main"});
  b.call(0, "run");
  b.in(1).load(0, 4, 7);
  EXPECT_EQ(event_json(b.trace(), {0}).dump(),
            R"json({"event":1,"agent":"main","actions":["call run()"]})json");
  EXPECT_EQ(event_json(b.trace(), {1}).dump(),
            R"({"event":2,"agent":"main","actions":["load  [0x4] -> 7"],)"
            R"("function":"function1","offset":0})");
  EXPECT_EQ(event_json(b.trace(), {2}).dump(), R"({"event":3})");
}

TEST(EventsJson, of_findings_are_their_evidence) {
  const Example example = lost_update();
  const Json json = findings_json(example.trace, example.findings);
  ASSERT_EQ(json.size(), 1U);
  EXPECT_EQ(json[0]["rule"], "assertion");
  EXPECT_EQ(json[0]["events"].size(), 3U);
  EXPECT_EQ(json[0]["events"][0]["agent"], "a1");
}

TEST(EventsJson, of_long_traces_are_the_first_and_the_last) {
  const Example example = lost_update();
  EXPECT_EQ(interleaving_json(example.trace).size(), example.trace.events.size());
  const Json json = interleaving_json(example.trace, 5);
  ASSERT_EQ(json.size(), 5U);
  EXPECT_EQ(json[1]["event"], 2);
  EXPECT_EQ(json[2]["event"], example.trace.events.size() - 2);
  EXPECT_EQ(json[4]["event"], example.trace.events.size());
}

}  // namespace
}  // namespace heddle::reports
