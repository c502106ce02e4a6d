// Reorder: the order of a trace's events with the fewest preemptions among those that keep the
// order of dependent events.
//
// The normal form of a failing execution: found without running anything, by swapping independent
// neighbours until the segments of each agent have merged as far as they can. As every such order
// gives the same state (shrinker/dependence.hpp), one execution confirms it.
//
// An agent that has been chosen goes on until something that must come first is not done: to stop
// earlier never helps, since going on only enables others. So only the next agent is searched for,
// best first: fewest preemptions, then most events done. Invariants:
//   1. The result has all of `included`, each once, in an order that keeps `dependence`.
//   2. It is optimal if the search ends within its limit of states; otherwise it is completed
//      greedily from the best state.
#pragma once

#include <cstdint>
#include <vector>

#include "core/trace.hpp"
#include "shrinker/dependence.hpp"

namespace heddle::shrinker {

struct Order {
  std::vector<std::uint32_t> events;  // of the trace, by index
  std::uint64_t preemptions = 0;      // as far as a trace tells who could have gone on
};

// `included` must hold what its events depend on (see causal_past).
[[nodiscard]] Order reorder(const core::Trace& trace, const Dependence& dependence,
                            const std::vector<bool>& included);

}  // namespace heddle::shrinker
