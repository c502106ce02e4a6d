// bench_schedulers: how many schedules strategies need until a program fails: for each, the mean
// over some seeds. The goals are those that Heddle sets itself; most are the best published
// numbers.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "harness/run/program.hpp"
#include "reports/bench_report.hpp"

namespace heddle::harness {

struct BenchOptions {
  std::vector<std::string> strategies;
  std::uint64_t trials = 20;
  std::uint64_t schedules_max = 10'000;
  std::optional<core::PointMode> points;  // none: the program's own, as explore has it
};

struct BenchGoal {
  std::string_view program;  // a scenario's file, without its ending
  std::string_view strategy;
  double schedules = 0;
};
[[nodiscard]] std::span<const BenchGoal> bench_goals();

// Errors: an unknown strategy. Interrupted, the row is what has been measured so far.
[[nodiscard]] core::Result<reports::BenchRow> bench_schedulers(
    const Program& program, const BenchOptions& options, const std::function<bool()>& should_stop);

}  // namespace heddle::harness
