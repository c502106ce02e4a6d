// The monitor of mutexes that anybody may release, in time n log n.
//
// Calls that acquire are interchangeable, and so are calls that release; they take turns. So the
// returns are gone through in their order, and a call is placed only when it must be; if it is the
// other kind's turn, then first that one of them which must return the soonest. A try that failed
// needs a moment at which the mutex is held: all of those that are open when it is acquired have
// theirs.
//
// Requires: all tries that returned have their results. A call without one, that acquires, did so.
#pragma once

#include <optional>

#include "harness/linear/decision.hpp"

namespace heddle::harness {

[[nodiscard]] std::optional<Decision> decide_mutex(const Calls& calls, const ModelState& initial,
                                                   bool wants_witness);

}  // namespace heddle::harness
