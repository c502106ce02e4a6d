#include "harness/memory/queue_orders.hpp"

#include <algorithm>
#include <set>

namespace heddle::harness {
namespace {

class QueueOrders {
 public:
  QueueOrders(const std::vector<const MemoryEvent*>& events, const MemoryModelSwitches& switches,
              const std::function<bool(const Relation&)>& visit)
      : events_(events), visit_(visit) {
    std::set<core::Location> locations;
    for (const MemoryEvent* event : events) {
      if (event->queue) locations.insert(event->queue->location);
    }
    for (const core::Location& location : locations) {
      groups_.emplace_back();
      for (EventIndex event = 0; event < events.size(); ++event) {
        if (events[event]->queue && events[event]->queue->location == location) {
          groups_.back().push_back(event);
        }
      }
    }
    if (!switches.fences_order) return;
    groups_.emplace_back();
    for (EventIndex event = 0; event < events.size(); ++event) {
      if (events[event]->is_fence) groups_.back().push_back(event);
    }
  }

  bool from_group(std::size_t group, const Relation& happens) {
    if (group == groups_.size()) return visit_(happens);
    return place({.group = group, .remaining = groups_[group]}, happens);
  }

 private:
  struct State {
    std::size_t group = 0;
    std::vector<EventIndex> remaining{};
    EventIndex last = kNoEvent;
    std::vector<EventIndex> waiters{};  // oldest first
    std::size_t must_wake = 0;          // the first so many waiters, next
  };

  // Places each event that may come next.
  bool place(const State& state, const Relation& happens) {
    if (state.remaining.empty()) {
      return state.must_wake == 0 && from_group(state.group + 1, happens);
    }
    for (const EventIndex event : state.remaining) {
      const bool is_next = std::ranges::none_of(
          state.remaining, [&](EventIndex other) { return happens.contains(other, event); });
      State next = state;
      Relation extended = happens;
      if (!is_next || !replay(next, event) ||
          (state.last != kNoEvent && !extended.order(state.last, event))) {
        continue;
      }
      std::erase(next.remaining, event);
      next.last = event;
      if (place(next, extended)) return true;
    }
    return false;
  }

  // False if the queue does not allow the event now.
  bool replay(State& state, EventIndex event) const {
    if (!events_[event]->queue) return true;
    const QueueAction& action = *events_[event]->queue;
    if (action.kind == core::ActionKind::Woken) {
      if (state.must_wake == 0 || state.waiters.front() + 1 != event) return false;
      state.waiters.erase(state.waiters.begin());
      --state.must_wake;
      return true;
    }
    if (state.must_wake > 0) return false;
    if (action.kind == core::ActionKind::Wait) {
      state.waiters.push_back(event);
    } else if (action.kind == core::ActionKind::TimedOut) {
      return std::erase(state.waiters, event - 1) == 1;
    } else {
      state.must_wake = std::min<std::uint64_t>(action.limit, state.waiters.size());
      return action.woken == state.must_wake;
    }
    return true;
  }

  const std::vector<const MemoryEvent*>& events_;
  const std::function<bool(const Relation&)>& visit_;
  std::vector<std::vector<EventIndex>> groups_;
};

}  // namespace

bool for_each_queue_order(const std::vector<const MemoryEvent*>& events,
                          const Relation& happens_before, const MemoryModelSwitches& switches,
                          const std::function<bool(const Relation&)>& visit) {
  return QueueOrders(events, switches, visit).from_group(0, happens_before);
}

}  // namespace heddle::harness
