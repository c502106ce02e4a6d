#include "harness/run/panel.hpp"

#include <utility>

#include "harness/check/deadlock.hpp"
#include "harness/check/outcome_judges.hpp"

namespace heddle::harness {

Panel::Panel(const PanelOptions& options, std::unique_ptr<LinearizabilityJudge> linearizability)
    : checks_races_(options.races) {
  judges_.push_back(std::make_unique<AssertionJudge>());
  if (options.traps) judges_.push_back(std::make_unique<TrapJudge>());
  if (options.deadlock) judges_.push_back(std::make_unique<DeadlockJudge>());
  if (options.livelock) judges_.push_back(std::make_unique<LivelockJudge>());
  if (linearizability) judges_.push_back(std::move(linearizability));
  judges_.push_back(std::make_unique<LimitJudge>());
}

core::Verdict Panel::judge(const core::Execution& execution) const {
  core::Verdict verdict;
  if (checks_races_ || execution.checks_races) verdict.join(races_.judge(execution));
  for (const auto& judge : judges_) verdict.join(judge->judge(execution));
  return verdict;
}

}  // namespace heddle::harness
