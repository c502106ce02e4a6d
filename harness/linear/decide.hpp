// Decides whether calls are linearizable, by the fastest decider that is exact for them.
//
// The special decider of the model's family, if the values are unambiguous enough for it. Else,
// where the model has independent parts, each part by itself: Herlihy and Wing 1990, "locality".
// Else the general search.
#pragma once

#include <span>

#include "harness/linear/decision.hpp"

namespace heddle::harness {

[[nodiscard]] Decision decide(const Calls& calls, const Model& model,
                              const DecideOptions& options = {});

// By the special decider only; nothing: there is none for these calls.
[[nodiscard]] std::optional<Decision> decide_specially(const Calls& calls, const Model& model,
                                                       bool wants_witness);

// The calls of each independent part of the model's object, ascending, in the order of the parts'
// first calls; one part with all of them if they are not independent.
[[nodiscard]] std::vector<std::vector<std::uint32_t>> parts_of(const Calls& calls,
                                                               const Model& model);

// What was invoked before a rank; what returned from there on is pending, with what it returned.
// Linearizable histories have linearizable beginnings.
[[nodiscard]] std::vector<std::uint32_t> calls_before(const Calls& calls, std::uint32_t rank);
[[nodiscard]] Calls beginning_of(const Calls& calls, std::uint32_t rank);

}  // namespace heddle::harness
