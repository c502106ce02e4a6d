// Exploration: what one schedule costs, from an empty store to a verdict.
#include <benchmark/benchmark.h>

#include <tuple>

#include "bench/modules.hpp"
#include "harness/explore/random.hpp"
#include "harness/run/load_program.hpp"

namespace heddle::bench {
namespace {

// One agent, one module, one call: what every execution costs at least.
void instantiate_and_call(benchmark::State& state) {
  const auto module = compile(R"((module
    (memory 1)
    (table 4 funcref)
    (global $count (mut i32) (i32.const 0))
    (data (i32.const 0) "heddle")
    (func (export "add") (param i32)
      (global.set $count (i32.add (global.get $count) (local.get 0))))))");
  RoundRobin chooser;
  for (const auto _ : state) benchmark::DoNotOptimize(run(module, "add", 1, 1, {}, chooser));
}
BENCHMARK(instantiate_and_call)->Name("instantiate and call")->Unit(benchmark::kMicrosecond);

void explore(benchmark::State& state, const char* scenario) {
  const auto program =
      harness::load_program(std::string(HEDDLE_SOURCE_DIR "/scenarios/") + scenario);
  if (!program) {
    state.SkipWithError(program.error().message.c_str());
    return;
  }
  harness::RandomStrategy strategy(1);
  const harness::ExecuteOptions options = (*program)->default_options();
  for (const auto _ : state) {
    std::ignore = strategy.begin_execution();
    const core::Execution execution = (*program)->execute(strategy, options);
    strategy.end_execution(execution);
    benchmark::DoNotOptimize((*program)->judge(execution));
  }
  state.SetItemsProcessed(state.iterations());  // schedules
}
BENCHMARK_CAPTURE(explore, message_passing, "litmus/message_passing.yaml")
    ->Name("schedules/message passing")
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(explore, lost_update, "atomics/lost_update.yaml")
    ->Name("schedules/lost update")
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace heddle::bench
