// The interpreter: loops of one kind of instruction each, per iteration of the loop.
//
// bench/compare measures whole programs against other interpreters; these say where the time goes.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <array>
#include <limits>
#include <string>
#include <tuple>
#include <utility>

#include "bench/modules.hpp"
#include "core/recycle.hpp"
#include "harness/explore/random.hpp"

namespace heddle::bench {
namespace {

constexpr std::int32_t kIterations = 100'000;
constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

// A loop that runs `body`, statements that may use $i and $x, as often as `run` is told.
std::string loop_of(std::string_view body, std::string_view memory = "(memory 1)") {
  return fmt::format(R"((module
    {}
    (type $binary (func (param i32 i32) (result i32)))
    (table funcref (elem $add $sub))
    (func $add (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
    (func $sub (param i32 i32) (result i32) (i32.sub (local.get 0) (local.get 1)))
    (func (export "run") (param $count i32)
      (local $i i32) (local $x i32) (local $f f64) (local $g f64)
      (local.set $g (f64.const 1.0000001))
      (loop $next
        {}
        (br_if $next
          (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $count))))))
  )",
                     memory, body);
}

constexpr std::string_view kShared = "(memory 1 1 shared)";

struct Loop {
  std::string_view body;
  std::string_view memory = "(memory 1)";
  core::Recording recording = core::Recording::Nothing;
  std::uint32_t agents = 1;
};

void run_with(benchmark::State& state, const Loop& loop, core::Chooser& chooser) {
  const auto module = compile(loop_of(loop.body, loop.memory));
  engine::MachineOptions options;
  options.steps_max = kUnlimited;
  options.recording = loop.recording;
  std::uint64_t steps = 0;
  for (const auto _ : state) {
    core::Execution execution = run(module, "run", kIterations, loop.agents, options, chooser);
    steps = execution.steps;
    core::recycle(execution);
  }
  const auto per_run = loop.agents > 1 ? static_cast<std::int64_t>(steps) : kIterations;
  state.SetItemsProcessed(state.iterations() * per_run);
  state.counters["each"] =
      benchmark::Counter(static_cast<double>(state.iterations() * per_run),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void run_loop(benchmark::State& state, const Loop& loop) {
  RoundRobin chooser;
  run_with(state, loop, chooser);
}

constexpr std::string_view kLoad =
    "(local.set $x (i32.add (local.get $x) (i32.load (i32.and (local.get $i) (i32.const 1020)))))";
constexpr std::string_view kStore =
    "(i32.store (i32.and (local.get $i) (i32.const 1020)) (local.get $i))";
constexpr std::string_view kAtomicLoad =
    "(local.set $x (i32.add (local.get $x) (i32.atomic.load (i32.const 8))))";
constexpr std::string_view kAtomicAdd = "(drop (i32.atomic.rmw.add (i32.const 8) (i32.const 1)))";

BENCHMARK_CAPTURE(run_loop, empty, {""})->Name("loop/empty");
BENCHMARK_CAPTURE(run_loop, i32,
                  {"(local.set $x (i32.mul (i32.xor (local.get $x) (local.get $i))"
                   " (i32.const 16777619)))"})
    ->Name("loop/i32 xor and multiply");
BENCHMARK_CAPTURE(run_loop, f64,
                  {"(local.set $f (f64.add (f64.mul (local.get $f) (local.get $g))"
                   " (local.get $g)))"})
    ->Name("loop/f64 multiply and add");
BENCHMARK_CAPTURE(run_loop, load, {kLoad})->Name("loop/load");
BENCHMARK_CAPTURE(run_loop, store, {kStore})->Name("loop/store");
BENCHMARK_CAPTURE(run_loop, call, {"(local.set $x (call $add (local.get $x) (local.get $i)))"})
    ->Name("loop/call");
BENCHMARK_CAPTURE(run_loop, call_indirect,
                  {"(local.set $x (call_indirect (type $binary) (local.get $x) (local.get $i)"
                   " (i32.and (local.get $i) (i32.const 1))))"})
    ->Name("loop/call_indirect");

// The same on a shared memory: every access is a visible action.
BENCHMARK_CAPTURE(run_loop, shared_load, {kLoad, kShared})->Name("loop/shared load");
BENCHMARK_CAPTURE(run_loop, shared_store, {kStore, kShared})->Name("loop/shared store");
BENCHMARK_CAPTURE(run_loop, atomic_load, {kAtomicLoad, kShared})->Name("loop/atomic load");
BENCHMARK_CAPTURE(run_loop, atomic_add, {kAtomicAdd, kShared})->Name("loop/atomic add");
BENCHMARK_CAPTURE(run_loop, atomic_add_digest, {kAtomicAdd, kShared, core::Recording::Digest})
    ->Name("loop/atomic add, digest recorded");
BENCHMARK_CAPTURE(run_loop, atomic_add_full, {kAtomicAdd, kShared, core::Recording::Full})
    ->Name("loop/atomic add, trace recorded");

// Agents that are switched at every atomic: what one step costs with the decision before it.
// Compare with "loop/atomic add", where there is nothing to decide.
void run_switches(benchmark::State& state, core::Recording recording, std::uint32_t agents,
                  bool is_random) {
  RoundRobin round_robin;
  harness::RandomStrategy random(1);
  std::ignore = random.begin_execution();
  run_with(state, {kAtomicAdd, kShared, recording, agents},
           is_random ? static_cast<core::Chooser&>(random) : round_robin);
}

void add_switches() {
  constexpr std::array<std::pair<const char*, core::Recording>, 3> kRecordings{
      {{"no recording", core::Recording::Nothing},
       {"digest", core::Recording::Digest},
       {"full trace", core::Recording::Full}}};
  for (const auto& [text, recording] : kRecordings) {
    for (const std::uint32_t agents : {2U, 4U}) {
      for (const bool is_random : {false, true}) {
        const std::string name = fmt::format("switch/{}/{} agents/{}", text, agents,
                                             is_random ? "random" : "round robin");
        benchmark::RegisterBenchmark(name.c_str(), run_switches, recording, agents, is_random);
      }
    }
  }
}
[[maybe_unused]] const bool kSwitchesAdded = (add_switches(), true);

}  // namespace
}  // namespace heddle::bench
