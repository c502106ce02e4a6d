// Strategies by name, as the command line and scenarios give them.
//
//   random      every option equally likely, without end
//   exhaustive  every execution once
//   bounded     every execution with at most `preemptions_max` preemptions once
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "core/result.hpp"
#include "harness/explore/strategy.hpp"

namespace heddle::harness {

struct StrategyOptions {
  std::uint64_t seed = 0;
  std::optional<std::uint64_t> preemptions_max;  // of exhaustive and bounded
};

// What `bounded` means if nothing else is said: enough for most known bugs.
inline constexpr std::uint64_t kPreemptionsMaxDefault = 2;

[[nodiscard]] std::span<const std::string_view> strategy_names();

// The error, for an unknown name, lists the known ones; its span is empty.
[[nodiscard]] core::Result<std::unique_ptr<Strategy>> make_strategy(std::string_view name,
                                                                    const StrategyOptions& options);

}  // namespace heddle::harness
