#include "harness/explore/make_strategy.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "harness/explore/exhaustive.hpp"
#include "harness/explore/random.hpp"

namespace heddle::harness {
namespace {

using Maker = std::unique_ptr<Strategy> (*)(const StrategyOptions&);

std::unique_ptr<Strategy> make_random(const StrategyOptions& options) {
  return std::make_unique<RandomStrategy>(options.seed);
}

std::unique_ptr<Strategy> make_exhaustive(const StrategyOptions& options) {
  return std::make_unique<ExhaustiveStrategy>(options.preemptions_max);
}

std::unique_ptr<Strategy> make_bounded(const StrategyOptions& options) {
  return std::make_unique<ExhaustiveStrategy>(
      options.preemptions_max.value_or(kPreemptionsMaxDefault));
}

constexpr std::array<std::string_view, 3> kNames{"random", "exhaustive", "bounded"};
constexpr std::array<Maker, kNames.size()> kMakers{make_random, make_exhaustive, make_bounded};

}  // namespace

std::span<const std::string_view> strategy_names() { return kNames; }

core::Result<std::unique_ptr<Strategy>> make_strategy(std::string_view name,
                                                      const StrategyOptions& options) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return kMakers[i](options);
  }
  return core::make_error(
      fmt::format("unknown strategy '{}': known are {}", name, fmt::join(kNames, ", ")));
}

}  // namespace heddle::harness
