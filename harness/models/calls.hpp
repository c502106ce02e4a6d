// Calls: a history (or a part of it) as the deciders see it, for one model, under stated
// assumptions.
//
// What the base rules make of values:
//   - arguments: an operation with one argument has it as its input; one with several has a vector;
//   - `ok` of Cas and of trying to acquire gives 1, unless its output is a number or a boolean:
//     Jepsen repeats the arguments there. Of Insert, Remove and Contains, an output that always
//     repeats the argument is no answer;
//   - `fail` did not happen, and is left out. Observed, it is an answer: 0 of Cas, of Insert,
//     Remove, Contains and of trying to acquire, empty of Take and Peek; the others are left out;
//   - of `info` nobody knows: it is pending, and has no result. Pending calls that change nothing
//     are left out;
//   - Semantics::empty, nil and :empty are what Take and Peek of an empty object give.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/history.hpp"
#include "core/result.hpp"
#include "harness/models/model.hpp"

namespace heddle::harness {

// Of one operation's return and another's invocation at equal times.
enum class Ties : std::uint8_t {
  Closed,   // they are concurrent: intervals have their ends
  Ordered,  // the return comes first
};

enum class Fails : std::uint8_t { Dropped, Observed };

enum class PendingPolicy : std::uint8_t {
  Optional,  // it may have taken effect, at any time after its invocation
  Must,      // it took effect
  Drop,      // it did not
};

// Of an operation that reads one cell.
enum class NilReads : std::uint8_t {
  Unknown,  // nil: nobody knows what was read (Knossos)
  Value,    // the cell was nil
};

struct Semantics {
  Ties ties = Ties::Closed;
  Fails fails = Fails::Dropped;
  PendingPolicy pending = PendingPolicy::Optional;
  NilReads nil_reads = NilReads::Unknown;
  std::int64_t empty = -1;
};

// Ranks: invocations and returns numbered in their order, so that one comparison tells it. A rank
// belongs to one call and one end; the two calls of one operation (Model::expand) have their own
// ranks, next to each other.
// Invariants:
//   1. `calls` are ordered by `call`.
//   2. Ranks are 0, 1, ... below `ranks`, without gaps; kPending is none.
struct Calls {
  std::vector<ModelCall> calls{};
  std::uint32_t ranks = 0;
  const core::Data* data = nullptr;  // of the words; outlives this
};

// `operations`: indices into history.operations, ascending. An error has the place of the operation
// in the file, if it has one.
[[nodiscard]] core::Result<Calls> prepare(const core::History& history,
                                          std::span<const std::uint32_t> operations,
                                          const Model& model, const Semantics& semantics);
// All operations.
[[nodiscard]] core::Result<Calls> prepare(const core::History& history, const Model& model,
                                          const Semantics& semantics = {});

// One operation by itself, without ranks and as process 0; nothing: it says nothing, and is left
// out.
[[nodiscard]] core::Result<std::optional<ModelCall>> translate(const core::History& history,
                                                               const core::Operation& operation,
                                                               const Model& model,
                                                               const Semantics& semantics);

// Some of the calls (ascending indices), with ranks of their own in the same order.
[[nodiscard]] Calls select(const Calls& calls, std::span<const std::uint32_t> indices);

}  // namespace heddle::harness
