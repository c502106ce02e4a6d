// From bytes to code: how fast modules are decoded, validated and compiled.
#include <benchmark/benchmark.h>

#include "bench/modules.hpp"
#include "engine/binary/decode.hpp"
#include "engine/exec/compile_module.hpp"
#include "engine/valid/validate.hpp"

namespace heddle::bench {
namespace {

constexpr std::size_t kSizeBytes = 1'000'000;

std::shared_ptr<const core::Source> source() {
  static const auto kSource = std::make_shared<const core::Source>(
      core::Source{.file = "large.wasm", .text = large_module(kSizeBytes), .is_text = false});
  return kSource;
}

void count_bytes(benchmark::State& state) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(source()->text.size()));
}

void decode_validate_compile(benchmark::State& state) {
  for (const auto _ : state) {
    auto module = engine::decode(source());
    const auto valid = engine::validate(std::make_shared<const engine::Module>(*std::move(module)));
    benchmark::DoNotOptimize(engine::compile_module(*valid));
  }
  count_bytes(state);
}
BENCHMARK(decode_validate_compile)->Unit(benchmark::kMillisecond);

void decode(benchmark::State& state) {
  for (const auto _ : state) benchmark::DoNotOptimize(engine::decode(source()));
  count_bytes(state);
}
BENCHMARK(decode)->Unit(benchmark::kMillisecond);

void validate(benchmark::State& state) {
  const auto module = std::make_shared<const engine::Module>(*engine::decode(source()));
  for (const auto _ : state) benchmark::DoNotOptimize(engine::validate(module));
  count_bytes(state);
}
BENCHMARK(validate)->Unit(benchmark::kMillisecond);

void compile_valid(benchmark::State& state) {
  const auto valid =
      engine::validate(std::make_shared<const engine::Module>(*engine::decode(source())));
  for (const auto _ : state) benchmark::DoNotOptimize(engine::compile_module(*valid));
  count_bytes(state);
}
BENCHMARK(compile_valid)->Name("compile")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace heddle::bench
