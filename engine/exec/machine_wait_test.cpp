// The machine's wait queues and clock: order, time-outs, deadlocks, traps.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "engine/exec/machine.hpp"
#include "engine/exec/machine_fixture.hpp"

namespace heddle::engine {
namespace {

using core::OutcomeKind;
using core::Value;
using ::testing::UnorderedElementsAre;

constexpr const char* kQueue = R"((module
  (memory (export "memory") 1 1 shared)
  (func (export "wait") (param i32 i32 i64) (result i32)
    (memory.atomic.wait32 (local.get 0) (local.get 1) (local.get 2)))
  (func (export "wait64") (param i32 i64 i64) (result i32)
    (memory.atomic.wait64 (local.get 0) (local.get 1) (local.get 2)))
  (func (export "notify") (param i32 i32) (result i32)
    (memory.atomic.notify (local.get 0) (local.get 1)))
  (func (export "set") (param i32 i32) (i32.atomic.store (local.get 0) (local.get 1)))
  (func (export "fence") (atomic.fence))))";

constexpr std::uint64_t kForever = ~std::uint64_t{0};

core::Outcome wait(Agent& agent, const Instance& instance, std::uint32_t address,
                   std::uint64_t timeout_ns, std::uint32_t expected = 0) {
  return call(agent, instance, "wait",
              {Value::i32(address), Value::i32(expected), Value::i64(timeout_ns)});
}

std::int64_t notify(Agent& agent, const Instance& instance, std::uint32_t address,
                    std::uint32_t count) {
  return number(call(agent, instance, "notify", {Value::i32(address), Value::i32(count)}));
}

using Body = std::function<void(Agent&, const Instance&)>;

core::Execution run(core::Chooser& chooser, const Body& body, const MachineOptions& options = {}) {
  static const auto kModule = compile(kQueue);
  Machine machine(options, chooser);
  return machine.run("main", [&](Agent& agent) { body(agent, instantiate(agent, kModule)); });
}

core::Execution run(const Body& body, const MachineOptions& options = {}) {
  FirstOption chooser;
  return run(chooser, body, options);
}

TEST(Waiting, ends_in_the_order_of_arrival_whatever_the_ids) {
  for (const char* const order : {"t1 t2 t3", "t3 t1 t2", "t2 t3 t1", "t3 t2 t1"}) {
    Scripted chooser(order);
    std::string woken;
    const core::Execution execution = run(chooser, [&](Agent& agent, const Instance& instance) {
      for (const char* const name : {"1", "2", "3"}) {
        (void)agent.spawn(name, [&, name](Agent& self) {
          EXPECT_EQ(number(wait(self, instance, 8, kForever)), 0);
          woken += name;
        });
      }
      agent.join(agent.spawn("notifier", [&](Agent& self) {
        while (woken.size() < 3) (void)notify(self, instance, 8, 1);
      }));
    });
    std::string expected;
    for (const char* letter = order; *letter != 0; ++letter) {
      if (*letter >= '1' && *letter <= '3') expected += *letter;
    }
    EXPECT_EQ(woken, expected) << story(execution.trace);
  }
}

TEST(Waiting, is_over_right_after_the_notify_that_ends_it) {
  Scripted chooser("t1");
  const core::Execution execution = run(chooser, [](Agent& agent, const Instance& instance) {
    for (const char* const name : {"1", "2"}) {
      (void)agent.spawn(name, [&](Agent& self) { (void)wait(self, instance, 0, kForever); });
    }
    (void)agent.spawn("3", [&](Agent& self) { EXPECT_EQ(notify(self, instance, 0, 9), 2); });
    agent.join({3});
  });
  EXPECT_EQ(story(execution.trace),
            "t0:spawn t0:spawn t0:spawn t1:invoke t1:read+wait t2:invoke t2:read+wait "
            "t3:invoke t3:notify t1:woken t2:woken t3:return t1:return t1:end t2:return t2:end "
            "t3:end t0:join t0:end");
  const auto notify_action =
      std::ranges::find(execution.trace.actions, core::ActionKind::Notify, &core::Action::kind);
  EXPECT_EQ(notify_action->read_value, 2U);
  EXPECT_EQ(notify_action->written_value, 9U);
}

