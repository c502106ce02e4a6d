// The pair of steps that decides whether a program fails, with the call stacks of both.
#pragma once

#include <functional>
#include <optional>

#include "core/execution.hpp"
#include "core/verdict.hpp"
#include "harness/run/program.hpp"
#include "reports/explore_report.hpp"

namespace heddle::harness {

// `failing` should be as small as it can be; it fails with `signature`. Nothing: none was found
// (shrinker/pair.hpp).
[[nodiscard]] std::optional<reports::DecidingPair> find_deciding_pair(
    const Program& program, const core::Execution& failing, const core::Signature& signature,
    const ExecuteOptions& options, const std::function<bool()>& should_stop);

}  // namespace heddle::harness
