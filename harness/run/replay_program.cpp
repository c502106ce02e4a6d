#include "harness/run/replay_program.hpp"

#include <utility>

#include "core/check.hpp"

namespace heddle::harness {

Replayed replay(const Program& program, const core::Schedule& schedule, ReplayMode mode,
                const ExecuteOptions& options) {
  ReplayStrategy strategy(schedule, mode);
  HEDDLE_CHECK(strategy.begin_execution());
  Replayed replayed;
  replayed.execution = program.execute(strategy, options);
  strategy.end_execution(replayed.execution);
  replayed.divergence = strategy.divergence();
  replayed.verdict = program.judge(replayed.execution);
  return replayed;
}

std::optional<shrinker::ShrinkResult> shrink_failure(const Program& program,
                                                     const core::Execution& failing,
                                                     const core::Signature& signature,
                                                     const ExecuteOptions& options,
                                                     const std::function<bool()>& should_stop) {
  const auto run = [&](const core::Schedule& schedule) -> std::optional<core::Execution> {
    if (should_stop()) return std::nullopt;
    Replayed replayed = replay(program, schedule, ReplayMode::Lenient, options);
    if (replayed.verdict.kind != core::VerdictKind::Fail) return std::nullopt;
    if (replayed.verdict.signature() != signature) return std::nullopt;
    return std::move(replayed.execution);
  };
  return shrinker::shrink(failing, run);
}

}  // namespace heddle::harness
