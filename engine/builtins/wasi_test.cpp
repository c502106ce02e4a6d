// WASI's functions as programs see them, and threads as agents.
#include "engine/builtins/wasi.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <tuple>

#include "engine/exec/machine_fixture.hpp"

namespace heddle::engine {
namespace {

using testing::HasSubstr;

// Instantiates the module with a shared memory and everything of WASI, and calls `_start`.
core::Execution start(std::string_view text, core::Chooser& chooser,
                      const MachineOptions& options = {}) {
  const auto module = compile(text);
  std::map<std::string, HostExports, std::less<>> modules;
  const ImportResolver resolve = [&modules](std::string_view from, std::string_view name) {
    const auto& exports = modules[std::string(from)];
    const auto found = exports.find(name);
    return found == exports.end() ? std::nullopt : std::optional(found->second);
  };
  Machine machine(options, chooser);
  return machine.run("main", [&](Agent& agent) {
    ExternValue memory{.kind = ExternKind::Memory};
    memory.memory = agent.store().add_memory({.limits = {.min = 1, .max = 1}, .shared = true});
    modules["env"].emplace("memory", memory);
    modules.emplace(kWasi, add_wasi(agent.store()));
    modules.emplace(kWasiThreads, add_wasi_threads(agent.store(), module, resolve));
    const Instance& instance = instantiate(agent, module, resolve);
    agent.set_outcome(call(agent, instance, "_start"));
  });
}

constexpr std::string_view kImports = R"(
  (import "env" "memory" (memory 1 1 shared))
  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "wasi_snapshot_preview1" "fd_write"
    (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $time (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
)";

std::string program(std::string_view code) {
  return "(module " + std::string(kImports) + std::string(code) + ")";
}

// Two threads that add their argument to a counter without a lock; nobody joins them.
const std::string kThreads = program(R"(
  (func (export "_start")
    (i32.store (i32.const 64) (call $spawn (i32.const 10)))
    (i32.store (i32.const 68) (call $spawn (i32.const 20))))
  (func (export "wasi_thread_start") (param $id i32) (param $argument i32)
    (i32.store (i32.mul (local.get $id) (i32.const 4)) (local.get $id))
    (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (local.get $argument)))))");

std::uint64_t last_written(const core::Trace& trace, std::uint64_t address) {
  std::uint64_t value = 0;
  for (const core::Action& action : trace.actions) {
    if (action.kind == core::ActionKind::Write && action.location.offset == address) {
      value = action.written_value;
    }
  }
  return value;
}

TEST(WasiThreads, are_agents_with_an_instance_of_the_module_that_run_to_their_end) {
  FirstOption chooser;
  const core::Execution execution = start(kThreads, chooser);
  ASSERT_EQ(execution.ends.size(), 3U);
  for (const core::AgentEnd& end : execution.ends) {
    EXPECT_EQ(end.outcome.kind, core::OutcomeKind::Returned) << end.outcome.message;
  }
  const core::Trace& trace = execution.trace;
  EXPECT_EQ(last_written(trace, 0), 30U);
  EXPECT_EQ(last_written(trace, 64), 1U);
  EXPECT_EQ(last_written(trace, 68), 2U);
  EXPECT_EQ(last_written(trace, 4), 1U);
  EXPECT_EQ(last_written(trace, 8), 2U);
  EXPECT_EQ(trace.agents[2].parent, core::AgentId{0});
  EXPECT_THAT(story(trace), HasSubstr("t0:spawn"));
}

TEST(WasiThreads, interleave) {
  std::set<std::uint64_t> results;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    RandomOption chooser(seed);
    results.insert(last_written(start(kThreads, chooser).trace, 0));
  }
  EXPECT_EQ(results, (std::set<std::uint64_t>{10, 20, 30}));
}

TEST(WasiThreads, are_switched_inside_the_interpreter_as_outside) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    for (const core::PointMode mode :
         {core::PointMode::All, core::PointMode::Shared, core::PointMode::Sync}) {
      RandomOption inside(seed);
      RandomOption outside(seed);
      const core::Execution expected = start(kThreads, inside, {.points = mode});
      const core::Execution execution =
          start(kThreads, outside, {.points = mode, .permits_max = 1, .switches_inside = false});
      EXPECT_EQ(execution.schedule, expected.schedule);
      EXPECT_EQ(core::digest_of(execution.trace), core::digest_of(expected.trace));
    }
  }
}

TEST(WasiThreads, are_not_shared_with_what_was_there_before_them) {
  RandomOption chooser(3);
  const core::Execution execution = start(kThreads, chooser, {.points = core::PointMode::Shared});
  EXPECT_EQ(to_string(execution.newly_shared), "memory0: 0x0-0x4\n");
}

