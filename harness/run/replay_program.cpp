#include "harness/run/replay_program.hpp"

#include <algorithm>
#include <utility>

#include "core/check.hpp"
#include "harness/explore/naive.hpp"

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

namespace {

// Executions and steps in each search for a failure with fewer preemptions.
constexpr std::uint64_t kSearchMax = 2000;
constexpr std::uint64_t kSearchStepsMax = 300'000;
// With more preemptions, the first executions of a search are too much alike.
constexpr std::uint64_t kBoundsMax = 4;
// How much longer than the failing execution those tried in its stead may be.
constexpr std::uint64_t kStepsFactor = 10;

class FailureShrinker {
 public:
  FailureShrinker(const Program& program, const core::Signature& signature, ExecuteOptions options,
                  const std::function<bool()>& should_stop)
      : program_(program),
        signature_(signature),
        options_(std::move(options)),
        should_stop_(should_stop) {}

  std::optional<shrinker::ShrinkResult> shrink(const core::Execution& failing) {
    options_.should_stop = should_stop_;
    // Edited schedules may spin where the failing one did not.
    options_.steps_max = std::min(options_.steps_max, kStepsFactor * (failing.steps + 100));
    auto smallest = edit(failing);
    if (!smallest) return std::nullopt;
    // The shrinker improves one failing schedule; an entirely different one may be simpler.
    const std::uint64_t bounds = std::min(smallest->preemptions, kBoundsMax);
    for (std::uint64_t bound = 0; bound < bounds; ++bound) {
      const auto found = find_failure(bound);
      if (!found) continue;
      auto other = edit(*found);
      if (!other || other->preemptions >= smallest->preemptions) continue;
      other->attempts += smallest->attempts;
      return other;
    }
    return smallest;
  }

 private:
  [[nodiscard]] std::optional<shrinker::ShrinkResult> edit(const core::Execution& failing) const {
    return shrinker::shrink(
        failing, [this](const shrinker::Candidate& candidate) { return run_candidate(candidate); },
        {.is_point = [this](const core::Action& action) { return is_point(action); },
         .should_stop = should_stop_});
  }

  [[nodiscard]] bool is_the_failure(const core::Verdict& verdict) const {
    return verdict.kind == core::VerdictKind::Fail && verdict.signature() == signature_;
  }

  [[nodiscard]] std::optional<shrinker::Failing> run_candidate(
      const shrinker::Candidate& candidate) const {
    shrinker::Follower follower(candidate);
    core::Execution execution = program_.execute(follower, options_);
    const core::Verdict verdict = program_.judge(execution);
    if (!is_the_failure(verdict)) return std::nullopt;
    return shrinker::Failing{.execution = std::move(execution),
                             .evidence = verdict.findings.front().events};
  }

  [[nodiscard]] bool is_point(const core::Action& action) const {
    switch (options_.points) {
      case core::PointMode::All:
        return true;
      case core::PointMode::Sync:
        return action.ordering == core::Ordering::SeqCst || !is_access(action);
      case core::PointMode::Shared:
        return !is_access(action) ||
               (options_.shared && options_.shared->overlaps(action.location, action.size_bytes));
    }
    return true;
  }

  [[nodiscard]] static bool is_access(const core::Action& action) {
    using core::ActionKind;
    return action.kind == ActionKind::Read || action.kind == ActionKind::Write ||
           action.kind == ActionKind::ReadModifyWrite;
  }

  // All executions with so few preemptions, in order, as far as kSearchMax reaches.
  [[nodiscard]] std::optional<core::Execution> find_failure(std::uint64_t preemptions_max) const {
    NaiveStrategy strategy(preemptions_max);
    std::uint64_t steps = 0;
    for (std::uint64_t i = 0; i < kSearchMax && steps < kSearchStepsMax; ++i) {
      if (should_stop_() || !strategy.begin_execution()) return std::nullopt;
      core::Execution execution = program_.execute(strategy, options_);
      if (was_interrupted(execution)) return std::nullopt;
      strategy.end_execution(execution);
      steps += execution.steps;
      if (is_the_failure(program_.judge(execution))) return execution;
    }
    return std::nullopt;
  }

  const Program& program_;
  const core::Signature& signature_;
  ExecuteOptions options_;
  const std::function<bool()>& should_stop_;
};

}  // namespace

std::optional<shrinker::ShrinkResult> shrink_failure(const Program& program,
                                                     const core::Execution& failing,
                                                     const core::Signature& signature,
                                                     const ExecuteOptions& options,
                                                     const std::function<bool()>& should_stop) {
  return FailureShrinker(program, signature, options, should_stop).shrink(failing);
}

}  // namespace heddle::harness
