// The machine with Wasm: interleavings, instantiation, and visible actions on whole memories.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "engine/exec/machine.hpp"
#include "engine/exec/machine_fixture.hpp"
#include "engine/runtime/observe_memories.hpp"

namespace heddle::engine {
namespace {

using core::ActionKind;
using core::OutcomeKind;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

constexpr const char* kStoreBuffering = R"((module
  (memory (export "memory") 1 1 shared)
  (func (export "x") (result i32) (i32.store (i32.const 0) (i32.const 1)) (i32.load (i32.const 4)))
  (func (export "y") (result i32) (i32.store (i32.const 4) (i32.const 1)) (i32.load (i32.const 0)))))";

// Runs "x" and "y" at the same time; tells what they returned.
struct Pair {
  core::Execution execution;
  std::int64_t x = -1;
  std::int64_t y = -1;
};

Pair run_pair(const std::shared_ptr<const CompiledModule>& module, core::Chooser& chooser,
              const MachineOptions& options = {}) {
  Pair pair;
  Machine machine(options, chooser);
  pair.execution = machine.run("main", [&](Agent& agent) {
    const Instance& instance = instantiate(agent, module);
    const core::AgentId x =
        agent.spawn("x", [&](Agent& self) { pair.x = number(call(self, instance, "x")); });
    const core::AgentId y =
        agent.spawn("y", [&](Agent& self) { pair.y = number(call(self, instance, "y")); });
    agent.join(x);
    agent.join(y);
  });
  return pair;
}

TEST(MachineWithWasm, shows_all_outcomes_of_store_buffering_that_interleaving_allows) {
  const auto module = compile(kStoreBuffering);
  std::set<std::pair<std::int64_t, std::int64_t>> outcomes;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    RandomOption chooser(seed);
    const Pair pair = run_pair(module, chooser);
    outcomes.emplace(pair.x, pair.y);
  }
  EXPECT_THAT(outcomes, UnorderedElementsAre(std::pair(0, 1), std::pair(1, 0), std::pair(1, 1)));
}

TEST(MachineWithWasm, marks_calls_as_tightly_as_it_can) {
  Scripted chooser("t1 t2*2");
  const Pair pair = run_pair(compile(kStoreBuffering), chooser);
  EXPECT_EQ(story(pair.execution.trace),
            "t0:spawn t0:spawn t1:invoke t1:write t2:invoke t2:write t2:read t2:return t2:end "
            "t1:read t1:return t1:end t0:join t0:join t0:end");
  EXPECT_EQ(pair.execution.steps, 4U);
  EXPECT_EQ(pair.execution.preemptions, 1U);
}

TEST(MachineWithWasm, records_where_what_and_which_values) {
  FirstOption chooser;
  const Pair pair = run_pair(compile(kStoreBuffering), chooser);
  const core::Trace& trace = pair.execution.trace;
  const core::Event& store = trace.events[3];
  EXPECT_EQ(store.where.module, 0U);
  EXPECT_EQ(store.where.function, 0U);
  const core::Action& write = trace.actions_of(store)[0];
  EXPECT_EQ(write.kind, ActionKind::Write);
  EXPECT_EQ(to_string(write.location), "memory0+0x0");
  EXPECT_EQ(write.written_value, 1U);
  ASSERT_EQ(trace.modules.size(), 1U);
  EXPECT_EQ(function_name(trace, store.where), "x");
  EXPECT_EQ(instruction_text(trace, store.where), "i32.store");
  EXPECT_EQ(source_of(trace, store.where).file, "test.wat");
}

TEST(MachineWithWasm, gives_equal_traces_for_equal_choices) {
  const auto module = compile(kStoreBuffering);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    RandomOption random(seed);
    const core::Execution first = run_pair(module, random).execution;
    Scripted replay(first.schedule.choices);
    const core::Execution second = run_pair(module, replay).execution;
    EXPECT_EQ(print(first.schedule), print(second.schedule));
    EXPECT_EQ(digest_of(first.trace), digest_of(second.trace));
    EXPECT_TRUE(first.trace == second.trace);
  }
}

