// Shrinking a scenario: fewer processes and fewer calls, with the same failure.
//
// What is left out is left out of lists: processes, the calls of each, of `setup` and of `finally`;
// halves first, then less (docs/decisions, "Scenarios shrink by lists"). A smaller scenario counts
// only if
//   1. it fails with the same signature, as the larger one's execution does without what was left
//      out, or in one of a few executions with no more preemptions;
//   2. it passes in some other execution: an assertion that can no longer hold is no smaller bug.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "core/execution.hpp"
#include "core/verdict.hpp"
#include "harness/run/language.hpp"
#include "harness/run/program.hpp"
#include "scenarios/scenario.hpp"

namespace heddle::harness {

struct SmallScenario {
  std::unique_ptr<Program> program;  // its text and files are the first scenario's
  scenarios::Scenario scenario;
  core::Execution execution;   // that fails
  std::uint64_t attempts = 0;  // smaller scenarios tried
};

// `failing`: of the scenario, with `signature`, under `options`. Nothing: running it again does not
// fail so.
[[nodiscard]] std::optional<SmallScenario> shrink_scenario(
    const scenarios::Scenario& scenario, const Language& language, const core::Execution& failing,
    const core::Signature& signature, const ExecuteOptions& options,
    const std::function<bool()>& should_stop);

}  // namespace heddle::harness
