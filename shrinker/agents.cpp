#include "shrinker/agents.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>

#include "core/value.hpp"

namespace heddle::shrinker {
namespace {

using core::ActionKind;

std::vector<std::string> roles_of(const core::Trace& trace, const std::vector<bool>& is_step) {
  std::vector<std::string> roles(trace.agents.size());
  for (const core::Call& call : trace.calls) {
    std::string& role = roles[call.agent.index];
    role += call.function;
    for (const core::Value& argument : call.arguments) role += " " + to_string(argument);
    role += ";";
  }
  for (std::size_t i = 0; i < trace.events.size(); ++i) {
    const core::Event& event = trace.events[i];
    std::string& role = roles[event.agent.index];
    if (!is_step[i] || !role.empty()) continue;
    role = fmt::format("at {} {} {}", event.where.module, event.where.function, event.where.offset);
  }
  return roles;
}

}  // namespace

std::vector<PlacedAgent> placed_agents(const core::Execution& execution,
                                       const Dependence& dependence, const IsPoint& is_point,
                                       bool are_alike) {
  const core::Trace& trace = execution.trace;
  const std::vector<bool> is_step = steps_of(trace);
  const std::vector<std::string> names = roles_of(trace, is_step);
  std::vector<PlacedAgent> all(trace.agents.size());
  std::vector<std::size_t> points(all.size());
  for (std::size_t i = 0; i < trace.events.size(); ++i) {
    if (!is_step[i]) continue;
    const std::size_t agent = trace.events[i].agent.index;
    const core::Action& action = trace.actions_of(trace.events[i]).front();
    if (action.kind == ActionKind::Wait) all[agent].may_block = true;
    if (points[agent] > 0 && !is_point(action)) continue;
    if (points[agent] > 0 && dependence.has_conflict[i]) all[agent].stops.push_back(points[agent]);
    ++points[agent];
  }
  std::map<std::string, std::size_t> roles;
  std::vector<PlacedAgent> placed;
  for (std::uint32_t agent = 0; agent < all.size(); ++agent) {
    const core::Choice choice = core::Choice::next({agent});
    if (points[agent] == 0) continue;
    if (agent == 0 && std::ranges::count(execution.schedule.choices, choice) == 0) continue;
    all[agent].choice = choice;
    all[agent].role =
        are_alike ? roles.try_emplace(names[agent], roles.size()).first->second : agent;
    placed.push_back(std::move(all[agent]));
  }
  return placed;
}

}  // namespace heddle::shrinker