constexpr const char* kLoops = R"((module
  (memory 1 1 shared)
  (func $count (param i32)
    (loop
      (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
      (drop (memory.atomic.notify (i32.const 0) (i32.const 1)))
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
  (func (export "x") (result i32) (call $count (i32.const 20)) (i32.load (i32.const 0)))
  (func (export "y") (result i32) (call $count (i32.const 3)) (i32.load (i32.const 0)))))";

TEST(MachineWithWasm, makes_the_same_trace_whether_permits_come_singly_or_in_bulk) {
  const auto module = compile(kLoops);
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    RandomOption bulk(seed);
    RandomOption single(seed);
    MachineOptions one_by_one;
    one_by_one.permits_max = 1;
    const core::Execution first = run_pair(module, bulk).execution;
    const core::Execution second = run_pair(module, single, one_by_one).execution;
    EXPECT_EQ(story(first.trace), story(second.trace));
    EXPECT_TRUE(first.trace == second.trace);
    EXPECT_EQ(first.steps, second.steps);
    EXPECT_EQ(print(first.schedule), print(second.schedule));
  }
}

TEST(MachineWithWasm, stops_at_the_same_step_whether_permits_come_singly_or_in_bulk) {
  const auto module = compile(kLoops);
  for (std::uint64_t steps = 1; steps < 30; ++steps) {
    MachineOptions options;
    options.steps_max = steps;
    FirstOption bulk;
    const core::Execution first = run_pair(module, bulk, options).execution;
    EXPECT_TRUE(first.hit_limit);
    EXPECT_EQ(first.steps, steps);
    options.permits_max = 1;
    FirstOption single;
    const core::Execution second = run_pair(module, single, options).execution;
    EXPECT_EQ(story(first.trace), story(second.trace));
    EXPECT_TRUE(first.trace == second.trace);
  }
}

class Spinning : public ::testing::TestWithParam<const char*> {};

TEST_P(Spinning, is_stopped_by_the_limit_of_instructions) {
  const auto module =
      compile("(module (func (export \"spin\") (local i32) " + std::string(GetParam()) + "))");
  FirstOption chooser;
  MachineOptions options;
  options.instructions_max = 1000;
  Machine machine(options, chooser);
  const core::Execution execution = machine.run(
      "main", [&](Agent& agent) { (void)call(agent, instantiate(agent, module), "spin"); });
  EXPECT_TRUE(execution.hit_limit);
  EXPECT_EQ(execution.limit, "1000 instructions (back edges and calls)");
  EXPECT_EQ(execution.ends[0].outcome.kind, OutcomeKind::Unfinished);
}

TEST_P(Spinning, is_stopped_when_nobody_waits_any_more) {
  const auto module =
      compile("(module (func (export \"spin\") (local i32) " + std::string(GetParam()) + "))");
  FirstOption chooser;
  MachineOptions options;
  options.instructions_max = ~std::uint64_t{0};
  int polls = 0;
  options.should_stop = [&polls] { return ++polls == 3; };
  Machine machine(options, chooser);
  const core::Execution execution = machine.run(
      "main", [&](Agent& agent) { (void)call(agent, instantiate(agent, module), "spin"); });
  EXPECT_TRUE(execution.hit_limit);
  EXPECT_EQ(execution.limit, kInterrupted);
  EXPECT_EQ(polls, 3);
}

TEST(SpinningOnSharedMemory, is_stopped_when_nobody_waits_any_more) {
  const auto module = compile(R"((module (memory 1 1 shared) (func (export "spin")
      (loop (br_if 0 (i32.eqz (i32.atomic.load (i32.const 0))))))))");
  FirstOption chooser;
  MachineOptions options;
  options.steps_max = ~std::uint64_t{0};
  options.permits_max = 1;
  options.blocks_spinners = false;
  options.should_stop = [] { return true; };
  Machine machine(options, chooser);
  const core::Execution execution = machine.run(
      "main", [&](Agent& agent) { (void)call(agent, instantiate(agent, module), "spin"); });
  EXPECT_EQ(execution.limit, kInterrupted);
}

// Among them, branches to themselves.
INSTANTIATE_TEST_SUITE_P(Loops, Spinning,
                         ::testing::Values("(loop (br 0))",
                                           "(loop (br_if 0 (i32.eqz (local.get 0))))",
                                           "(loop (br_table 0 0 (local.get 0)))",
                                           "(loop (br_table 0 (local.get 0)))",
                                           "(loop (block (br 1)))"));

