// Placements: all ways to run agents one after the other with a given number of preemptions.
//
// A placement is a list of segments in which each agent runs to its end, except that exactly
// `preemptions` times it is stopped after some number of choices and goes on later. Complete for
// agents that never block; for those that do, what follows a wait is left to the schedule's tail.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "shrinker/segments.hpp"

namespace heddle::shrinker {

struct PlacedAgent {
  core::Choice choice;          // of its next step
  std::size_t choices_max = 0;  // it may be stopped after 1 up to this many less one
};

// Visits placements in a fixed order until `visit` returns true. Returns whether it did.
// `to_the_end`: a count that no agent reaches.
bool place(const std::vector<PlacedAgent>& agents, std::uint64_t preemptions,
           std::size_t to_the_end, const std::function<bool(const Segments&)>& visit);

}  // namespace heddle::shrinker
