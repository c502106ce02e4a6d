// How much of the trace is kept changes nothing but the trace.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "engine/exec/machine_fixture.hpp"

namespace heddle::engine {
namespace {

// Two agents; accesses of a thread's own, of the machine (notify, fill, wait) and a trap.
constexpr std::string_view kModule = R"((module
  (memory 1 1 shared)
  (func (export "run") (param $times i32) (result i32)
    (loop $next
      (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
      (i32.store16 offset=5 (i32.const 0) (i32.load (i32.const 0)))
      (memory.fill (i32.const 16) (i32.load8_u (i32.const 0)) (i32.const 9))
      (drop (memory.atomic.notify (i32.const 0) (i32.const 1)))
      (drop (memory.atomic.wait32 (i32.const 0) (i32.const 3) (i64.const 10)))
      (atomic.fence)
      (br_if $next (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
    (i32.load (i32.const 65534)))))";

core::Execution execute(std::uint64_t seed, core::Recording recording) {
  static const auto kCompiled = compile(kModule);
  RandomOption chooser(seed);
  MachineOptions options;
  options.recording = recording;
  Machine machine(options, chooser);
  return machine.run("main", [](Agent& main) {
    const Instance& instance = instantiate(main, kCompiled);
    const auto body = [&instance](Agent& agent) {
      agent.set_outcome(call(agent, instance, "run", {core::Value::i32(4)}));
    };
    const core::AgentId other = main.spawn("T1", body);
    body(main);
    main.join(other);
  });
}

RC_GTEST_PROP(Recording, keeps_the_digest_that_the_whole_trace_has, (std::uint64_t seed)) {
  const core::Execution full = execute(seed, core::Recording::Full);
  const core::Execution digest = execute(seed, core::Recording::Digest);
  RC_ASSERT(!full.trace_digest.has_value());
  RC_ASSERT(trace_digest_of(digest) == digest_of(full.trace));
  RC_ASSERT(digest.trace.events.empty());
  RC_ASSERT(digest.trace.actions.empty());
}

RC_GTEST_PROP(Recording, changes_nothing_but_events, (std::uint64_t seed)) {
  const core::Execution full = execute(seed, core::Recording::Full);
  for (const core::Recording recording : {core::Recording::Digest, core::Recording::Nothing}) {
    const core::Execution other = execute(seed, recording);
    RC_ASSERT(other.schedule == full.schedule);
    RC_ASSERT(other.ends == full.ends);
    RC_ASSERT(other.steps == full.steps);
    RC_ASSERT(other.preemptions == full.preemptions);
    RC_ASSERT(other.trace.calls == full.trace.calls);
    RC_ASSERT(other.trace.agents == full.trace.agents);
    RC_ASSERT(other.trace.events.empty());
  }
}

TEST(Recording, counts_events_that_are_not_kept_in_the_digest) {
  EXPECT_NE(trace_digest_of(execute(1, core::Recording::Digest)),
            trace_digest_of(execute(1, core::Recording::Nothing)));
}

}  // namespace
}  // namespace heddle::engine
