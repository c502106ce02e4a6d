// Linearizability of a history: is there an order of its operations that the model explains, and in
// which no operation comes before another that had returned before it was called?
//
// Herlihy and Wing 1990; the search is Lowe's just-in-time depth-first one (2017): returns are
// taken in order, and only at a return operations are placed, until the one that returns is.
// Intervals are closed: an operation called at the time when another returns is concurrent with it.
// Operations that never returned may be placed at any time after their call, or never.
//
// How the search is kept small:
//   1. Open operations have slots that are used again, so that a set of them is one word.
//   2. States are interned and transitions memoised: the model is asked once for each.
//   3. Pending operations that are alike are interchangeable: only the earliest is tried.
//   4. Dominance: of two equal positions, the one that has used a subset of the pending operations
//      can do whatever the other can.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/verdict.hpp"
#include "harness/check/model.hpp"
#include "harness/check/plain_history.hpp"

namespace heddle::harness {

struct LinearizabilityOptions {
  // Positions visited; more is Unknown. It bounds memory too: the states kept have at most 32
  // numbers for each of these positions.
  std::uint64_t nodes_max = 1'000'000;
};

// All indices are into History::operations.
struct Linearization {
  core::VerdictKind kind = core::VerdictKind::Unknown;

  // Pass: the witness: all operations that returned, and those pending ones that it uses.
  // Fail: an order of as many operations as could be placed before `unplaced`.
  std::vector<std::size_t> order;

  // Fail: the first operation, by its return, that cannot be placed; and, ascending, the results of
  // it that could have been (at most a few; none if it could not have happened at all).
  std::optional<std::size_t> unplaced;
  std::vector<std::int64_t> explained;

  std::string cause;  // Unknown: why
  std::uint64_t nodes = 0;
};

[[nodiscard]] Linearization linearize(const PlainHistory& history, const PlainModel& model,
                                      const LinearizabilityOptions& options = {});

}  // namespace heddle::harness