TEST(WasiThreads, may_fail_to_be_spawned_if_the_schedule_says_so) {
  MachineOptions options;
  options.faults.spawn = true;
  Scripted chooser("spawn:0 spawn:0");
  const core::Execution execution = start(kThreads, chooser, options);
  EXPECT_EQ(execution.ends.size(), 1U);
  EXPECT_EQ(last_written(execution.trace, 64), 0xffff'fffaU);
  FirstOption first;
  EXPECT_EQ(start(kThreads, first, options).ends.size(), 3U);
}

TEST(WasiThreads, fail_alone) {
  FirstOption chooser;
  const core::Execution execution = start(program(R"(
    (func (export "_start") (drop (call $spawn (i32.const 1))))
    (func (export "wasi_thread_start") (param i32 i32) (unreachable)))"),
                                          chooser);
  EXPECT_EQ(execution.ends[0].outcome.kind, core::OutcomeKind::Returned);
  EXPECT_EQ(execution.ends[1].outcome.kind, core::OutcomeKind::Trapped);
}

TEST(WasiThreads, need_a_function_to_begin_in) {
  EXPECT_TRUE(check_thread_start(compile(kThreads)->module()).has_value());
  for (const char* text : {"", R"((func (export "wasi_thread_start") (param i32)))"}) {
    const auto checked = check_thread_start(compile(program(text))->module());
    ASSERT_FALSE(checked.has_value());
    EXPECT_THAT(checked.error().message, HasSubstr("wasi_thread_start"));
  }
}

TEST(Wasi, yields_as_a_step_before_which_others_go_on) {
  const std::string text = program(R"(
    (func (export "_start") (drop (call $spawn (i32.const 1))) (drop (call $yield))
      (i32.store (i32.const 4) (i32.const 1)))
    (func (export "wasi_thread_start") (param i32 i32) (i32.store (i32.const 8) (i32.const 1))))");
  FirstOption chooser;
  const core::Execution execution = start(text, chooser);
  EXPECT_EQ(execution.steps, 3U);
  EXPECT_EQ(std::ranges::count_if(execution.trace.actions,
                                  [](const core::Action& action) {
                                    return core::is_yield(action.kind, action.location);
                                  }),
            1);
}

TEST(Wasi, keeps_what_is_written_and_says_how_much) {
  FirstOption chooser;
  const core::Execution execution = start(program(R"(
    (data $text "hello")
    (func (export "_start")
      (memory.init $text (i32.const 100) (i32.const 0) (i32.const 5))
      (i32.store (i32.const 0) (i32.const 100))
      (i32.store (i32.const 4) (i32.const 5))
      (i32.store (i32.const 8) (i32.const 101))
      (i32.store (i32.const 12) (i32.const 2))
      (drop (call $write (i32.const 1) (i32.const 0) (i32.const 2) (i32.const 16)))
      (i32.store (i32.const 20) (call $write (i32.const 7) (i32.const 0) (i32.const 2)
        (i32.const 16)))
      (i32.store (i32.const 24) (call $write (i32.const 2) (i32.const 65532) (i32.const 1)
        (i32.const 16)))))"),
                                          chooser);
  EXPECT_EQ(execution.output, "helloel");
  EXPECT_EQ(last_written(execution.trace, 16), 7U);
  EXPECT_EQ(last_written(execution.trace, 20), 8U);
  EXPECT_EQ(last_written(execution.trace, 24), 21U);
}

TEST(Wasi, exits_with_a_status) {
  const auto exit = [](int status) {
    FirstOption chooser;
    return start(program("(func (export \"_start\") (call $exit (i32.const " +
                         std::to_string(status) + ")) (unreachable))"),
                 chooser)
        .ends[0]
        .outcome;
  };
  EXPECT_EQ(exit(0).kind, core::OutcomeKind::Returned);
  EXPECT_EQ(exit(3).kind, core::OutcomeKind::Trapped);
  EXPECT_EQ(exit(3).message, "exit with status 3");
}

TEST(Wasi, reads_the_virtual_clock_which_may_jump) {
  const std::string text = program(R"(
    (func (export "_start") (drop (call $time (i32.const 0) (i64.const 1) (i32.const 8)))))");
  FirstOption punctual;
  EXPECT_EQ(last_written(start(text, punctual).trace, 8), 0U);
  MachineOptions options;
  options.faults.clock_jumps = true;
  Scripted jump("fault:2");
  EXPECT_EQ(last_written(start(text, jump, options).trace, 8), 3'600'000'000'000U);
}

TEST(Wasi, draws_the_same_numbers_in_each_execution) {
  const std::string text = program(R"(
    (func (export "_start") (drop (call $random (i32.const 8) (i32.const 4)))
      (drop (call $random (i32.const 12) (i32.const 4)))
      (drop (call $sizes (i32.const 0) (i32.const 4)))))");
  FirstOption first;
  const core::Trace trace = start(text, first).trace;
  EXPECT_EQ(core::digest_of(trace), core::digest_of(start(text, first).trace));
  EXPECT_NE(last_written(trace, 8), last_written(trace, 12));
}

}  // namespace
}  // namespace heddle::engine
