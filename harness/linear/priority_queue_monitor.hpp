// The monitor of priority queues (the largest first), with peeks, in time n log n.
//
// From the largest element to the smallest: whoever took or saw it did so in a segment in which no
// larger element is certainly there. That is all (Lee and Mathur, OOPSLA 2025): each call takes
// such a segment nearest to where its element is certainly there, so that an element is there
// longer only while a larger one is. What larger elements hold only grows, so the next free segment
// is found by union and find.
//
// Elements are compared as integers: words that are none are not for this monitor.
#pragma once

#include <optional>

#include "harness/linear/decision.hpp"

namespace heddle::harness {

[[nodiscard]] std::optional<Decision> decide_priority_queue(const Calls& calls,
                                                            const ModelState& initial,
                                                            bool wants_witness);

}  // namespace heddle::harness
