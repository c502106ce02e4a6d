#include "harness/run/panel.hpp"

#include <algorithm>
#include <utility>

#include "harness/check/atomicity.hpp"
#include "harness/check/deadlock.hpp"
#include "harness/check/outcome_judges.hpp"

namespace heddle::harness {

Panel::Panel(const PanelOptions& options, std::unique_ptr<LinearizabilityJudge> linearizability)
    : checks_races_(options.races), explains_deadlocks_(options.deadlock && !options.lost_wakeups) {
  judges_.push_back(std::make_unique<AssertionJudge>());
  if (options.traps) judges_.push_back(std::make_unique<TrapJudge>());
  if (options.lost_wakeups) judges_.push_back(std::make_unique<LostWakeupJudge>());
  if (options.deadlock) judges_.push_back(std::make_unique<DeadlockJudge>());
  if (options.livelock) judges_.push_back(std::make_unique<LivelockJudge>());
  if (linearizability) judges_.push_back(std::move(linearizability));
  if (!options.atomic.empty()) judges_.push_back(std::make_unique<AtomicityJudge>(options.atomic));
  judges_.push_back(std::make_unique<LimitJudge>());
}

core::Verdict Panel::judge(const core::Execution& execution) const {
  core::Verdict verdict;
  if (checks_races_ || execution.checks_races) verdict.join(races_.judge(execution));
  for (const auto& judge : judges_) verdict.join(judge->judge(execution));
  const bool is_deadlock = std::ranges::any_of(
      verdict.findings, [](const core::Finding& finding) { return finding.rule == "deadlock"; });
  if (explains_deadlocks_ && is_deadlock) {
    core::Verdict explanation = lost_wakeups_.judge(execution);
    if (explanation.kind == core::VerdictKind::Fail) verdict.join(std::move(explanation));
  }
  return verdict;
}

const std::vector<JudgeInfo>& known_judges() {
  static const std::vector<JudgeInfo> kJudges{
      {"assertions", "assertion", "what calls return is what the scenario says (on)"},
      {"traps", "trap", "no agent ends with a trap or an exception (on)"},
      {"deadlock", "deadlock", "no agent sleeps or joins for ever (on)"},
      {"livelock", "livelock", "no agent spins for ever (on)"},
      {"lost-wakeups", "lost-wakeup", "no notify comes just before the wait that it was for"},
      {"races", "data-race", "conflicting accesses are ordered (on with --points sync, --races)"},
      {"linearizability", "linearizability", "calls are explained by a sequential model"},
      {"atomic", "atomicity", "calls of the functions named are as if alone"},
  };
  return kJudges;
}

}  // namespace heddle::harness
