#include "harness/memory/coherence.hpp"

#include <algorithm>

#include "core/action_kinds.hpp"

namespace heddle::harness {
namespace {

struct Atomic {
  EventIndex event = kNoEvent;
  const MemoryAccess* access = nullptr;
  EventIndex source = kNoEvent;  // of its class, that it reads from
  EventIndex other_source = kNoEvent;
};

bool is_atomic(const MemoryAccess& access) {
  return access.ordering == core::Ordering::SeqCst || access.ordering == core::Ordering::AcqRel;
}

Atomic atomic_of(const std::vector<const MemoryEvent*>& events, EventIndex event,
                 const MemoryAccess& access, const std::vector<EventIndex>& writers) {
  Atomic atomic{.event = event, .access = &access};
  if (!core::reads(access.kind)) return atomic;
  for (const EventIndex writer : writers) {
    const MemoryAccess* const write = access_to(*events[writer], access.location);
    const bool is_of_class = is_atomic(*write) && same_range(*write, access);
    (is_of_class ? atomic.source : atomic.other_source) = writer;
  }
  return atomic;
}

void demand(CoherenceDemands& demands, EventIndex before, EventIndex after) {
  if (before != after) demands.edges.emplace_back(before, after);
}

// The pair happens in this order: so must what they write and what they read from be ordered.
void demand_of_pair(CoherenceDemands& demands, const Atomic& a, const Atomic& b) {
  const bool a_writes = core::writes(a.access->kind);
  const bool b_writes = core::writes(b.access->kind);
  if (a_writes && b_writes) demand(demands, a.event, b.event);
  if (a_writes && b.source != kNoEvent) demand(demands, a.event, b.source);
  if (a.source != kNoEvent && b_writes) demand(demands, a.source, b.event);
  if (a.source != kNoEvent && b.source != kNoEvent) demand(demands, a.source, b.source);
}

void demand_adjacent(CoherenceDemands& demands, const Atomic& modification, const Atomic& write,
                     const Before& happens) {
  if (modification.event == write.event || !core::writes(write.access->kind)) return;
  const EventIndex source = modification.source;
  if (source == write.event) {
    demand(demands, source, modification.event);
  } else if (source != kNoEvent) {
    demands.not_between.push_back(
        {.first = write.event, .before = source, .after = modification.event});
  } else if (modification.other_source != kNoEvent &&
             happens(modification.other_source, write.event)) {
    demand(demands, modification.event, write.event);
  }
}

}  // namespace

CoherenceDemands coherence_demands(const std::vector<const MemoryEvent*>& events,
                                   const ReadsFrom& reads_from, const Before& happens,
                                   const MemoryModelSwitches& switches) {
  CoherenceDemands demands;
  if (switches.acquire_release != MemoryModelSwitches::AcquireRelease::C11) return demands;
  std::vector<Atomic> atomics;
  std::vector<const MemoryAccess*> released;
  std::size_t read = 0;
  for (EventIndex event = 0; event < events.size(); ++event) {
    for (const MemoryAccess& access : events[event]->accesses) {
      static const std::vector<EventIndex> kNone;
      const auto& writers = core::reads(access.kind) ? reads_from[read++] : kNone;
      if (!is_atomic(access)) continue;
      if (access.ordering == core::Ordering::AcqRel) released.push_back(&access);
      atomics.push_back(atomic_of(events, event, access, writers));
    }
  }
  std::erase_if(atomics, [&](const Atomic& atomic) {
    return std::ranges::none_of(
        released, [&](const MemoryAccess* access) { return same_range(*access, *atomic.access); });
  });
  for (const Atomic& a : atomics) {
    for (const Atomic& b : atomics) {
      if (!same_range(*a.access, *b.access)) continue;
      if (happens(a.event, b.event)) demand_of_pair(demands, a, b);
      if (a.access->kind == core::ActionKind::ReadModifyWrite) {
        demand_adjacent(demands, a, b, happens);
      }
    }
  }
  return demands;
}

}  // namespace heddle::harness
