// Executing recorded schedules: replay, and shrinking, which replays many of them.
#pragma once

#include <functional>
#include <optional>

#include "core/execution.hpp"
#include "core/record.hpp"
#include "core/repro.hpp"
#include "core/schedule.hpp"
#include "core/verdict.hpp"
#include "harness/explore/replay.hpp"
#include "harness/run/program.hpp"
#include "shrinker/shrink.hpp"

namespace heddle::harness {

struct Replayed {
  core::Execution execution;
  core::Verdict verdict;
  std::optional<Divergence> divergence;  // of strict replay only, likewise
  core::Record record;
};

// `expected`: what a strict replay is held against, beside the schedule.
[[nodiscard]] Replayed replay(const Program& program, const core::Schedule& schedule,
                              ReplayMode mode, const ExecuteOptions& options,
                              const std::optional<core::Record>& expected = std::nullopt);

// The smallest execution that can be found that fails like `failing`, which fails with
// `signature`; once `should_stop`, the smallest found so far. Nothing: running it again does not
// fail so.
[[nodiscard]] std::optional<shrinker::ShrinkResult> shrink_failure(
    const Program& program, const core::Execution& failing, const core::Signature& signature,
    const ExecuteOptions& options, const std::function<bool()>& should_stop);

}  // namespace heddle::harness
