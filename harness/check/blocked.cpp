#include "harness/check/blocked.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "core/action_kinds.hpp"
#include "core/byte_map.hpp"
#include "harness/check/names.hpp"

namespace heddle::harness {
namespace {

using core::Action;
using core::ActionKind;
using core::AgentId;
using core::BlockedOn;
using core::EventId;
using core::Execution;

class Finder {
 public:
  explicit Finder(const Execution& execution) : execution_(execution), trace_(execution.trace) {}

  Blocked find() {
    for (std::uint32_t i = 0; i < execution_.ends.size(); ++i) {
      if (is_blocked({i}) && !is_consequence({i})) causes_.push_back({i});
    }
    if (causes_.empty()) return {};
    find_waits_and_writers();
    Blocked blocked;
    std::set<std::string> places;
    std::set<EventId> events;
    for (const AgentId agent : causes_) {
      const BlockedOn::Kind kind = on(agent).kind;
      blocked.someone_waits |= kind == BlockedOn::Kind::WaitQueue;
      blocked.someone_spins |= kind == BlockedOn::Kind::Spin;
      blocked.causes.push_back(describe(agent));
      places.insert(place_of(trace_, execution_.ends[agent.index].where));
      for (const EventId event : last_event_of(trace_, agent)) events.insert(event);
      if (const auto writer = writer_for(agent)) events.insert(*writer);
    }
    for (std::uint32_t i = 0; i < execution_.ends.size(); ++i) {
      if (is_blocked({i}) && is_consequence({i})) blocked.consequences.push_back(describe({i}));
    }
    blocked.cycle = cycle();
    blocked.place = fmt::format("{}", fmt::join(places, ", "));
    blocked.events.assign(events.begin(), events.end());
    return blocked;
  }

 private:
  [[nodiscard]] const BlockedOn& on(AgentId agent) const {
    return execution_.ends[agent.index].blocked_on;
  }

  [[nodiscard]] bool is_blocked(AgentId agent) const {
    return agent.index < execution_.ends.size() &&
           execution_.ends[agent.index].outcome.kind == core::OutcomeKind::Blocked;
  }

  // Follows joins from `agent`. True if they lead back to it.
  [[nodiscard]] bool is_in_cycle_of_joins(AgentId agent) const {
    AgentId other = agent;
    for (std::size_t i = 0; i < execution_.ends.size(); ++i) {
      if (!is_blocked(other) || on(other).kind != BlockedOn::Kind::Agent) return false;
      other = on(other).agent;
      if (other == agent) return true;
    }
    return false;
  }

  [[nodiscard]] bool is_consequence(AgentId agent) const {
    return on(agent).kind == BlockedOn::Kind::Agent && is_blocked(on(agent).agent) &&
           !is_in_cycle_of_joins(agent);
  }

  [[nodiscard]] std::vector<core::Location> locations_of(AgentId agent) const {
    const BlockedOn& blocked_on = on(agent);
    switch (blocked_on.kind) {
      case BlockedOn::Kind::WaitQueue:
        return {blocked_on.location};
      case BlockedOn::Kind::Spin:
        return blocked_on.locations.empty() ? std::vector{blocked_on.location}
                                            : blocked_on.locations;
      case BlockedOn::Kind::Nothing:
      case BlockedOn::Kind::Agent:
        return {};
    }
    return {};
  }

  // What is looked for in the trace, once, from its end.
  struct Wanted {
    std::set<AgentId> waiting;  // for this location
    std::optional<EventId> writer;
  };

  void find_waits_and_writers() {
    for (const AgentId agent : causes_) {
      for (const core::Location& location : locations_of(agent)) {
        wanted_[location].waiting.insert(agent);
      }
    }
    std::size_t left = wanted_.size();
    std::size_t sizes_left = causes_.size();
    for (std::size_t i = trace_.events.size(); i-- > 0 && left + sizes_left > 0;) {
      const core::Event& event = trace_.events[i];
      for (const Action& action : trace_.actions_of(event)) {
        if (action.kind == ActionKind::Wait &&
            wait_sizes_.try_emplace(event.agent, action.size_bytes).second) {
          sizes_left -= std::min<std::size_t>(sizes_left, 1);
        }
        if (writes(action.kind)) {
          left -= take_writer(event, {static_cast<std::uint32_t>(i)}, action);
        }
      }
    }
  }

