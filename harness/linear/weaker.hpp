// What holds of a history that is not linearizable.
//
//   sequential consistency  some order explains all calls and keeps the order of each process
//                           (Lamport 1979); of one object: it does not compose
//   quiescent consistency   some order explains all calls and keeps the order of those between
//                           which there was a moment without any open call (Aspnes, Herlihy and
//                           Shavit 1994); a pending call is open for ever
//   session guarantees      of a cell that is read and written with distinct values: some order of
//                           the writes is the one that each process sees (Terry et al. 1994):
//                           read your writes, monotonic reads, monotonic writes, writes follow
//                           reads; each by itself
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "harness/linear/decision.hpp"

namespace heddle::harness {

struct WeakerLevel {
  std::string_view name;
  core::VerdictKind kind = core::VerdictKind::Unknown;
};

// Pending calls are optional. Unknown: a limit was reached.
[[nodiscard]] core::VerdictKind is_sequentially_consistent(const Calls& calls, const Model& model,
                                                           const DecideOptions& options);

[[nodiscard]] core::VerdictKind is_quiescently_consistent(const Calls& calls, const Model& model,
                                                          const DecideOptions& options);

// None if the model is no cell, or a value is written twice, or something else than reads and
// writes is done.
[[nodiscard]] std::vector<WeakerLevel> session_guarantees(const Calls& calls, const Model& model);

// All of them, the strongest first. `has_processes`: who made which call is known; otherwise only
// quiescent consistency means anything.
[[nodiscard]] std::vector<WeakerLevel> weaker_levels(const Calls& calls, const Model& model,
                                                     const DecideOptions& options,
                                                     bool has_processes);

}  // namespace heddle::harness
