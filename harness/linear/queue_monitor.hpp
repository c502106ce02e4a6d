// The monitor of queues, with peeks, in linear time.
//
// A queue is linearizable iff its elements have an order in which all puts can come, and all peeks
// and takes: u before v is possible iff u's put is invoked before v's put ends, and all of u's
// peeks and take before the first of v's ends. Elements can be taken away from the front one by
// one, whichever is possible; what is left in the end cannot be ordered. Without peeks it is enough
// to look for two elements that were put in one order and taken in the other (Henzinger, Sezgin and
// Vafeiadis 2013, "Aspect-oriented linearizability proofs"); with peeks there are cycles of three.
// Calls that found nothing come where nothing is certainly there; elements then are wholly before
// or wholly behind each of them.
#pragma once

#include <optional>

#include "harness/linear/decision.hpp"

namespace heddle::harness {

[[nodiscard]] std::optional<Decision> decide_queue(const Calls& calls, const ModelState& initial,
                                                   bool wants_witness);

}  // namespace heddle::harness
