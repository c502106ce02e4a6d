#include "harness/check/deadlock.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "harness/check/names.hpp"

namespace heddle::harness {
namespace {

using core::AgentEnd;
using core::AgentId;
using core::BlockedOn;
using core::Execution;

bool is_blocked(const Execution& execution, AgentId agent) {
  return agent.index < execution.ends.size() &&
         execution.ends[agent.index].outcome.kind == core::OutcomeKind::Blocked;
}

// Follows joins from `agent`. True if they lead back to it.
bool is_in_cycle(const Execution& execution, AgentId agent) {
  AgentId other = agent;
  for (std::size_t i = 0; i < execution.ends.size(); ++i) {
    if (!is_blocked(execution, other)) return false;
    const BlockedOn& blocked_on = execution.ends[other.index].blocked_on;
    if (blocked_on.kind != BlockedOn::Kind::Agent) return false;
    other = blocked_on.agent;
    if (other == agent) return true;
  }
  return false;
}

// Only waits for an agent that is blocked itself: a consequence, not a cause.
bool is_consequence(const Execution& execution, AgentId agent) {
  const BlockedOn& blocked_on = execution.ends[agent.index].blocked_on;
  return blocked_on.kind == BlockedOn::Kind::Agent && is_blocked(execution, blocked_on.agent) &&
         !is_in_cycle(execution, agent);
}

// Of the agent's last wait.
std::uint64_t wait_size_bytes(const core::Trace& trace, AgentId agent) {
  for (std::size_t i = trace.events.size(); i-- > 0;) {
    if (trace.events[i].agent != agent) continue;
    for (const core::Action& action : trace.actions_of(trace.events[i])) {
      if (action.kind == core::ActionKind::Wait) return action.size_bytes;
    }
  }
  return 0;
}

std::string describe(const Execution& execution, AgentId agent) {
  const BlockedOn& blocked_on = execution.ends[agent.index].blocked_on;
  std::string name = agent_name(execution.trace, agent);
  switch (blocked_on.kind) {
    case BlockedOn::Kind::Nothing:
      return name + " is blocked";
    case BlockedOn::Kind::WaitQueue: {
      const std::uint64_t size_bytes = wait_size_bytes(execution.trace, agent);
      const std::string size = size_bytes == 0 ? "" : fmt::format(" ({} bytes)", size_bytes);
      return fmt::format("{} waits on {}{}", name, to_string(blocked_on.location), size);
    }
    case BlockedOn::Kind::Spin:
      return fmt::format("{} spins on {}", name, to_string(blocked_on.location));
    case BlockedOn::Kind::Agent:
      return fmt::format("{} joins {}", name, agent_name(execution.trace, blocked_on.agent));
  }
  return name;
}

}  // namespace

core::Verdict DeadlockJudge::judge(const Execution& execution) const {
  std::vector<std::string> causes;
  std::vector<std::string> consequences;
  std::set<std::string> places;
  std::vector<core::EventId> events;
  bool someone_waits = false;
  for (std::uint32_t i = 0; i < execution.ends.size(); ++i) {
    if (!is_blocked(execution, {i})) continue;
    if (is_consequence(execution, {i})) {
      consequences.push_back(describe(execution, {i}));
      continue;
    }
    const AgentEnd& end = execution.ends[i];
    someone_waits |= end.blocked_on.kind == BlockedOn::Kind::WaitQueue;
    causes.push_back(describe(execution, {i}));
    places.insert(place_of(execution.trace, end.where));
    for (const core::EventId event : last_event_of(execution.trace, {i})) events.push_back(event);
  }
  if (causes.empty()) return core::Verdict::pass();

  const bool is_cycle = !someone_waits && causes.size() > 1;
  core::Finding finding;
  finding.rule = "deadlock";
  finding.message = fmt::format("{}{}", fmt::join(causes, ", "), is_cycle ? ": a cycle" : "");
  if (someone_waits) finding.message += "; no agent is left that could notify";
  if (!consequences.empty()) {
    finding.message += fmt::format(" (so {})", fmt::join(consequences, ", "));
  }
  finding.place = fmt::format("{}", fmt::join(places, ", "));
  std::ranges::sort(events);
  finding.events = std::move(events);
  return core::Verdict::fail(std::move(finding));
}

}  // namespace heddle::harness
