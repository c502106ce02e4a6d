// The agents of a failing execution, as far as a few preemptions are placed among them anew: where
// each may be stopped, and which are alike.
//
// To stop an agent pays only right before an access that conflicts with another agent's: elsewhere,
// stopping it later gives the same (Musuvathi and Qadeer, PLDI 2007). Agents are taken to be alike
// that make the same calls, or begin at the same instruction.
#pragma once

#include <functional>
#include <vector>

#include "core/execution.hpp"
#include "shrinker/dependence.hpp"
#include "shrinker/placements.hpp"

namespace heddle::shrinker {

// Whether the scheduler is asked before such an access, if it is not the first of a call.
using IsPoint = std::function<bool(const core::Action&)>;

// Of agents that can be chosen: of the main agent only if it was, since it tends to start others
// and join them. All `are_alike` that look alike, or none.
[[nodiscard]] std::vector<PlacedAgent> placed_agents(const core::Execution& execution,
                                                     const Dependence& dependence,
                                                     const IsPoint& is_point, bool are_alike);

}  // namespace heddle::shrinker
