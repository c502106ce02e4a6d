#include <gtest/gtest.h>

#include "engine/exec/machine_fixture.hpp"

namespace heddle::engine {
namespace {

TEST(Backtrace, tells_the_calls_that_an_event_was_made_in) {
  const auto module = compile(R"((module (memory 1 1 shared)
    (func $inner (i32.store (i32.const 0) (i32.const 1)))
    (func $outer (nop) (call $inner) (i32.store (i32.const 4) (i32.const 2)))
    (func (export "run") (call $outer))))");
  for (const core::PointMode mode : {core::PointMode::All, core::PointMode::Shared}) {
    FirstOption chooser;
    const auto run = [&](const std::vector<core::EventId>& wanted) {
      Machine machine({.points = mode, .backtraces_at = wanted}, chooser);
      return machine.run("main", [&](Agent& agent) {
        const Instance& instance = instantiate(agent, module);
        const auto body = [&](Agent& self) { (void)call(self, instance, "run"); };
        (void)agent.spawn("T", body);
        (void)agent.spawn("U", body);
      });
    };
    const core::Trace trace = run({}).trace;
    std::vector<core::EventId> wanted;
    for (std::uint32_t i = 0; i < trace.events.size(); ++i) {
      if (trace.actions_of(trace.events[i])[0].kind == core::ActionKind::Write) {
        wanted.push_back({i});
      }
    }
    const core::Execution execution = run(wanted);
    EXPECT_EQ(execution.trace, trace);
    ASSERT_EQ(execution.backtraces.size(), 4U);
    for (const core::Backtrace& backtrace : execution.backtraces) {
      const core::Event& event = trace.events[backtrace.event.index];
      ASSERT_EQ(backtrace.frames.size(), event.where.function == 0 ? 3U : 2U);
      EXPECT_EQ(backtrace.frames.front(), event.where);
      EXPECT_EQ(backtrace.frames.back().function, 2U);
    }
  }
}

}  // namespace
}  // namespace heddle::engine
