// Orders: who makes each step of an execution, as a list that can be edited and tried again.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/trace.hpp"
#include "shrinker/candidate.hpp"

namespace heddle::shrinker {

// Of the events (indices into the trace, in any order), those that are steps: who is chosen.
[[nodiscard]] std::vector<core::Choice> order_of(const core::Trace& trace,
                                                 std::span<const std::uint32_t> events);
// Of all events.
[[nodiscard]] std::vector<core::Choice> order_of(const core::Trace& trace);

}  // namespace heddle::shrinker
