// One history that is hard, searched by several threads of the system.
//
// What it says does not depend on their number, but for what happens at limits
// (harness/linear/shared_search.hpp). Most histories are decided before a thread is worth its
// while: the search begins alone.
#pragma once

#include <cstddef>
#include <cstdint>

#include "harness/linear/decision.hpp"

namespace heddle::harness {

struct ParallelLinearOptions {
  std::size_t workers = 1;
  std::uint64_t alone_nodes = 20'000;  // positions that one thread visits before others help
};

[[nodiscard]] Decision search_in_parallel(const Calls& calls, const Model& model,
                                          const DecideOptions& options,
                                          const ParallelLinearOptions& parallel);

}  // namespace heddle::harness
