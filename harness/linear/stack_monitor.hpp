// The monitor of stacks, with peeks, in time n log n.
//
// An element whose calls all share a segment comes and goes there at once, and disturbs nobody. Of
// the others, count for each segment how many are certainly there:
//   0: the stack may be empty. Puts and takes that span such a segment have their place.
//   1: that element may be on top: so have peeks at it that span the segment.
// An element all of whose calls have a place is the outermost there: it is taken away, which leaves
// smaller counts. The history is linearizable iff in the end nothing is left (Lee and Mathur,
// OOPSLA 2025; the sets of what is certainly there are kept in a segment tree).
//
// Witness: an element comes in the last empty segment before it is certainly there, and goes in the
// first one behind that. Empty segments only grow more, so these stays are nested in each other.
#pragma once

#include <optional>

#include "harness/linear/decision.hpp"

namespace heddle::harness {

[[nodiscard]] std::optional<Decision> decide_stack(const Calls& calls, const ModelState& initial,
                                                   bool wants_witness);

}  // namespace heddle::harness
