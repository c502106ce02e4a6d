#include "harness/memory/axioms.hpp"

#include <algorithm>
#include <deque>
#include <set>

#include "core/action_kinds.hpp"
#include "harness/memory/coherence.hpp"

namespace heddle::harness {
namespace {

using Maybe = std::optional<Violation>;

// One cell of one read, and the write that it reads from.
struct CellRead {
  EventIndex read_event = kNoEvent;
  const MemoryAccess* read = nullptr;
  EventIndex write_event = kNoEvent;
  const MemoryAccess* write = nullptr;
  std::uint64_t offset = 0;
};

struct Execution {
  const Candidate& candidate;
  const Witness& witness;
  const MemoryModelSwitches& switches;
  std::vector<const MemoryEvent*> events{};
  std::vector<CellRead> cell_reads{};
  std::vector<std::size_t> position{};  // of each event in the total order
  std::vector<std::vector<bool>> happens{};

  [[nodiscard]] bool total(EventIndex a, EventIndex b) const { return position[a] < position[b]; }
  [[nodiscard]] bool hb(EventIndex a, EventIndex b) const { return happens[a][b]; }
};

Violation violation(Clause clause, const CellRead& cell, EventIndex other = kNoEvent) {
  return {.clause = clause, .read = cell.read_event, .write = cell.write_event, .other = other};
}

bool is_permutation_of_all(const std::vector<EventIndex>& order, std::size_t events) {
  const std::set<EventIndex> different(order.begin(), order.end());
  return order.size() == events && different.size() == events &&
         (events == 0 || *different.rbegin() < events);
}

// "The values read are those that were written": and fills cell_reads.
Maybe written(Execution& execution) {
  const ReadsFrom& reads_from = execution.witness.reads_from;
  std::size_t number = 0;
  for (EventIndex event = 0; event < execution.events.size(); ++event) {
    for (const MemoryAccess& access : execution.events[event]->accesses) {
      if (!core::reads(access.kind)) continue;
      const Violation bad{.clause = Clause::Written, .read = event};
      if (number >= reads_from.size() || reads_from[number].size() != access.size) return bad;
      for (std::uint64_t cell = 0; cell < access.size; ++cell) {
        const EventIndex writer = reads_from[number][cell];
        const std::uint64_t offset = access.location.offset + cell;
        if (writer >= execution.events.size() || writer == event) return bad;
        const MemoryAccess* const write = access_to(*execution.events[writer], access.location);
        if (write == nullptr || !core::writes(write->kind) || !covers(*write, offset) ||
            written_at(*write, offset) != access.read[cell]) {
          return bad;
        }
        execution.cell_reads.push_back({event, &access, writer, write, offset});
      }
      ++number;
    }
  }
  return {};
}

// "Happens-before is a strict partial order, within the total order."
Maybe strict_and_within_total(const Execution& execution) {
  for (EventIndex a = 0; a < execution.events.size(); ++a) {
    if (execution.hb(a, a)) return Violation{.clause = Clause::HappensBeforeAcyclic, .other = a};
    for (EventIndex b = 0; b < execution.events.size(); ++b) {
      if (execution.switches.happens_before_within_total && execution.hb(a, b) &&
          !execution.total(a, b)) {
        return Violation{.clause = Clause::WithinTotal, .write = a, .other = b};
      }
    }
  }
  return {};
}

Maybe not_from_later(const Execution& execution) {
  for (const CellRead& cell : execution.cell_reads) {
    if (execution.hb(cell.read_event, cell.write_event)) {
      return violation(Clause::NotFromLater, cell);
    }
  }
  return {};
}

Maybe not_overwritten(const Execution& execution) {
  for (const CellRead& cell : execution.cell_reads) {
    for (EventIndex other = 0; other < execution.events.size(); ++other) {
      const MemoryAccess* const write = access_to(*execution.events[other], cell.read->location);
      if (write != nullptr && core::writes(write->kind) && covers(*write, cell.offset) &&
          execution.hb(cell.write_event, other) && execution.hb(other, cell.read_event)) {
        return violation(Clause::NotOverwritten, cell, other);
      }
    }
  }
  return {};
}

Maybe no_tear(const Execution& execution) {
  const MemoryModelSwitches& switches = execution.switches;
  for (const CellRead& first : execution.cell_reads) {
    for (const CellRead& second : execution.cell_reads) {
      if (first.read != second.read || first.write == second.write) continue;
      const auto is_whole = [&](const MemoryAccess& write) {
        if (switches.init_tear_free && write.tearing == Tearing::Bulk) return true;
        return is_tear_free(write, switches) && same_range(write, *first.read);
      };
      if (is_tear_free(*first.read, switches) && is_whole(*first.write) &&
          is_whole(*second.write)) {
        return violation(Clause::NoTear, first, second.write_event);
      }
    }
  }
  return {};
}

// "sc-last-visible", for what happens before its read.
Maybe last_visible(const Execution& execution) {
  const MemoryModelSwitches& switches = execution.switches;
  for (const CellRead& cell : execution.cell_reads) {
    const EventIndex w = cell.write_event;
    const EventIndex r = cell.read_event;
    if (!execution.hb(w, r)) continue;
    for (EventIndex other = 0; other < execution.events.size(); ++other) {
      const MemoryAccess* const write = access_to(*execution.events[other], cell.read->location);
      if (other == w || other == r || write == nullptr || !core::writes(write->kind)) continue;
      const bool with_read = synchronises(*write, *cell.read, switches);
      const bool with_write = synchronises(*cell.write, *write, switches);
      if (execution.total(w, other) && execution.total(other, r) &&
          synchronises(*cell.write, *cell.read, switches) && with_read) {
        return violation(Clause::LastVisibleA, cell, other);
      }
      if (execution.hb(w, other) && execution.total(other, r) && with_read) {
        return violation(Clause::LastVisibleB, cell, other);
      }
      if (execution.total(w, other) && execution.hb(other, r) && with_write) {
        return violation(Clause::LastVisibleC, cell, other);
      }
    }
  }
  return {};
}

// Whether the event ends the wait, which is its agent's event before it.
bool ends_wait(EventIndex wait, EventIndex end) { return end == wait + 1; }

// "The events of one location, in the total order, replay a queue."
bool replays_queue(const std::vector<const MemoryEvent*>& events,
                   const std::vector<EventIndex>& order) {
  std::deque<EventIndex> queue;
  std::deque<EventIndex> must_wake;
  for (const EventIndex event : order) {
    const QueueAction& action = *events[event]->queue;
    if (!must_wake.empty()) {
      if (action.kind != core::ActionKind::Woken || !ends_wait(must_wake.front(), event)) {
        return false;
      }
      must_wake.pop_front();
    } else if (action.kind == core::ActionKind::Wait) {
      queue.push_back(event);
    } else if (action.kind == core::ActionKind::TimedOut) {
      if (std::erase_if(queue, [&](EventIndex wait) { return ends_wait(wait, event); }) != 1) {
        return false;
      }
    } else if (action.kind == core::ActionKind::Notify) {
      if (action.woken != std::min<std::uint64_t>(action.limit, queue.size())) return false;
      for (; must_wake.size() < action.woken; queue.pop_front()) {
        must_wake.push_back(queue.front());
      }
    } else {
      return false;
    }
  }
  return must_wake.empty();
}

std::set<core::Location> queues_of(const std::vector<const MemoryEvent*>& events) {
  std::set<core::Location> locations;
  for (const MemoryEvent* event : events) {
    if (event->queue) locations.insert(event->queue->location);
  }
  return locations;
}

// The events of a wait queue (or, without a location, the fences) in the total order.
std::vector<EventIndex> in_total_order(const std::vector<const MemoryEvent*>& events,
                                       const Witness& witness,
                                       const std::optional<core::Location>& location) {
  std::vector<EventIndex> order;
  for (const EventIndex event : witness.total) {
    const bool is_one = location
                            ? events[event]->queue && events[event]->queue->location == location
                            : events[event]->is_fence;
    if (is_one) order.push_back(event);
  }
  return order;
}

Maybe wait_queues(const Execution& execution) {
  for (const core::Location& location : queues_of(execution.events)) {
    const auto order = in_total_order(execution.events, execution.witness, location);
    if (!replays_queue(execution.events, order)) {
      return Violation{.clause = Clause::WaitQueue, .other = order.front()};
    }
  }
  return {};
}

Maybe coherent(const Execution& execution) {
  const auto before = [&](EventIndex a, EventIndex b) { return execution.hb(a, b); };
  const CoherenceDemands demands =
      coherence_demands(execution.events, execution.witness.reads_from, before, execution.switches);
  if (demands.edges.empty() && demands.not_between.empty()) return {};
  const std::vector<EventIndex>& order = execution.witness.modification;
  if (!is_permutation_of_all(order, execution.events.size())) {
    return Violation{.clause = Clause::Coherence};
  }
  const auto comes_before = [&](EventIndex a, EventIndex b) {
    return std::ranges::find(order, a) < std::ranges::find(order, b);
  };
  for (const auto& [a, b] : demands.edges) {
    if (!comes_before(a, b)) return Violation{.clause = Clause::Coherence, .write = a, .other = b};
  }
  for (const BeforeOrAfter& demand : demands.not_between) {
    if (comes_before(demand.before, demand.first) && comes_before(demand.first, demand.after)) {
      return Violation{.clause = Clause::Coherence,
                       .read = demand.after,
                       .write = demand.before,
                       .other = demand.first};
    }
  }
  return {};
}

void close(std::vector<std::vector<bool>>& relation) {
  for (std::size_t middle = 0; middle < relation.size(); ++middle) {
    for (std::size_t a = 0; a < relation.size(); ++a) {
      for (std::size_t b = 0; relation[a][middle] && b < relation.size(); ++b) {
        if (relation[middle][b]) relation[a][b] = true;
      }
    }
  }
}

Maybe no_load_buffering(const Execution& execution) {
  if (!execution.switches.no_load_buffering) return {};
  std::vector<std::vector<bool>> causes = execution.happens;
  for (const CellRead& cell : execution.cell_reads) {
    causes[cell.write_event][cell.read_event] = true;
  }
  close(causes);
  for (EventIndex event = 0; event < causes.size(); ++event) {
    if (causes[event][event]) return Violation{.clause = Clause::NoLoadBuffering, .read = event};
  }
  return {};
}

}  // namespace

std::vector<std::vector<bool>> happens_before(const Candidate& candidate, const Witness& witness,
                                              const MemoryModelSwitches& switches) {
  const std::vector<const MemoryEvent*> events = events_of(candidate);
  std::vector<std::vector<bool>> happens(events.size(), std::vector<bool>(events.size()));
  for (const auto& [before, after] : given_order(candidate, switches)) {
    happens[before][after] = true;
  }
  std::size_t number = 0;
  for (EventIndex event = 0; event < events.size(); ++event) {
    for (const MemoryAccess& read : events[event]->accesses) {
      if (!core::reads(read.kind)) continue;
      for (const EventIndex writer : witness.reads_from[number]) {
        const MemoryAccess* const write = access_to(*events[writer], read.location);
        if (publishes(*write, read, switches)) happens[writer][event] = true;
      }
      ++number;
    }
  }
  std::vector<std::optional<core::Location>> ordered;
  for (const core::Location& location : queues_of(events)) ordered.emplace_back(location);
  if (switches.fences_order) ordered.emplace_back();
  for (const auto& location : ordered) {
    const auto order = in_total_order(events, witness, location);
    for (std::size_t i = 1; i < order.size(); ++i) happens[order[i - 1]][order[i]] = true;
  }
  close(happens);
  return happens;
}

std::optional<Violation> check_execution(const Candidate& candidate, const Witness& witness,
                                         const MemoryModelSwitches& switches) {
  Execution execution{.candidate = candidate, .witness = witness, .switches = switches};
  execution.events = events_of(candidate);
  const std::size_t events = execution.events.size();
  if (!is_permutation_of_all(witness.total, events)) {
    return Violation{.clause = Clause::WithinTotal};
  }
  if (Maybe bad = written(execution)) return bad;
  execution.position.resize(events);
  for (std::size_t i = 0; i < events; ++i) execution.position[witness.total[i]] = i;
  execution.happens = happens_before(candidate, witness, switches);
  for (Maybe (*const axiom)(const Execution&) :
       {strict_and_within_total, not_from_later, not_overwritten, no_tear, last_visible,
        wait_queues, coherent, no_load_buffering}) {
    if (Maybe bad = axiom(execution)) return bad;
  }
  return {};
}

std::string_view to_string(Clause clause) {
  switch (clause) {
    case Clause::Written:
      return "written";
    case Clause::HappensBeforeAcyclic:
      return "happens-before is acyclic";
    case Clause::WithinTotal:
      return "happens-before is within the total order";
    case Clause::NotFromLater:
      return "not from later";
    case Clause::NotOverwritten:
      return "not overwritten";
    case Clause::NoTear:
      return "no tear";
    case Clause::LastVisibleA:
      return "sc-last-visible a";
    case Clause::LastVisibleB:
      return "sc-last-visible b";
    case Clause::LastVisibleC:
      return "sc-last-visible c";
    case Clause::WaitQueue:
      return "wait queue";
    case Clause::Coherence:
      return "coherence";
    case Clause::NoLoadBuffering:
      return "no load buffering";
  }
  return "";
}

}  // namespace heddle::harness
