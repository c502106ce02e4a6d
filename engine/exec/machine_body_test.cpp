// The machine with bodies and host functions only: agents, joining, limits, unwinding.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>

#include "engine/exec/machine.hpp"
#include "engine/exec/machine_fixture.hpp"

namespace heddle::engine {
namespace {

using core::OutcomeKind;

core::Execution run(const AgentBody& body, const MachineOptions& options = {}) {
  FirstOption chooser;
  Machine machine(options, chooser);
  return machine.run("main", body);
}

TEST(Machine, runs_one_agent_to_its_end) {
  bool has_run = false;
  const core::Execution execution = run([&](Agent& agent) {
    EXPECT_EQ(agent.id(), core::AgentId{0});
    has_run = true;
  });
  EXPECT_TRUE(has_run);
  ASSERT_EQ(execution.ends.size(), 1U);
  EXPECT_EQ(execution.ends[0].outcome.kind, OutcomeKind::Returned);
  EXPECT_EQ(story(execution.trace), "t0:end");
  EXPECT_EQ(execution.steps, 0U);
}

TEST(Machine, ends_an_agent_with_the_outcome_it_set) {
  const core::Execution execution = run([](Agent& agent) {
    agent.set_outcome({.kind = OutcomeKind::Trapped, .message = "unreachable"});
  });
  EXPECT_EQ(to_string(execution.ends[0].outcome), "trapped: unreachable");
}

TEST(Machine, numbers_agents_in_order_of_creation_and_names_their_parents) {
  const core::Execution execution = run([](Agent& agent) {
    const core::AgentId a =
        agent.spawn("a", [](Agent& self) { self.join(self.spawn("aa", [](Agent&) {})); });
    const core::AgentId b = agent.spawn("b", [](Agent&) {});
    agent.join(b);
    agent.join(a);
  });
  ASSERT_EQ(execution.trace.agents.size(), 4U);
  EXPECT_EQ(execution.trace.agents[1].name, "a");
  EXPECT_EQ(execution.trace.agents[2].name, "b");
  EXPECT_EQ(execution.trace.agents[3].name, "aa");
  EXPECT_EQ(execution.trace.agents[3].parent, core::AgentId{1});
  EXPECT_EQ(execution.trace.agents[0].parent, std::nullopt);
  EXPECT_EQ(story(execution.trace),
            "t0:spawn t0:spawn t1:spawn t2:end t0:join t3:end t1:join t1:end t0:join t0:end");
}

TEST(Machine, records_the_join_of_an_agent_that_has_already_ended) {
  const core::Execution execution = run([](Agent& agent) {
    const core::AgentId child = agent.spawn("a", [](Agent&) {});
    agent.join(child);
    agent.join(child);
  });
  EXPECT_EQ(story(execution.trace), "t0:spawn t1:end t0:join t0:join t0:end");
}

TEST(Machine, explains_agents_that_join_each_other) {
  const core::Execution execution = run([](Agent& agent) {
    const core::AgentId child = agent.spawn("child", [](Agent& self) { self.join({0}); });
    agent.join(child);
  });
  ASSERT_EQ(execution.ends.size(), 2U);
  EXPECT_FALSE(execution.hit_limit);
  EXPECT_EQ(to_string(execution.ends[0].outcome), "blocked: joins t1 (child), which does not end");
  EXPECT_EQ(execution.ends[0].blocked_on.kind, core::BlockedOn::Kind::Agent);
  EXPECT_EQ(execution.ends[0].blocked_on.agent, core::AgentId{1});
  EXPECT_EQ(execution.ends[1].blocked_on.agent, core::AgentId{0});
}

TEST(Machine, blocks_an_agent_that_joins_itself) {
  const core::Execution execution = run([](Agent& agent) { agent.join(agent.id()); });
  EXPECT_EQ(execution.ends[0].outcome.kind, OutcomeKind::Blocked);
}

TEST(Machine, stops_at_the_limit_of_agents) {
  MachineOptions options;
  options.agents_max = 5;
  const core::Execution execution = run(
      [](Agent& agent) {
        while (true) (void)agent.spawn("child", [](Agent&) {});
      },
      options);
  EXPECT_TRUE(execution.hit_limit);
  EXPECT_EQ(execution.limit, "5 agents");
  EXPECT_EQ(execution.ends.size(), 5U);
  EXPECT_EQ(execution.ends[0].outcome.kind, OutcomeKind::Unfinished);
}

TEST(Machine, destroys_the_objects_of_bodies_that_never_end) {
  const auto witness = std::make_shared<int>(0);
  const core::Execution execution = run([&](Agent& agent) {
    const auto mine = witness;  // NOLINT(performance-unnecessary-copy-initialization): unwound
    for (int i = 0; i < 3; ++i) {
      (void)agent.spawn("child", [theirs = witness](Agent& self) {
        const auto local = theirs;  // NOLINT(performance-unnecessary-copy-initialization)
        self.join({0});
      });
    }
    try {
      agent.join(agent.id());
    } catch (const std::exception&) {
      ADD_FAILURE() << "unwinding is not an exception of the program";
    }
  });
  EXPECT_EQ(execution.ends.size(), 4U);
  EXPECT_EQ(witness.use_count(), 1);
}

TEST(Machine, unwinds_a_body_that_asks_for_more_while_unwinding) {
  int reached = 0;
  (void)run([&](Agent& agent) {
    try {
      agent.join(agent.id());
    } catch (...) {
      ++reached;
      agent.join({0});
      ++reached;
    }
  });
  EXPECT_EQ(reached, 1);
}

TEST(Machine, lets_bodies_throw_among_themselves) {
  std::string log;
  (void)run([&](Agent& agent) {
    const core::AgentId child = agent.spawn("child", [&](Agent&) {
      try {
        throw std::runtime_error("child");
      } catch (const std::exception& error) {
        log += error.what();
      }
    });
    try {
      throw std::runtime_error("main");
    } catch (const std::exception& error) {
      agent.join(child);
      log += error.what();
    }
  });
  EXPECT_EQ(log, "childmain");
}

TEST(MachineDeathTest, takes_an_exception_that_leaves_a_body_for_a_bug) {
  EXPECT_DEATH((void)run([](Agent&) { throw std::runtime_error("oops"); }), "oops");
}

TEST(Machine, can_be_run_inside_a_body_of_another) {
  std::size_t inner_agents = 0;
  const core::Execution outer = run([&](Agent& agent) {
    const core::Execution inner =
        run([](Agent& self) { self.join(self.spawn("inner", [](Agent&) {})); });
    inner_agents = inner.ends.size();
    agent.join(agent.spawn("outer", [](Agent&) {}));
  });
  EXPECT_EQ(inner_agents, 2U);
  EXPECT_EQ(story(outer.trace), "t0:spawn t1:end t0:join t0:end");
}

// Host functions.

FunctionInstance* add_increment(Store& store) {
  return store.add_host_function(
      {.parameters = {kI32}, .results = {kI32}},
      [](std::span<const Slot> arguments, std::span<Slot> results) -> core::Outcome {
        if (arguments[0] == 0xffff'ffff) {
          return {.kind = OutcomeKind::Trapped, .message = "integer overflow"};
        }
        results[0] = arguments[0] + 1;
        return {.kind = OutcomeKind::Returned};
      },
      "increment");
}

TEST(Machine, makes_a_call_without_visible_actions_visible_by_its_return) {
  const core::Execution execution = run([](Agent& agent) {
    const FunctionInstance* const increment = add_increment(agent.store());
    const core::Outcome outcome =
        agent.invoke(*increment, std::vector{core::Value::i32(41)}, {.function = "increment"});
    EXPECT_EQ(number(outcome), 42);
  });
  EXPECT_EQ(story(execution.trace), "t0:invoke t0:return t0:end");
  EXPECT_EQ(execution.steps, 1U);
  ASSERT_EQ(execution.trace.calls.size(), 1U);
  const core::Call& call = execution.trace.calls[0];
  EXPECT_EQ(call.function, "increment");
  EXPECT_EQ(call.arguments, std::vector{core::Value::i32(41)});
  EXPECT_EQ(call.results, std::vector{core::Value::i32(42)});
  EXPECT_TRUE(call.returned);
}

TEST(Machine, lets_an_agent_go_on_after_a_trap) {
  const core::Execution execution = run([](Agent& agent) {
    const FunctionInstance* const increment = add_increment(agent.store());
    const core::Outcome outcome = agent.invoke(
        *increment, std::vector{core::Value::i32(0xffff'ffff)}, {.function = "increment"});
    EXPECT_EQ(to_string(outcome), "trapped: integer overflow");
    EXPECT_EQ(number(agent.invoke(*increment, std::vector{core::Value::i32(1)}, {})), 2);
  });
  ASSERT_EQ(execution.trace.calls.size(), 2U);
  EXPECT_FALSE(execution.trace.calls[0].returned);
  EXPECT_TRUE(execution.trace.calls[1].returned);
  EXPECT_EQ(execution.ends[0].outcome.kind, OutcomeKind::Returned);
}

AgentBody two_callers(int calls) {
  return [calls](Agent& agent) {
    const FunctionInstance* const increment = add_increment(agent.store());
    for (const char* const name : {"a", "b"}) {
      (void)agent.spawn(name, [increment, calls](Agent& self) {
        for (int i = 0; i < calls; ++i) {
          (void)self.invoke(*increment, std::vector{core::Value::i32(1)}, {.function = "f"});
        }
      });
    }
  };
}

TEST(Machine, does_not_switch_under_the_first_option) {
  FirstOption chooser;
  Machine machine({}, chooser);
  const core::Execution execution = machine.run("main", two_callers(3));
  EXPECT_EQ(execution.preemptions, 0U);
  EXPECT_EQ(execution.steps, 6U);
  EXPECT_EQ(print(execution.schedule), "heddle-schedule 1\nt1*3\ntail first\n");
}

TEST(Machine, follows_a_schedule_and_counts_its_preemptions) {
  Scripted chooser("t2 t1 t2*2");
  Machine machine({}, chooser);
  const core::Execution execution = machine.run("main", two_callers(3));
  EXPECT_EQ(execution.preemptions, 2U);
  EXPECT_EQ(print(execution.schedule), "heddle-schedule 1\nt2 t1 t2*2\ntail first\n");
  EXPECT_EQ(story(execution.trace),
            "t0:spawn t0:spawn t0:end t2:invoke t2:return t1:invoke t1:return t2:invoke t2:return "
            "t2:invoke t2:return t2:end t1:invoke t1:return t1:invoke t1:return t1:end");
}

TEST(Machine, abandons_the_execution_when_the_chooser_wants_to_stop) {
  Scripted chooser("t1 t2", true);
  Machine machine({}, chooser);
  const core::Execution execution = machine.run("main", two_callers(3));
  EXPECT_TRUE(execution.hit_limit);
  EXPECT_EQ(execution.limit, "stopped");
  EXPECT_EQ(execution.steps, 2U);
  EXPECT_EQ(execution.ends[0].outcome.kind, OutcomeKind::Returned);
  EXPECT_EQ(execution.ends[1].outcome.kind, OutcomeKind::Unfinished);
  EXPECT_EQ(execution.ends[2].outcome.kind, OutcomeKind::Unfinished);
}

TEST(Machine, stops_at_the_limit_of_steps) {
  FirstOption chooser;
  MachineOptions options;
  options.steps_max = 4;
  Machine machine(options, chooser);
  const core::Execution execution = machine.run("main", two_callers(3));
  EXPECT_TRUE(execution.hit_limit);
  EXPECT_EQ(execution.limit, "4 steps");
  EXPECT_EQ(execution.steps, 4U);
  EXPECT_EQ(execution.ends[1].outcome.kind, OutcomeKind::Returned);
  EXPECT_EQ(execution.ends[2].outcome.kind, OutcomeKind::Unfinished);
}

TEST(Machine, that_needs_all_its_steps_hits_no_limit) {
  FirstOption chooser;
  MachineOptions options;
  options.steps_max = 6;
  Machine machine(options, chooser);
  EXPECT_FALSE(machine.run("main", two_callers(3)).hit_limit);
}

class Inventor final : public core::Chooser {
 public:
  core::Choice choose(const core::ChoicePoint&) override { return core::Choice::next({99}); }
};

TEST(MachineDeathTest, refuses_a_choice_that_was_not_offered_and_prints_the_schedule) {
  Inventor chooser;
  Machine machine({}, chooser);
  EXPECT_DEATH((void)machine.run("main", two_callers(3)), "heddle-schedule 1");
}

TEST(Machine, gives_equal_traces_for_equal_choices) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    RandomOption random(seed);
    Machine first({}, random);
    const core::Execution a = first.run("main", two_callers(4));
    Scripted replay(a.schedule.choices);
    Machine second({}, replay);
    const core::Execution b = second.run("main", two_callers(4));
    EXPECT_EQ(a.schedule, b.schedule);
    EXPECT_EQ(digest_of(a.trace), digest_of(b.trace));
  }
}

}  // namespace
}  // namespace heddle::engine