TEST(Waiting, does_not_begin_if_the_value_differs) {
  const core::Execution execution = run([](Agent& agent, const Instance& instance) {
    EXPECT_EQ(number(wait(agent, instance, 0, kForever, 1)), 1);
    const core::Outcome outcome = call(
        agent, instance, "wait64", {Value::i32(0), Value::i64(1ULL << 40), Value::i64(kForever)});
    EXPECT_EQ(number(outcome), 1);
  });
  EXPECT_EQ(story(execution.trace),
            "t0:invoke t0:read t0:return t0:invoke t0:read t0:return t0:end");
}

TEST(Waiting, compares_64_bits_or_32) {
  (void)run([](Agent& agent, const Instance& instance) {
    (void)call(agent, instance, "set", {Value::i32(4), Value::i32(1)});
    // The upper half differs: only the narrow wait waits, and times out.
    EXPECT_EQ(number(wait(agent, instance, 0, 0)), 2);
    EXPECT_EQ(
        number(call(agent, instance, "wait64", {Value::i32(0), Value::i64(0), Value::i64(0)})), 1);
    EXPECT_EQ(number(call(agent, instance, "wait64",
                          {Value::i32(0), Value::i64(1ULL << 32), Value::i64(0)})),
              2);
  });
}

TEST(Waiting, without_anyone_to_notify_is_a_deadlock_that_says_where) {
  const core::Execution execution = run([](Agent& agent, const Instance& instance) {
    agent.join(agent.spawn("waiter", [&](Agent& self) {
      (void)wait(self, instance, 16, kForever);
      ADD_FAILURE() << "nobody notified";
    }));
  });
  EXPECT_FALSE(execution.hit_limit);
  ASSERT_EQ(execution.ends.size(), 2U);
  EXPECT_EQ(to_string(execution.ends[0].outcome), "blocked: joins t1 (waiter), which does not end");
  EXPECT_EQ(to_string(execution.ends[1].outcome),
            "blocked: waits on memory0+0x10 with no notify left");
  EXPECT_EQ(execution.ends[1].blocked_on.kind, core::BlockedOn::Kind::WaitQueue);
  EXPECT_EQ(to_string(execution.ends[1].blocked_on.location), "memory0+0x10");
  EXPECT_EQ(execution.ends[1].where.function, 0U);
  EXPECT_FALSE(execution.trace.calls[0].returned);
}

TEST(Waiting, negative_times_are_infinite) {
  for (const std::uint64_t timeout_ns : {~std::uint64_t{0}, std::uint64_t{1} << 63}) {
    const core::Execution execution = run([&](Agent& agent, const Instance& instance) {
      (void)wait(agent, instance, 0, timeout_ns);
    });
    EXPECT_EQ(execution.ends[0].outcome.kind, OutcomeKind::Blocked);
  }
}

TEST(Clock, jumps_to_the_next_deadline_when_nobody_can_step) {
  for (const bool early : {false, true}) {
    MachineOptions options;
    options.faults.early_timeouts = early;
    std::string order;
    const core::Execution execution = run(
        [&](Agent& agent, const Instance& instance) {
          const std::pair<const char*, std::uint64_t> waits[] = {
              {"c", 3'000'000'000}, {"a", 1'000}, {"b", 2'000'000}, {"d", ~std::uint64_t{0} >> 1}};
          for (const auto& [name, timeout_ns] : waits) {
            (void)agent.spawn(name, [&, name, timeout_ns](Agent& self) {
              EXPECT_EQ(number(wait(self, instance, 0, timeout_ns)), 2);
              order += name;
            });
          }
        },
        options);
    EXPECT_EQ(order, "abcd");
    EXPECT_EQ(execution.ends[1].outcome.kind, OutcomeKind::Returned);
  }
}