// One agent, one module; the body's last words are what is looked at.
core::Execution run_one(const std::string& text,
                        const std::function<void(Agent&, const Instance&)>& body,
                        const MachineOptions& options = {}) {
  const auto module = compile(text);
  FirstOption chooser;
  Machine machine(options, chooser);
  return machine.run("main", [&](Agent& agent) { body(agent, instantiate(agent, module)); });
}

TEST(MachineWithWasm, goes_on_after_traps_and_exhaustion) {
  const core::Execution execution = run_one(
      R"((module
        (memory 1 1 shared)
        (func $deep (export "deep") (call $deep))
        (func (export "trap") (i32.store (i32.const 0) (i32.const 7)) unreachable)
        (func (export "get") (result i32) (i32.load (i32.const 0)))))",
      [](Agent& agent, const Instance& instance) {
        EXPECT_EQ(to_string(call(agent, instance, "deep")), "exhausted: call stack exhausted");
        EXPECT_EQ(to_string(call(agent, instance, "trap")), "trapped: unreachable");
        EXPECT_EQ(number(call(agent, instance, "get")), 7);
      });
  EXPECT_EQ(story(execution.trace),
            "t0:invoke t0:return t0:invoke t0:write t0:return t0:invoke t0:read t0:return t0:end");
  EXPECT_FALSE(execution.trace.calls[1].returned);
}

TEST(MachineWithWasm, calls_host_functions_from_wasm) {
  const auto module = compile(R"((module
    (import "host" "twice" (func $twice (param i32) (result i32)))
    (import "host" "trap" (func $trap))
    (func (export "eight") (result i32) (call $twice (call $twice (i32.const 2))))
    (func (export "trap") (call $trap))))");
  FirstOption chooser;
  Machine machine({}, chooser);
  (void)machine.run("main", [&](Agent& agent) {
    ExternValue twice{.kind = ExternKind::Function};
    twice.function = agent.store().add_host_function(
        {.parameters = {kI32}, .results = {kI32}},
        [](std::span<const Slot> arguments, std::span<Slot> results) -> core::Outcome {
          results[0] = 2 * arguments[0];
          return {.kind = OutcomeKind::Returned};
        },
        "twice");
    ExternValue trap{.kind = ExternKind::Function};
    trap.function = agent.store().add_host_function(
        {},
        [](std::span<const Slot>, std::span<Slot>) -> core::Outcome {
          return {.kind = OutcomeKind::Trapped, .message = "host"};
        },
        "trap");
    const Instance& instance =
        instantiate(agent, module, [&](std::string_view, std::string_view name) {
          return std::optional(name == "twice" ? twice : trap);
        });
    EXPECT_EQ(number(call(agent, instance, "eight")), 8);
    EXPECT_EQ(to_string(call(agent, instance, "trap")), "trapped: host");
    EXPECT_EQ(number(call(agent, instance, "eight")), 8);
  });
}

// Instantiation.

TEST(Instantiation, writes_segments_of_shared_memory_as_visible_steps) {
  const core::Execution execution = run_one(
      R"((module (memory 1 1 shared)
        (data (i32.const 8) "\01\02") (data "passive") (data (i32.const 16) "0123456789")))",
      [](Agent& agent, const Instance& instance) {
        EXPECT_EQ(observe_memories(agent.store()),
                  "memory0: [0x8]=513 [0x10]=858927408 [0x14]=926299444 [0x18]=14648");
        EXPECT_THAT(instance.dropped_datas, ElementsAre(true, false, true));
      });
  EXPECT_EQ(story(execution.trace), "t0:write t0:write t0:end");
  EXPECT_EQ(execution.steps, 2U);
  const core::Action& write = execution.trace.actions[0];
  EXPECT_EQ(write.location.offset, 8U);
  EXPECT_EQ(write.size_bytes, 2U);
  EXPECT_EQ(write.written_value, 0x0201U);
  EXPECT_TRUE(write.is_torn_allowed);
}

TEST(Instantiation, writes_segments_of_unshared_memory_without_steps) {
  const core::Execution execution = run_one(
      "(module (memory 1) (data (i32.const 8) \"\\01\"))", [](Agent&, const Instance& instance) {
        EXPECT_EQ(instance.memories[0]->base()[8], std::byte{1});
      });
  EXPECT_EQ(execution.steps, 0U);
}

