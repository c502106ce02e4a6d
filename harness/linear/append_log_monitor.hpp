// The monitor of logs that are appended to and read as a whole, in time n log n.
//
// It applies where no item is appended twice. The longest read then gives the order of the items
// that anybody saw, of which all other reads must be prefixes; items that nobody saw come behind.
// A write, which replaces all by one item, begins a new log: each of its readers sees that item
// first. Logs are chains (chains.hpp).
//
// A read is a vector of items, or a string: the concatenation of theirs. Then no item's text may
// begin with another's, so that there is one way to take it to pieces.
#pragma once

#include <optional>

#include "harness/linear/decision.hpp"

namespace heddle::harness {

[[nodiscard]] std::optional<Decision> decide_append_log(const Calls& calls,
                                                        const ModelState& initial,
                                                        bool wants_witness);

}  // namespace heddle::harness
