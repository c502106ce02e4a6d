#include "harness/run/candidate_runner.hpp"

#include <algorithm>
#include <utility>

#include "core/action_kinds.hpp"

namespace heddle::harness {

namespace {

// How much longer than the failing execution those tried in its stead may be.
constexpr std::uint64_t kStepsFactor = 10;

}  // namespace

CandidateRunner::CandidateRunner(const Program& program, core::Signature signature,
                                 ExecuteOptions options, std::uint64_t failing_steps,
                                 const std::function<bool()>& should_stop)
    : program_(program), signature_(std::move(signature)), options_(std::move(options)) {
  options_.should_stop = should_stop;
  options_.steps_max = std::min(options_.steps_max, kStepsFactor * (failing_steps + 100));
}

bool CandidateRunner::is_the_failure(const core::Verdict& verdict) const {
  return verdict.kind == core::VerdictKind::Fail && verdict.signature() == signature_;
}

shrinker::Tried CandidateRunner::run(const shrinker::Candidate& candidate) const {
  using shrinker::Trial;
  shrinker::Follower follower(candidate);
  core::Execution execution = program_.execute(follower, options_);
  const core::Verdict verdict = program_.judge(execution);
  const Trial otherwise = verdict.kind == core::VerdictKind::Pass ? Trial::Passes : Trial::Other;
  return {.trial = is_the_failure(verdict) ? Trial::Fails : otherwise,
          .execution = std::move(execution)};
}

std::optional<shrinker::Failing> CandidateRunner::run_failing(
    const shrinker::Candidate& candidate) const {
  shrinker::Follower follower(candidate);
  core::Execution execution = program_.execute(follower, options_);
  core::Verdict verdict = program_.judge(execution);
  if (!is_the_failure(verdict)) return std::nullopt;
  return shrinker::Failing{.execution = std::move(execution),
                           .evidence = std::move(verdict.findings.front().events)};
}

bool CandidateRunner::is_point(const core::Action& action) const {
  switch (options_.points) {
    case core::PointMode::All:
      return true;
    case core::PointMode::Sync:
      return action.ordering == core::Ordering::SeqCst || !is_access(action.kind);
    case core::PointMode::Shared:
      return !is_access(action.kind) ||
             (options_.shared && options_.shared->overlaps(action.location, action.size_bytes));
  }
  return true;
}

}  // namespace heddle::harness
