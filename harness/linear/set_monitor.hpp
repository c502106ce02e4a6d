// The monitor of sets, in linear time.
//
// Elements are independent (Herlihy and Wing 1990, locality), so each is decided by itself and then
// given its segments. It applies where each element is inserted with effect at most once, into an
// empty set.
//   1. The element is certainly there from the first return to the last invocation of those calls
//      that put it, took it or found it: see values.hpp. A call that did not find it must have a
//      segment outside. An insertion without effect found it; a removal without effect did not.
//   2. A removal of unknown result did take the element or did not find it: both are tried.
#pragma once

#include <optional>

#include "harness/linear/decision.hpp"

namespace heddle::harness {

[[nodiscard]] std::optional<Decision> decide_set(const Calls& calls, const ModelState& initial,
                                                 bool wants_witness);

}  // namespace heddle::harness
