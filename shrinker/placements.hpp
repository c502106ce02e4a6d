// Placements: the ways to run agents one after the other with a given number of preemptions.
//
// A placement is a list of segments in which agents run to their ends, except that a given number
// of times one is stopped at one of its stops, and goes on later, or when the list is over. What
// follows the last segment is left to the schedule's tail. Short lists come from few segments: most
// bugs are about two or three agents, however many there are (Lu et al., ASPLOS 2008).
//
// Agents of one role are alike until they have begun: of those that have not, only the first is
// put at a place. With each agent in a role of its own, placements of all lengths are complete for
// agents that never block.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "shrinker/segments.hpp"

namespace heddle::shrinker {

struct PlacedAgent {
  core::Choice choice;             // of its next step
  std::vector<std::size_t> stops;  // after how many choices it may be stopped; ascending, above 0
  std::size_t role = 0;
  bool may_block = false;  // so that its end may be to wait, and it may go on after that
};

struct PlacementShape {
  std::uint64_t preemptions = 0;
  std::size_t segments = 1;
};

// Visits placements in a fixed order until `visit` returns true. Returns whether it did.
// `to_the_end`: a count that no agent reaches.
bool place(const std::vector<PlacedAgent>& agents, const PlacementShape& shape,
           std::size_t to_the_end, const std::function<bool(const Segments&)>& visit);

}  // namespace heddle::shrinker