// The first agent waits long, the second short: whoever goes on first, time decides unless the
// schedule says otherwise.
TEST(Clock, is_punctual_unless_the_schedule_says_otherwise) {
  const auto order_under = [](core::Chooser& chooser) {
    std::string order;
    (void)run(chooser, [&](Agent& agent, const Instance& instance) {
      (void)agent.spawn("long", [&](Agent& self) {
        (void)wait(self, instance, 0, 1000);
        order += "long ";
      });
      (void)agent.spawn("short", [&](Agent& self) {
        (void)wait(self, instance, 4, 10);
        order += "short ";
      });
    });
    return order;
  };
  Scripted both_wait_then_first("t1 t2");
  EXPECT_EQ(order_under(both_wait_then_first), "short long ");
  Scripted early("t1 timeout:t1");
  EXPECT_EQ(order_under(early), "long short ");
  Scripted early_when_stuck("t1 t2 timeout:t1");
  EXPECT_EQ(order_under(early_when_stuck), "long short ");
}

TEST(Clock, does_not_let_punctual_timeouts_fire_while_someone_can_step) {
  MachineOptions options;
  options.faults.early_timeouts = false;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    RandomOption chooser(seed);
    (void)run(
        chooser,
        [](Agent& agent, const Instance& instance) {
          (void)agent.spawn("waiter", [&](Agent& self) {
            // Not notified only if it came too late, and then its value differs.
            EXPECT_NE(number(wait(self, instance, 0, 1'000'000)), 2);
          });
          (void)agent.spawn("notifier", [&](Agent& self) {
            (void)call(self, instance, "set", {Value::i32(0), Value::i32(1)});
            (void)notify(self, instance, 0, 1);
          });
        },
        options);
  }
}

TEST(Clock, lets_a_wait_of_no_time_end_while_others_spin) {
  MachineOptions options;
  options.faults.early_timeouts = false;
  bool has_ended = false;
  for (std::uint64_t seed = 0; seed < 20 && !has_ended; ++seed) {
    RandomOption chooser(seed);
    const core::Execution execution = run(
        chooser,
        [&](Agent& agent, const Instance& instance) {
          bool is_done = false;
          const core::AgentId waiter = agent.spawn("waiter", [&](Agent& self) {
            EXPECT_EQ(number(wait(self, instance, 0, 0)), 2);
            is_done = true;
          });
          while (!is_done) (void)call(agent, instance, "fence");
          agent.join(waiter);
        },
        options);
    has_ended = !execution.hit_limit;
  }
  EXPECT_TRUE(has_ended);
}

TEST(Waiting, can_time_out_early_or_be_notified_and_all_results_are_seen) {
  std::set<std::pair<std::int64_t, std::int64_t>> results;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    RandomOption chooser(seed);
    std::int64_t waited = -1;
    std::int64_t woken = -1;
    (void)run(chooser, [&](Agent& agent, const Instance& instance) {
      const core::AgentId waiter = agent.spawn(
          "waiter", [&](Agent& self) { waited = number(wait(self, instance, 0, 1000)); });
      const core::AgentId notifier = agent.spawn("notifier", [&](Agent& self) {
        (void)call(self, instance, "set", {Value::i32(0), Value::i32(1)});
        woken = notify(self, instance, 0, 1);
      });
      agent.join(waiter);
      agent.join(notifier);
    });
    results.emplace(waited, woken);
  }
  // The number of agents woken is the number of waits that return 0.
  EXPECT_THAT(results, UnorderedElementsAre(std::pair(0, 1), std::pair(1, 0), std::pair(2, 0)));
}

TEST(Waiting, after_a_timeout_is_no_longer_in_the_queue) {
  (void)run([](Agent& agent, const Instance& instance) {
    EXPECT_EQ(number(wait(agent, instance, 0, 5)), 2);
    EXPECT_EQ(notify(agent, instance, 0, 1), 0);
  });
}

TEST(Waiting, keeps_equal_addresses_of_different_memories_apart) {
  const auto module = compile(kQueue);
  FirstOption chooser;
  Machine machine({}, chooser);
  const core::Execution execution = machine.run("main", [&](Agent& agent) {
    const Instance& a = instantiate(agent, module);
    const Instance& b = instantiate(agent, module);
    (void)agent.spawn("waiter", [&](Agent& self) { (void)wait(self, a, 0, kForever); });
    agent.join(agent.spawn("notifier", [&](Agent& self) { EXPECT_EQ(notify(self, b, 0, 1), 0); }));
  });
  EXPECT_EQ(execution.ends[1].outcome.kind, OutcomeKind::Blocked);
}

