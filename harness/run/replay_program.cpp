#include "harness/run/replay_program.hpp"

#include <algorithm>
#include <utility>

#include "core/check.hpp"
#include "harness/explore/naive.hpp"
#include "harness/run/candidate_runner.hpp"

namespace heddle::harness {

Replayed replay(const Program& program, const core::Schedule& schedule, ReplayMode mode,
                const ExecuteOptions& options, const std::optional<core::Record>& expected) {
  ReplayStrategy strategy(schedule, mode, expected);
  HEDDLE_CHECK(strategy.begin_execution());
  Replayed replayed;
  replayed.execution = program.execute(strategy, options);
  strategy.end_execution(replayed.execution);
  replayed.divergence = strategy.divergence();
  replayed.record = strategy.take_record();
  replayed.verdict = program.judge(replayed.execution);
  return replayed;
}

namespace {

// Executions and steps in each search for a failure with fewer preemptions.
constexpr std::uint64_t kSearchMax = 2000;
constexpr std::uint64_t kSearchStepsMax = 300'000;
// With more preemptions, the first executions of a search are too much alike.
constexpr std::uint64_t kBoundsMax = 4;
class FailureShrinker {
 public:
  FailureShrinker(const Program& program, const CandidateRunner& runner,
                  const std::function<bool()>& should_stop)
      : program_(program), runner_(runner), should_stop_(should_stop) {}

  std::optional<shrinker::ShrinkResult> shrink(const core::Execution& failing) {
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
        failing,
        [this](const shrinker::Candidate& candidate) { return runner_.run_failing(candidate); },
        {.is_point = [this](const core::Action& action) { return runner_.is_point(action); },
         .should_stop = should_stop_});
  }

  // All executions with so few preemptions, in order, as far as kSearchMax reaches.
  [[nodiscard]] std::optional<core::Execution> find_failure(std::uint64_t preemptions_max) const {
    NaiveStrategy strategy(preemptions_max);
    std::uint64_t steps = 0;
    for (std::uint64_t i = 0; i < kSearchMax && steps < kSearchStepsMax; ++i) {
      if (should_stop_() || !strategy.begin_execution()) return std::nullopt;
      core::Execution execution = program_.execute(strategy, runner_.options());
      if (was_interrupted(execution)) return std::nullopt;
      strategy.end_execution(execution);
      steps += execution.steps;
      if (runner_.is_the_failure(program_.judge(execution))) return execution;
    }
    return std::nullopt;
  }

  const Program& program_;
  const CandidateRunner& runner_;
  const std::function<bool()>& should_stop_;
};

}  // namespace

std::optional<shrinker::ShrinkResult> shrink_failure(const Program& program,
                                                     const core::Execution& failing,
                                                     const core::Signature& signature,
                                                     const ExecuteOptions& options,
                                                     const std::function<bool()>& should_stop) {
  const CandidateRunner runner(program, signature, options, failing.steps, should_stop);
  return FailureShrinker(program, runner, should_stop).shrink(failing);
}

}  // namespace heddle::harness
