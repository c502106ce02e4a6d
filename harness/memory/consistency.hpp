// The decider: is there a reads-from relation and a total order that make a candidate an execution?
//
// The algorithm, exact: happens-before is a matrix of bits, always the least one. For each order of
// the wait queues that replays, a search gives every read its writers, fewest choices first, and
// drops a branch as soon as a clause fails; happens-before only grows, so it stays failed. At a
// leaf, the total order is needed by sc-last-visible alone: each of its instances is an edge, or a
// choice between two edges, over happens-before. No order of events is enumerated.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "harness/memory/axioms.hpp"
#include "harness/memory/relation.hpp"

namespace heddle::harness {

// Why one branch of the search ended.
struct Refusal {
  Violation violation{};
  ReadsFrom reads_from{};  // what the branch had chosen; kNoEvent: nothing yet
};

struct Consistency {
  std::optional<Witness> witness{};  // nothing: inconsistent (if it is complete)
  Relation happens_before{};         // of the witness
  std::vector<Refusal> refusals{};   // if they were asked for
  bool is_complete = true;           // false: the search gave up
};

struct ConsistencyLimits {
  std::uint64_t steps_max = 10'000'000;
  std::size_t refusals_max = 0;
};

[[nodiscard]] Consistency decide_consistency(const Candidate& candidate,
                                             const MemoryModelSwitches& switches = {},
                                             const ConsistencyLimits& limits = {});

}  // namespace heddle::harness
