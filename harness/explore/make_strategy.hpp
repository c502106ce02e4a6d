// Strategies by name, as the command line and scenarios give them.
//
// Those that draw at random go on without end, and their executions are numbered; the others say
// when they are done.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/fault_rates.hpp"
#include "core/result.hpp"
#include "core/schedule.hpp"
#include "harness/explore/reads_from_graph.hpp"
#include "harness/explore/strategy.hpp"

namespace heddle::harness {

struct StrategyOptions {
  std::uint64_t seed = 0;
  // Of bounded, preemption and naive; exhaustive with it is naive.
  std::optional<std::uint64_t> preemptions_max;
  ReadsFromOptions reads_from;             // of exhaustive
  std::optional<std::uint64_t> depth;      // of pct and delay
  std::string bytes;                       // of bytes
  core::Schedule schedule;                 // of replay
  std::optional<core::FaultRates> faults;  // of those that draw at random
};

// What `bounded` means if nothing else is said: enough for most known bugs. Likewise pct and delay.
inline constexpr std::uint64_t kPreemptionsMaxDefault = 2;
inline constexpr std::uint64_t kDepthDefault = 3;
// Points of an execution after which strategies that are not fair become random.
inline constexpr std::uint64_t kUnfairPointsMax = 20'000;

struct StrategyInfo {
  std::string_view name;
  std::string_view about;   // a line
  bool is_sampled = false;  // at random: it has no end
};

[[nodiscard]] std::span<const StrategyInfo> strategies();
[[nodiscard]] std::span<const std::string_view> strategy_names();
// Nothing: there is none of this name.
[[nodiscard]] const StrategyInfo* find_strategy(std::string_view name);

// The error, for an unknown name, lists the known ones; its span is empty.
[[nodiscard]] core::Result<std::unique_ptr<Strategy>> make_strategy(std::string_view name,
                                                                    const StrategyOptions& options);

}  // namespace heddle::harness
