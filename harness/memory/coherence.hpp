// What coherence demands of the modification order, where acquire-release accesses are.
//
// This is an extension: no text of WebAssembly says yet what acquire-release means. As in C11
// (Batty et al. 2011), for each range that some acquire-release access has: the atomic writes of
// that range are totally ordered; neither writes nor reads that happen before each other see that
// order backwards; and a read-modify-write comes right behind what it reads.
#pragma once

#include <functional>
#include <vector>

#include "harness/memory/axioms.hpp"

namespace heddle::harness {

struct BeforeOrAfter {  // `first` before `before`, or `after` before `first`: not in between
  EventIndex first = kNoEvent;
  EventIndex before = kNoEvent;
  EventIndex after = kNoEvent;
};

struct CoherenceDemands {
  std::vector<std::pair<EventIndex, EventIndex>> edges{};
  std::vector<BeforeOrAfter> not_between{};
};

using Before = std::function<bool(EventIndex, EventIndex)>;
[[nodiscard]] CoherenceDemands coherence_demands(const std::vector<const MemoryEvent*>& events,
                                                 const ReadsFrom& reads_from, const Before& happens,
                                                 const MemoryModelSwitches& switches);

}  // namespace heddle::harness
