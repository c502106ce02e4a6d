// Which events concern nobody but the agent that makes them, so that a diagram can do without.
//
// An event is private if it only accesses locations that no other agent shares with it: whatever is
// accessed before the first agent is spawned, and afterwards the bytes that one agent alone
// accesses, or that nobody writes. Calls, agents that begin, sleep, wake others or end, fences and
// everything else are never private.
#pragma once

#include <vector>

#include "core/trace.hpp"

namespace heddle::reports {

// Index = EventId.
[[nodiscard]] std::vector<bool> private_events(const core::Trace& trace);

}  // namespace heddle::reports
