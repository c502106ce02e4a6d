#include "harness/memory/candidate.hpp"

#include <algorithm>

namespace heddle::harness {
namespace {

bool is_initial_before(const MemoryEvent& initial, const MemoryEvent& event,
                       const MemoryModelSwitches& switches) {
  return std::ranges::any_of(initial.accesses, [&](const MemoryAccess& access) {
    return std::ranges::any_of(event.accesses, [&](const MemoryAccess& other) {
      return switches.overlap_is_union ? same_region(access, other) : overlap(access, other);
    });
  });
}

// Numbers of the first event of each agent, and, last, the number of events.
std::vector<EventIndex> starts_of(const Candidate& candidate) {
  std::vector<EventIndex> starts;
  starts.reserve(candidate.agents.size() + 1);
  starts.push_back(static_cast<EventIndex>(candidate.initial.size()));
  for (const auto& agent : candidate.agents) {
    starts.push_back(starts.back() + static_cast<EventIndex>(agent.size()));
  }
  return starts;
}

bool is_seqcst(const MemoryAccess& access, const MemoryModelSwitches& switches) {
  return access.ordering == core::Ordering::SeqCst ||
         (access.ordering == core::Ordering::AcqRel &&
          switches.acquire_release == MemoryModelSwitches::AcquireRelease::SeqCst);
}

bool is_atomic(const MemoryAccess& access) {
  return access.ordering == core::Ordering::SeqCst || access.ordering == core::Ordering::AcqRel;
}

}  // namespace

std::vector<const MemoryEvent*> events_of(const Candidate& candidate) {
  std::vector<const MemoryEvent*> events;
  events.reserve(starts_of(candidate).back());
  for (const MemoryEvent& event : candidate.initial) events.push_back(&event);
  for (const auto& agent : candidate.agents) {
    for (const MemoryEvent& event : agent) events.push_back(&event);
  }
  return events;
}

std::vector<std::pair<EventIndex, EventIndex>> given_order(const Candidate& candidate,
                                                           const MemoryModelSwitches& switches) {
  const std::vector<EventIndex> starts = starts_of(candidate);
  const std::vector<const MemoryEvent*> events = events_of(candidate);
  std::vector<std::pair<EventIndex, EventIndex>> order;
  for (std::size_t agent = 0; agent + 1 < starts.size(); ++agent) {
    for (EventIndex event = starts[agent]; event + 1 < starts[agent + 1]; ++event) {
      order.emplace_back(event, event + 1);
    }
  }
  for (EventIndex event = 0; event < events.size(); ++event) {
    const auto is_known = [&](const std::optional<core::AgentId>& agent) {
      return agent && agent->index < candidate.agents.size() &&
             !candidate.agents[agent->index].empty();
    };
    if (const auto& agent = events[event]->spawned; is_known(agent)) {
      order.emplace_back(event, starts[agent->index]);
    }
    if (const auto& agent = events[event]->joined; is_known(agent) && switches.join_orders) {
      order.emplace_back(starts[agent->index + 1] - 1, event);
    }
  }
  for (EventIndex initial = 0; initial < candidate.initial.size(); ++initial) {
    for (EventIndex event = starts.front(); event < events.size(); ++event) {
      if (is_initial_before(*events[initial], *events[event], switches)) {
        order.emplace_back(initial, event);
      }
    }
  }
  return order;
}

const MemoryAccess* access_to(const MemoryEvent& event, const core::Location& location) {
  for (const MemoryAccess& access : event.accesses) {
    if (access.location.region == location.region && access.location.number == location.number) {
      return &access;
    }
  }
  return nullptr;
}

bool same_region(const MemoryAccess& a, const MemoryAccess& b) {
  return a.location.region == b.location.region && a.location.number == b.location.number;
}

bool same_range(const MemoryAccess& a, const MemoryAccess& b) {
  return a.location == b.location && a.size == b.size;
}

bool overlap(const MemoryAccess& a, const MemoryAccess& b) {
  return same_region(a, b) && (covers(a, b.location.offset) || covers(b, a.location.offset));
}

bool covers(const MemoryAccess& access, std::uint64_t offset) {
  return offset >= access.location.offset && offset - access.location.offset < access.size;
}

Cell written_at(const MemoryAccess& access, std::uint64_t offset) {
  return access.written.empty() ? 0 : access.written[offset - access.location.offset];
}

bool is_tear_free(const MemoryAccess& access, const MemoryModelSwitches& switches) {
  if (access.ordering == core::Ordering::Init) return false;
  if (is_atomic(access)) return true;
  switch (access.tearing) {
    case Tearing::TearFree:
      return true;
    case Tearing::Float:
      return switches.floats_tear_free;
    case Tearing::Torn:
    case Tearing::Bulk:
      return false;
  }
  return false;
}

bool synchronises(const MemoryAccess& a, const MemoryAccess& b,
                  const MemoryModelSwitches& switches) {
  return same_range(a, b) && is_seqcst(a, switches) && is_seqcst(b, switches);
}

bool publishes(const MemoryAccess& write, const MemoryAccess& read,
               const MemoryModelSwitches& switches) {
  return synchronises(write, read, switches) ||
         (same_range(write, read) && is_atomic(write) && is_atomic(read));
}

}  // namespace heddle::harness
