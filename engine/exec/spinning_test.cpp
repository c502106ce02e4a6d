// Agents that repeat reads are blocked until they would find something else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "engine/exec/machine_fixture.hpp"

namespace heddle::engine {
namespace {

using testing::HasSubstr;

constexpr std::string_view kModule = R"((module
  (memory (export "memory") 1 1 shared)
  (global $g (mut i32) (i32.const 0))
  (func (export "load")
    (loop $again (br_if $again (i32.eqz (i32.atomic.load (i32.const 0))))))
  (func (export "plain")
    (loop $again (br_if $again (i32.eqz (i32.load (i32.const 0))))))
  (func (export "two")
    (loop $again
      (br_if $again (i32.eqz (i32.add (i32.atomic.load (i32.const 0))
                                      (i32.atomic.load (i32.const 4)))))))
  (func (export "cmpxchg")
    (loop $again
      (br_if $again
        (i32.eqz (i32.atomic.rmw.cmpxchg (i32.const 0) (i32.const 1) (i32.const 2))))))
  (func (export "exchange")
    (loop $again (br_if $again (i32.eqz (i32.atomic.rmw.xchg (i32.const 0) (i32.const 0))))))
  (func $zero (result i32) (i32.atomic.load (i32.const 0)))
  (func (export "call") (loop $again (br_if $again (i32.eqz (call $zero)))))
  (func (export "fence")
    (loop $again (atomic.fence) (br_if $again (i32.eqz (i32.atomic.load (i32.const 0))))))
  (func (export "set") (i32.atomic.store (i32.const 0) (i32.const 1)))
  (func (export "set_other") (i32.atomic.store (i32.const 4) (i32.const 1)))
  (func (export "touch") (i32.atomic.store (i32.const 0) (i32.const 0)))
  (func (export "bounded") (result i32)
    (local $n i32)
    (loop $again
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $again (i32.and (i32.eqz (i32.atomic.load (i32.const 0)))
                             (i32.lt_u (local.get $n) (i32.const 300)))))
    (local.get $n))
  (func (export "writes") (result i32)
    (local $n i32)
    (loop $again
      (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 1)))
      (br_if $again (i32.lt_u (i32.load (i32.const 8)) (i32.const 300))))
    (i32.load (i32.const 8)))
  (func (export "global") (result i32)
    (loop $again
      (global.set $g (i32.add (global.get $g) (i32.const 1)))
      (drop (i32.atomic.load (i32.const 0)))
      (br_if $again (i32.lt_u (global.get $g) (i32.const 100))))
    (global.get $g))
  (func (export "sleep")
    (drop (memory.atomic.wait32 (i32.const 16) (i32.const 0) (i64.const 5)))
    (i32.atomic.store (i32.const 0) (i32.const 1)))
))";

core::Execution execute(const std::vector<std::string>& functions, core::Chooser& chooser,
                        const MachineOptions& options = {}) {
  static const auto module = compile(kModule);
  Machine machine(options, chooser);
  return machine.run("main", [&](Agent& main) {
    const Instance& instance = instantiate(main, module);
    std::vector<core::AgentId> spawned;
    for (const std::string& function : functions) {
      spawned.push_back(main.spawn(function, [&instance, &function](Agent& agent) {
        agent.set_outcome(call(agent, instance, function));
      }));
    }
    for (const core::AgentId agent : spawned) main.join(agent);
  });
}

const std::vector<std::string> kLoops{"load",     "plain", "two",  "cmpxchg",
                                      "exchange", "call",  "fence"};

class Loops : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Spinning, Loops, testing::ValuesIn(kLoops),
                         [](const auto& info) { return info.param; });

