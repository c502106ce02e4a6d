#include "harness/check/outcome_judges.hpp"

#include <fmt/format.h>

#include <utility>

#include "harness/check/names.hpp"

namespace heddle::harness {
namespace {

bool is_failure(core::OutcomeKind kind) {
  switch (kind) {
    case core::OutcomeKind::Trapped:
    case core::OutcomeKind::Thrown:
    case core::OutcomeKind::Exhausted:
      return true;
    case core::OutcomeKind::Returned:
    case core::OutcomeKind::Blocked:
    case core::OutcomeKind::Unfinished:
      return false;
  }
  return false;
}

}  // namespace

core::Verdict AssertionJudge::judge(const core::Execution& execution) const {
  if (execution.findings.empty()) return core::Verdict::pass();
  return {.kind = core::VerdictKind::Fail, .findings = execution.findings};
}

core::Verdict TrapJudge::judge(const core::Execution& execution) const {
  core::Verdict verdict;
  for (std::uint32_t i = 0; i < execution.ends.size(); ++i) {
    const core::AgentEnd& end = execution.ends[i];
    if (!is_failure(end.outcome.kind)) continue;
    core::Finding finding;
    finding.rule = "trap";
    finding.place = place_of(execution.trace, end.where);
    finding.message =
        fmt::format("{} {}", agent_name(execution.trace, {i}), to_string(end.outcome));
    finding.actual = to_string(end.outcome);
    finding.events = last_event_of(execution.trace, {i});
    verdict.join(core::Verdict::fail(std::move(finding)));
  }
  return verdict;
}

core::Verdict LimitJudge::judge(const core::Execution& execution) const {
  core::Finding finding;
  finding.rule = "limit";
  if (execution.hit_limit) {
    finding.message = execution.limit.empty() ? "a limit was reached" : execution.limit;
    return core::Verdict::unknown(std::move(finding));
  }
  for (std::uint32_t i = 0; i < execution.ends.size(); ++i) {
    if (execution.ends[i].outcome.kind != core::OutcomeKind::Unfinished) continue;
    finding.message = fmt::format("the execution was abandoned before {} had ended",
                                  agent_name(execution.trace, {i}));
    return core::Verdict::unknown(std::move(finding));
  }
  return core::Verdict::pass();
}

}  // namespace heddle::harness
