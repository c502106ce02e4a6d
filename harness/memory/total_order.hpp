// Is there an order that contains a relation, some edges, and one edge of each of some pairs?
//
// Edges first, then branching on the pairs that are still open; the closure decides most of them.
#pragma once

#include <optional>
#include <vector>

#include "harness/memory/coherence.hpp"
#include "harness/memory/relation.hpp"

namespace heddle::harness {

// The relation extended, or nothing. `steps` counts down; at zero it gives up with nothing.
[[nodiscard]] std::optional<Relation> extended(Relation order,
                                               const std::vector<BeforeOrAfter>& choices,
                                               std::uint64_t& steps);

}  // namespace heddle::harness
