// The monitor of logs that are appended to and read as a whole, in time n log n.
//
// The longest read gives the order of the items that anybody saw, of which all other reads must be
// prefixes; items that nobody saw come behind. A put, which replaces all by one item, begins a new
// log: each of its readers sees that item first. Logs are chains (chains.hpp).
//
// It applies where it is certain who wrote what was seen: an item is written once, or, if it is
// written several times, one after the other, all but one of them are impossible:
//   1. a writer comes behind what was there before it, and before what saw its item;
//   2. between a writer and a reader of its item in the same log there is neither a put, nor
//   another
//      writer of the item (which the reader would see a second time).
#pragma once

#include <optional>

#include "harness/linear/decision.hpp"

namespace heddle::harness {

[[nodiscard]] std::optional<Decision> decide_append_log(const Calls& calls,
                                                        const ModelState& initial,
                                                        bool wants_witness);

}  // namespace heddle::harness
