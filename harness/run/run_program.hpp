// run_program: one execution for each of some seeds, and what all of them say together: what
// `heddle run` does with a script.
//
// Seed N means: the first execution of the random strategy with that seed.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/digest.hpp"
#include "core/verdict.hpp"
#include "harness/run/program.hpp"
#include "reports/run_report.hpp"

namespace heddle::harness {

struct RunOptions {
  std::uint64_t first_seed = 1;
  std::uint64_t seed_count = 1;
  ExecuteOptions execute;
};

struct RunResult {
  // Counts are sums over all seeds. A failed execution counts at least one failure, also if it is
  // none of an assertion (a deadlock). What has no assertions (a scenario, a module) counts as one.
  reports::FileResult file;
  core::VerdictKind verdict = core::VerdictKind::Pass;  // of all executions
  std::vector<std::uint64_t> failing_seeds;
  // Of the trace; of more than one: of their digests in order. Meaningless if nothing is recorded.
  core::Digest digest;
  core::Execution last;
  bool was_interrupted = false;
};

[[nodiscard]] RunResult run_program(const Program& program, const RunOptions& options,
                                    const std::function<bool()>& should_stop);

}  // namespace heddle::harness
