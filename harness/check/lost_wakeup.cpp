#include "harness/check/lost_wakeup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "harness/check/names.hpp"

namespace heddle::harness {
namespace {

using core::Action;
using core::ActionKind;
using core::AgentId;
using core::Event;
using core::EventId;
using core::Trace;

bool has(const Trace& trace, const Event& event, ActionKind kind) {
  return std::ranges::any_of(trace.actions_of(event),
                             [kind](const Action& action) { return action.kind == kind; });
}

// Reads, and does nothing else that anyone could notice.
bool only_reads(const Trace& trace, const Event& event) {
  return std::ranges::all_of(trace.actions_of(event), [](const Action& action) {
    return action.kind == ActionKind::Read || action.kind == ActionKind::Fence;
  });
}

struct Sleep {
  EventId wait{};
  EventId decision{};  // where it began; the wait itself if there is nothing before it
};

// The agent's last event, which must be a wait, and how it came to it.
std::optional<Sleep> sleep_of(const Trace& trace, AgentId agent) {
  const std::vector<EventId> last = last_event_of(trace, agent);
  if (last.empty() || !has(trace, trace.events[last[0].index], ActionKind::Wait)) {
    return std::nullopt;
  }
  Sleep sleep{.wait = last[0], .decision = last[0]};
  for (std::uint32_t i = sleep.wait.index; i-- > 0;) {
    const Event& event = trace.events[i];
    if (event.agent != agent) continue;
    if (only_reads(trace, event)) {
      sleep.decision = {i};
      continue;
    }
    if (has(trace, event, ActionKind::ReadModifyWrite)) sleep.decision = {i};
    break;
  }
  return sleep;
}

// The last one that came too early.
std::optional<EventId> find_lost_notify(const Trace& trace, AgentId sleeper, const Sleep& sleep) {
  const auto waits = trace.actions_of(trace.events[sleep.wait.index]);
  const auto wait = std::ranges::find(waits, ActionKind::Wait, &Action::kind);
  for (std::uint32_t i = sleep.wait.index; i-- > sleep.decision.index + 1;) {
    const Event& event = trace.events[i];
    if (event.agent == sleeper) continue;
    for (const Action& action : trace.actions_of(event)) {
      const bool is_lost = action.kind == ActionKind::Notify && action.location == wait->location &&
                           action.read_value == 0 && action.written_value > 0;
      if (is_lost) return EventId{i};
    }
  }
  return std::nullopt;
}

core::Finding finding_of(const Trace& trace, AgentId sleeper, const Sleep& sleep, EventId notify) {
  const Event& wait = trace.events[sleep.wait.index];
  const Event& decision = trace.events[sleep.decision.index];
  const Event& lost = trace.events[notify.index];
  const Action& read = trace.actions_of(decision).front();
  const auto notifies = trace.actions_of(lost);
  const Action& action = *std::ranges::find(notifies, ActionKind::Notify, &Action::kind);
  core::Finding finding;
  finding.rule = "lost-wakeup";
  const std::string name = agent_name(trace, sleeper);
  finding.message = fmt::format(
      "{}'s notify of {} {} woke nobody: {} was about to sleep, as it had read {} = {} {}, and "
      "sleeps for ever {}",
      agent_name(trace, lost.agent), to_string(action.location), whereabouts(trace, lost.where),
      name, to_string(read.location), read.read_value, whereabouts(trace, decision.where),
      whereabouts(trace, wait.where));
  std::array places{place_of(trace, lost.where), place_of(trace, wait.where)};
  std::ranges::sort(places);
  finding.place = places[0] == places[1] ? places[0] : places[0] + ", " + places[1];
  finding.events = {sleep.decision, notify, sleep.wait};
  return finding;
}

}  // namespace

core::Verdict LostWakeupJudge::judge(const core::Execution& execution) const {
  const Trace& trace = execution.trace;
  core::Verdict verdict;
  for (std::uint32_t i = 0; i < execution.ends.size(); ++i) {
    const core::AgentEnd& end = execution.ends[i];
    if (end.outcome.kind != core::OutcomeKind::Blocked ||
        end.blocked_on.kind != core::BlockedOn::Kind::WaitQueue) {
      continue;
    }
    if (auto unknown = unless_recorded(execution, "lost-wakeup")) return *std::move(unknown);
    const auto sleep = sleep_of(trace, {i});
    if (!sleep) continue;
    if (const auto notify = find_lost_notify(trace, {i}, *sleep)) {
      verdict.join(core::Verdict::fail(finding_of(trace, {i}, *sleep, *notify)));
    }
  }
  return verdict;
}

}  // namespace heddle::harness