std::string instantiation_trap(const std::string& text, const std::string& observation = "") {
  const auto module = compile(text);
  FirstOption chooser;
  Machine machine({}, chooser);
  std::string outcome;
  (void)machine.run("main", [&](Agent& agent) {
    auto result = agent.instantiate(module, no_imports);
    ASSERT_TRUE(result.has_value());
    EXPECT_NE(result->instance, nullptr);
    outcome = to_string(result->outcome);
    EXPECT_EQ(observe_memories(agent.store()), observation);
  });
  return outcome;
}

TEST(Instantiation, traps_at_the_first_segment_that_does_not_fit_and_keeps_earlier_ones) {
  const std::string segments =
      "(data (i32.const 0) \"a\") (data (i32.const 65536) \"b\") (data (i32.const 0) \"c\")";
  EXPECT_EQ(
      instantiation_trap("(module (memory 1 1 shared) " + segments + ")", "memory0: [0x0]=97"),
      "trapped: out of bounds memory access");
  EXPECT_EQ(instantiation_trap("(module (memory 1 1) " + segments + ")"),
            "trapped: out of bounds memory access");
}

TEST(Instantiation, traps_at_an_element_segment_that_does_not_fit) {
  EXPECT_EQ(instantiation_trap("(module (table 1 funcref) (func) (elem (i32.const 1) 0))"),
            "trapped: out of bounds table access");
  EXPECT_EQ(instantiation_trap("(module (table 1 funcref) (func) (elem (i32.const -1) 0))"),
            "trapped: out of bounds table access");
}

TEST(Instantiation, lets_empty_segments_end_where_the_memory_ends) {
  EXPECT_EQ(instantiation_trap("(module (memory 1) (data (i32.const 65536) \"\"))"), "returned");
  EXPECT_EQ(instantiation_trap("(module (memory 1) (data (i32.const 65537) \"\"))"),
            "trapped: out of bounds memory access");
}

TEST(Instantiation, runs_the_start_function_and_reports_its_trap) {
  EXPECT_EQ(instantiation_trap("(module (func $f unreachable) (start $f))"),
            "trapped: unreachable");
  const core::Execution execution = run_one(
      R"((module (memory 1 1 shared) (global (export "g") (mut i32) (i32.const 0))
        (func $f (global.set 0 (i32.load8_u (i32.const 3)))) (start $f)
        (data (i32.const 3) "*")))",
      [](Agent&, const Instance& instance) { EXPECT_EQ(instance.globals[0]->value, 42U); });
  EXPECT_EQ(story(execution.trace), "t0:write t0:invoke t0:read t0:return t0:end");
  EXPECT_EQ(execution.trace.calls[0].function, "start");
}

TEST(Instantiation, gives_a_link_error_as_an_error) {
  const auto module = compile("(module (import \"m\" \"f\" (func)))");
  FirstOption chooser;
  Machine machine({}, chooser);
  (void)machine.run("main", [&](Agent& agent) {
    auto result = agent.instantiate(module, no_imports);
    ASSERT_FALSE(result.has_value());
    EXPECT_THAT(result.error().message, ::testing::StartsWith("unknown import"));
  });
}

TEST(Instantiation, fills_tables_that_calls_go_through) {
  (void)run_one(
      R"((module (table 3 funcref) (elem (i32.const 1) $a $b)
        (func $a (result i32) (i32.const 10)) (func $b (result i32) (i32.const 20))
        (func (export "at") (param i32) (result i32)
          (call_indirect (result i32) (local.get 0)))))",
      [](Agent& agent, const Instance& instance) {
        const auto at = [&](std::uint32_t i) {
          return call(agent, instance, "at", {core::Value::i32(i)});
        };
        EXPECT_EQ(number(at(1)), 10);
        EXPECT_EQ(number(at(2)), 20);
        EXPECT_EQ(at(0).kind, OutcomeKind::Trapped);
      });
}

// Actions on shared memory that the machine makes.