struct WaitTrap {
  const char* function;
  std::uint32_t address;
  const char* message;
};

TEST(Waiting, traps_in_the_order_of_the_reference_interpreter) {
  const WaitTrap traps[] = {
      {"wait", 65536, "out of bounds memory access"},
      {"wait64", 65536, "out of bounds memory access"},
      {"notify", 65536, "out of bounds memory access"},
      {"wait", 65531, "unaligned atomic"},
      {"wait64", 65524, "unaligned atomic"},
      {"notify", 65531, "unaligned atomic"},
      {"wait", 65535, "unaligned atomic"},
      {"wait64", 0xffff'ffff, "unaligned atomic"},
      {"notify", 0xffff'fffc, "out of bounds memory access"},
  };
  for (const WaitTrap& trap : traps) {
    const core::Execution execution = run([&](Agent& agent, const Instance& instance) {
      const bool is_wide = std::string_view(trap.function) == "wait64";
      std::vector<Value> arguments = {Value::i32(trap.address),
                                      is_wide ? Value::i64(0) : Value::i32(0)};
      if (std::string_view(trap.function) != "notify") arguments.push_back(Value::i64(0));
      EXPECT_EQ(call(agent, instance, trap.function, arguments).message, trap.message)
          << trap.function << ' ' << trap.address;
    });
    EXPECT_EQ(story(execution.trace), "t0:invoke t0:read t0:return t0:end");
  }
}

TEST(Waiting, on_unshared_memory_traps_and_notifying_it_wakes_nobody) {
  const auto module = compile(R"((module (memory 1 1)
    (func (export "wait") (param i32) (result i32)
      (memory.atomic.wait32 (local.get 0) (i32.const 0) (i64.const 0)))
    (func (export "notify") (param i32) (result i32)
      (memory.atomic.notify (local.get 0) (i32.const 1)))))");
  FirstOption chooser;
  Machine machine({}, chooser);
  (void)machine.run("main", [&](Agent& agent) {
    const Instance& instance = instantiate(agent, module);
    const auto outcome = [&](const char* function, std::uint32_t address) {
      return to_string(call(agent, instance, function, {Value::i32(address)}));
    };
    EXPECT_EQ(outcome("wait", 0), "trapped: expected shared memory");
    EXPECT_EQ(outcome("wait", 1), "trapped: unaligned atomic");
    EXPECT_EQ(outcome("notify", 0), "returned i32:0");
    EXPECT_EQ(outcome("notify", 65536), "trapped: out of bounds memory access");
    EXPECT_EQ(outcome("notify", 65531), "trapped: unaligned atomic");
  });
}

TEST(Fence, is_a_step_of_its_own) {
  const core::Execution execution =
      run([](Agent& agent, const Instance& instance) { (void)call(agent, instance, "fence"); });
  EXPECT_EQ(story(execution.trace), "t0:invoke t0:fence t0:return t0:end");
  EXPECT_EQ(execution.steps, 1U);
}

// Law 1 with everything that blocks.
TEST(Waiting, gives_equal_traces_for_equal_choices) {
  const Body body = [](Agent& agent, const Instance& instance) {
    for (int i = 0; i < 3; ++i) {
      (void)agent.spawn("waiter", [&](Agent& self) {
        (void)wait(self, instance, 0, 1000);
        (void)notify(self, instance, 4, 1);
        (void)wait(self, instance, 4, 500);
      });
    }
    for (int i = 0; i < 3; ++i) (void)notify(agent, instance, 0, 1);
  };
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    RandomOption random(seed);
    const core::Execution first = run(random, body);
    Scripted replay(first.schedule.choices);
    const core::Execution second = run(replay, body);
    EXPECT_EQ(print(first.schedule), print(second.schedule));
    EXPECT_TRUE(first.trace == second.trace);
    EXPECT_EQ(digest_of(first.trace), digest_of(second.trace));
    EXPECT_EQ(first.preemptions, second.preemptions);
  }
}

}  // namespace
}  // namespace heddle::engine