TEST_P(Loops, alone_end_at_once_as_blocked) {
  FirstOption chooser;
  const core::Execution execution = execute({GetParam()}, chooser);
  EXPECT_FALSE(execution.hit_limit);
  EXPECT_LT(execution.steps, 100U);
  ASSERT_EQ(execution.ends[1].outcome.kind, core::OutcomeKind::Blocked);
  EXPECT_EQ(execution.ends[1].blocked_on.kind, core::BlockedOn::Kind::Spin);
  EXPECT_EQ(to_string(execution.ends[1].blocked_on.location), "memory0+0x0");
  EXPECT_THAT(execution.ends[1].outcome.message, HasSubstr("spins on memory0+0x0"));
  EXPECT_EQ(execution.ends[0].blocked_on.kind, core::BlockedOn::Kind::Agent);
}

TEST_P(Loops, of_two_agents_end_soon) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    RandomOption chooser(seed);
    const core::Execution execution = execute({GetParam(), "load"}, chooser);
    EXPECT_FALSE(execution.hit_limit);
    EXPECT_LT(execution.steps, 150U);
    EXPECT_EQ(execution.ends[2].blocked_on.kind, core::BlockedOn::Kind::Spin);
  }
}

TEST_P(Loops, go_on_when_another_agent_writes_something_else) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    RandomOption chooser(seed);
    const core::Execution execution = execute({GetParam(), "set"}, chooser);
    EXPECT_EQ(execution.ends[1].outcome.kind, core::OutcomeKind::Returned);
    EXPECT_LT(execution.steps, 12U);
  }
}

TEST_P(Loops, stay_blocked_when_another_agent_writes_the_same) {
  FirstOption chooser;
  const core::Execution execution = execute({GetParam(), "touch", "touch"}, chooser);
  EXPECT_LT(execution.steps, 12U);
  EXPECT_EQ(execution.ends[1].blocked_on.kind, core::BlockedOn::Kind::Spin);
}

TEST_P(Loops, are_blocked_in_every_mode_and_wherever_agents_are_switched) {
  for (const core::PointMode mode :
       {core::PointMode::All, core::PointMode::Shared, core::PointMode::Sync}) {
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      RandomOption inside(seed);
      RandomOption outside(seed);
      const std::vector<std::string> functions{GetParam(), "set", "load", "sleep"};
      const core::Execution expected = execute(functions, inside, {.points = mode});
      const core::Execution execution =
          execute(functions, outside, {.points = mode, .permits_max = 1, .switches_inside = false});
      EXPECT_EQ(execution.schedule, expected.schedule);
      EXPECT_EQ(execution.trace, expected.trace);
      EXPECT_LT(execution.steps, 60U);
    }
  }
}

TEST(Spinning, reads_all_locations_of_the_loop) {
  FirstOption chooser;
  const core::Execution execution = execute({"two"}, chooser);
  ASSERT_EQ(execution.ends[1].blocked_on.locations.size(), 2U);
  const core::Execution other = execute({"two", "set_other"}, chooser);
  EXPECT_EQ(other.ends[1].outcome.kind, core::OutcomeKind::Returned);
}

TEST(Spinning, does_not_block_loops_that_change_something) {
  for (const char* function : {"bounded", "writes"}) {
    for (const std::vector<std::string>& functions :
         {std::vector<std::string>{function}, {function, "load", "set"}}) {
      RandomOption chooser(3);
      const core::Execution execution = execute(functions, chooser);
      EXPECT_EQ(execution.ends[1].outcome.kind, core::OutcomeKind::Returned) << function;
    }
  }
  FirstOption chooser;
  EXPECT_EQ(number(execute({"global", "load"}, chooser).ends[1].outcome), 100);
}

TEST(Spinning, lets_timeouts_fire) {
  FirstOption chooser;
  const core::Execution execution = execute({"load", "sleep"}, chooser);
  for (const core::AgentEnd& end : execution.ends) {
    EXPECT_EQ(end.outcome.kind, core::OutcomeKind::Returned);
  }
}

TEST(Spinning, is_not_looked_for_unless_it_is_wanted) {
  FirstOption chooser;
  const core::Execution execution =
      execute({"load"}, chooser, {.steps_max = 5000, .blocks_spinners = false});
  EXPECT_TRUE(execution.hit_limit);
  EXPECT_EQ(execution.steps, 5000U);
}

}  // namespace
}  // namespace heddle::engine
