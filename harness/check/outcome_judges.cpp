#include "harness/check/outcome_judges.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
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

// What the agents that had not ended were doing, if they went round in circles: the same few
// instructions, many times.
std::string describe_repetition(const core::Execution& execution) {
  constexpr std::size_t kWindow = 1000;         // the last events
  constexpr std::size_t kInstructionsMax = 32;  // of a loop that can be recognised
  constexpr std::size_t kRoundsMin = 4;
  const core::Trace& trace = execution.trace;
  struct Loop {
    std::set<core::CodeLocation> instructions;
    std::size_t events = 0;
    bool writes = false;
  };
  std::map<core::AgentId, Loop> loops;
  const std::size_t begin = trace.events.size() - std::min(kWindow, trace.events.size());
  for (std::size_t i = begin; i < trace.events.size(); ++i) {
    Loop& loop = loops[trace.events[i].agent];
    loop.instructions.insert(trace.events[i].where);
    ++loop.events;
    for (const core::Action& action : trace.actions_of(trace.events[i])) {
      loop.writes |= action.kind == core::ActionKind::Write ||
                     (action.kind == core::ActionKind::ReadModifyWrite &&
                      action.read_value != action.written_value);
    }
  }
  std::string text;
  for (const auto& [agent, loop] : loops) {
    const bool is_loop = loop.instructions.size() <= kInstructionsMax &&
                         loop.events >= kRoundsMin * loop.instructions.size();
    if (!is_loop) continue;
    text += fmt::format(
        "{}{} repeats {} instruction{} {}{}", text.empty() ? "" : "; ", agent_name(trace, agent),
        loop.instructions.size(), loop.instructions.size() == 1 ? "" : "s",
        whereabouts(trace, *loop.instructions.begin()), loop.writes ? "" : ", and writes nothing");
  }
  return text;
}

// " in main at bank.c:18 (unreachable)", where the line is known; the place says the rest.
std::string source_text(const core::Trace& trace, const core::CodeLocation& where) {
  if (core::source_of(trace, where).line == 0) return "";
  return " " + whereabouts(trace, where);
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
    finding.message = fmt::format("{} {}{}", agent_name(execution.trace, {i}),
                                  to_string(end.outcome), source_text(execution.trace, end.where));
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
    const std::string repetition = describe_repetition(execution);
    if (!repetition.empty()) finding.message += ": at the end, " + repetition;
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