constexpr const char* kBulk = R"((module
  (memory 1 3 shared)
  (data $d "abcdefghijkl")
  (func (export "fill") (param i32 i32 i32) (memory.fill (local.get 0) (local.get 1) (local.get 2)))
  (func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2)))
  (func (export "init") (param i32 i32 i32) (memory.init $d (local.get 0) (local.get 1) (local.get 2)))
  (func (export "drop") (data.drop $d))
  (func (export "size") (result i32) (memory.size))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "get") (param i32) (result i64) (i64.load (local.get 0)))))";

std::vector<core::Value> numbers(const std::vector<std::uint32_t>& values) {
  std::vector<core::Value> result;
  for (const std::uint32_t value : values) result.push_back(core::Value::i32(value));
  return result;
}

TEST(BulkMemory, fills_copies_and_initialises_in_one_event_each) {
  const core::Execution execution = run_one(kBulk, [](Agent& agent, const Instance& instance) {
    const auto run = [&](const char* name, const std::vector<std::uint32_t>& arguments) {
      return call(agent, instance, name, numbers(arguments));
    };
    EXPECT_EQ(run("fill", {1, 0x155, 3}).kind, OutcomeKind::Returned);
    EXPECT_EQ(number(run("get", {0})), 0x5555'5500);
    EXPECT_EQ(run("copy", {2, 1, 3}).kind, OutcomeKind::Returned);
    EXPECT_EQ(number(run("get", {0})), 0x55'5555'5500);
    EXPECT_EQ(run("init", {0, 3, 2}).kind, OutcomeKind::Returned);
    EXPECT_EQ(number(run("get", {0})), 0x55'5555'6564);
  });
  EXPECT_EQ(execution.steps, 6U);
  EXPECT_EQ(story(execution.trace),
            "t0:invoke t0:write t0:return t0:invoke t0:read t0:return "
            "t0:invoke t0:read+write t0:return t0:invoke t0:read t0:return "
            "t0:invoke t0:write t0:return t0:invoke t0:read t0:return t0:end");
  const core::Action& fill = execution.trace.actions[1];
  EXPECT_EQ(fill.location.offset, 1U);
  EXPECT_EQ(fill.size_bytes, 3U);
  EXPECT_EQ(fill.written_value, 0x55'5555U);
}

TEST(BulkMemory, has_values_of_long_stretches_as_digests) {
  const auto value = [](std::uint32_t byte) {
    const core::Execution execution = run_one(kBulk, [&](Agent& agent, const Instance& instance) {
      (void)call(agent, instance, "fill", numbers({0, byte, 1000}));
    });
    return execution.trace.actions[1].written_value;
  };
  EXPECT_EQ(value(1), value(1));
  EXPECT_NE(value(1), value(2));
}

struct BulkTrap {
  const char* function;
  std::vector<std::uint32_t> arguments;
};

TEST(BulkMemory, traps_outside_the_memory_or_segment_and_writes_nothing) {
  const BulkTrap traps[] = {
      {"fill", {65535, 1, 2}}, {"fill", {65537, 1, 0}}, {"fill", {0, 1, 0xffff'ffff}},
      {"copy", {65535, 0, 2}}, {"copy", {0, 65535, 2}}, {"copy", {0xffff'ffff, 0, 2}},
      {"init", {0, 12, 1}},    {"init", {65535, 0, 2}}, {"init", {0, 0, 13}},
  };
  for (const BulkTrap& trap : traps) {
    const core::Execution execution = run_one(kBulk, [&](Agent& agent, const Instance& instance) {
      EXPECT_EQ(to_string(call(agent, instance, trap.function, numbers(trap.arguments))),
                "trapped: out of bounds memory access")
          << trap.function;
      EXPECT_EQ(observe_memories(agent.store()), "memory0:");
    });
    EXPECT_EQ(story(execution.trace), "t0:invoke t0:read t0:return t0:end");
    EXPECT_EQ(execution.trace.actions[1].location.region, core::RegionKind::MemoryLength);
  }
}

TEST(BulkMemory, can_go_into_debt_as_long_as_the_limit_is_not_reached) {
  // A fill of 4 GiB would take longer; this one costs more than the machine doles out at a time.
  MachineOptions options;
  options.instructions_max = 1U << 26;
  int calls = 0;
  const core::Execution execution = run_one(
      kBulk,
      [&](Agent& agent, const Instance& instance) {
        while (calls < 70'000) {
          ++calls;
          (void)call(agent, instance, "fill", numbers({0, 1, 65536}));
        }
      },
      options);
  EXPECT_FALSE(execution.hit_limit);
  EXPECT_EQ(calls, 70'000);
}

TEST(BulkMemory, uses_up_the_limit_of_instructions_by_its_size) {
  MachineOptions options;
  options.instructions_max = 700;
  int calls = 0;
  const core::Execution execution = run_one(
      kBulk,
      [&](Agent& agent, const Instance& instance) {
        while (calls < 100) {
          ++calls;
          (void)call(agent, instance, "fill", numbers({0, 1, 65536}));
        }
      },
      options);
  EXPECT_TRUE(execution.hit_limit);
  EXPECT_EQ(calls, 3);
}

TEST(BulkMemory, treats_a_dropped_segment_as_empty) {
  (void)run_one(kBulk, [](Agent& agent, const Instance& instance) {
    (void)call(agent, instance, "drop");
    EXPECT_EQ(call(agent, instance, "init", numbers({0, 0, 0})).kind, OutcomeKind::Returned);
    EXPECT_EQ(call(agent, instance, "init", numbers({0, 0, 1})).kind, OutcomeKind::Trapped);
  });
}

TEST(MemoryLength, grows_in_one_event_and_fails_by_reading_the_length) {
  const core::Execution execution = run_one(kBulk, [](Agent& agent, const Instance& instance) {
    const auto grow = [&](std::uint32_t pages) {
      return number(call(agent, instance, "grow", numbers({pages})));
    };
    EXPECT_EQ(grow(1), 1);
    EXPECT_EQ(number(call(agent, instance, "size")), 2);
    EXPECT_EQ(grow(2), 0xffff'ffff);
    EXPECT_EQ(grow(0), 2);
    EXPECT_EQ(number(call(agent, instance, "get", numbers({131064}))), 0);
  });
  EXPECT_EQ(story(execution.trace),
            "t0:invoke t0:rmw+write t0:return t0:invoke t0:read t0:return "
            "t0:invoke t0:read t0:return t0:invoke t0:rmw t0:return "
            "t0:invoke t0:read t0:return t0:end");
  const core::Action& length = execution.trace.actions[1];
  EXPECT_EQ(to_string(length.location), "length of memory0");
  EXPECT_EQ(length.read_value, 1U);
  EXPECT_EQ(length.written_value, 2U);
  const core::Action& zeros = execution.trace.actions[2];
  EXPECT_EQ(zeros.location.offset, 65536U);
  EXPECT_EQ(zeros.size_bytes, 65536U);
}

TEST(MemoryLength, may_fail_to_grow_if_the_schedule_says_so) {
  const auto module = compile(kBulk);
  for (const bool succeeds : {false, true}) {
    Scripted chooser(succeeds ? "grow:1" : "grow:0");
    MachineOptions options;
    options.faults.memory_grow = true;
    Machine machine(options, chooser);
    const core::Execution execution = machine.run("main", [&](Agent& agent) {
      const Instance& instance = instantiate(agent, module);
      EXPECT_EQ(number(call(agent, instance, "grow", numbers({1}))), succeeds ? 1 : 0xffff'ffff);
      // Impossible: nothing to choose.
      EXPECT_EQ(number(call(agent, instance, "grow", numbers({3}))), 0xffff'ffff);
    });
    EXPECT_EQ(execution.schedule.choices.size(), 1U);
    EXPECT_EQ(execution.preemptions, 0U);
  }
}

TEST(MemoryLength, can_be_abandoned_at_the_choice_of_growing) {
  const auto module = compile(kBulk);
  Scripted chooser(std::vector<core::Choice>{}, true);
  MachineOptions options;
  options.faults.memory_grow = true;
  Machine machine(options, chooser);
  const core::Execution execution = machine.run("main", [&](Agent& agent) {
    (void)call(agent, instantiate(agent, module), "grow", numbers({1}));
    ADD_FAILURE() << "the execution is over";
  });
  EXPECT_EQ(execution.limit, "stopped");
  EXPECT_EQ(execution.ends[0].outcome.kind, OutcomeKind::Unfinished);
}

}  // namespace
}  // namespace heddle::engine
