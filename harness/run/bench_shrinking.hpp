// bench_shrinking: how small the failures of a program become. For each strategy and seed, the
// first failure is shrunk, and held against the number of preemptions that the scenario says it
// needs.
#pragma once

#include <functional>
#include <vector>

#include "core/result.hpp"
#include "harness/run/bench_schedulers.hpp"
#include "reports/shrinking_report.hpp"

namespace heddle::harness {

// A row for each strategy and each seed from 1 to `trials`. Errors: an unknown strategy.
[[nodiscard]] core::Result<std::vector<reports::ShrinkingRow>> bench_shrinking(
    const Program& program, const BenchOptions& options, const std::function<bool()>& should_stop);

}  // namespace heddle::harness