  // How many of the locations it is the last writer of.
  std::size_t take_writer(const core::Event& event, EventId id, const Action& action) {
    const core::ByteRange range = range_of(action);
    core::Location first = action.location;
    first.offset = range.begin;
    std::size_t found = 0;
    for (auto at = wanted_.lower_bound(first); at != wanted_.end(); ++at) {
      const core::Location& location = at->first;
      const bool is_within = location.region == first.region && location.number == first.number &&
                             location.offset < range.end;
      if (!is_within) break;
      Wanted& wanted = at->second;
      if (wanted.writer || wanted.waiting.contains(event.agent)) continue;
      wanted.writer = id;
      ++found;
    }
    return found;
  }

  // Of the first location that anyone else has written.
  [[nodiscard]] std::optional<EventId> writer_for(AgentId agent) const {
    for (const core::Location& location : locations_of(agent)) {
      const auto found = wanted_.find(location);
      if (found != wanted_.end() && found->second.writer) return found->second.writer;
    }
    return std::nullopt;
  }

  [[nodiscard]] std::string writer_text(AgentId agent) const {
    const auto writer = writer_for(agent);
    if (!writer) return "";
    const core::Event& event = trace_.events[writer->index];
    return fmt::format(", last written by {} {}", agent_name(trace_, event.agent),
                       whereabouts(trace_, event.where));
  }

  [[nodiscard]] std::string describe(AgentId agent) const {
    const BlockedOn& blocked_on = on(agent);
    std::string name = agent_name(trace_, agent);
    switch (blocked_on.kind) {
      case BlockedOn::Kind::Nothing:
        return name + " is blocked";
      case BlockedOn::Kind::WaitQueue: {
        const auto size = wait_sizes_.find(agent);
        const std::string bytes =
            size == wait_sizes_.end() ? "" : fmt::format(" ({} bytes)", size->second);
        return fmt::format("{} waits on {}{}{}", name, to_string(blocked_on.location), bytes,
                           writer_text(agent));
      }
      case BlockedOn::Kind::Agent:
        return fmt::format("{} joins {}", name, agent_name(trace_, blocked_on.agent));
      case BlockedOn::Kind::Spin: {
        std::vector<std::string> places;
        for (const core::Location& location : locations_of(agent)) {
          places.push_back(to_string(location));
        }
        return fmt::format("{} spins {} on {}{}", name,
                           whereabouts(trace_, execution_.ends[agent.index].where),
                           fmt::join(places, ", "), writer_text(agent));
      }
    }
    return name;
  }

  // The one that must act before this agent can go on, as far as that can be told.
  [[nodiscard]] std::optional<AgentId> awaited(AgentId agent) const {
    if (on(agent).kind == BlockedOn::Kind::Agent) return on(agent).agent;
    const auto writer = writer_for(agent);
    if (!writer) return std::nullopt;
    return trace_.events[writer->index].agent;
  }

  [[nodiscard]] std::string cycle() const {
    for (const AgentId first : causes_) {
      std::vector<AgentId> path{first};
      while (path.size() <= causes_.size()) {
        const auto next = awaited(path.back());
        if (!next || !is_blocked(*next)) break;
        if (*next == first) return path.size() < 2 ? "" : cycle_text(path);
        path.push_back(*next);
      }
    }
    return "";
  }

  [[nodiscard]] std::string cycle_text(const std::vector<AgentId>& path) const {
    std::vector<std::string> steps;
    for (std::size_t i = 0; i < path.size(); ++i) {
      steps.push_back(fmt::format("{} waits for {}", agent_name(trace_, path[i]),
                                  agent_name(trace_, path[(i + 1) % path.size()])));
    }
    return fmt::format("{}", fmt::join(steps, ", "));
  }

  const Execution& execution_;
  const core::Trace& trace_;
  std::vector<AgentId> causes_;
  std::map<core::Location, Wanted> wanted_;
  std::map<AgentId, std::uint64_t> wait_sizes_;
};

}  // namespace

Blocked blocked_of(const Execution& execution) { return Finder(execution).find(); }

}  // namespace heddle::harness
