// The general search for a linearization: for every model, with any number of calls open at once.
//
// It is exact: Pass and Fail are proofs, and Unknown says which limit was reached and how many
// returns it had explained by then. Exponential in the number of calls that are open at once in the
// worst case, with memory linear in the positions visited. harness/linear/explorer.hpp has the
// algorithm.
#pragma once

#include "harness/linear/decision.hpp"

namespace heddle::harness {

// Fail: the culprits are the calls invoked before the first return that cannot be explained.
[[nodiscard]] Decision search(const Calls& calls, const Model& model,
                              const DecideOptions& options = {});

}  // namespace heddle::harness
