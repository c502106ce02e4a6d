#include "harness/run/parallel_linear.hpp"

#include <thread>
#include <vector>

#include "harness/linear/search.hpp"
#include "harness/linear/shared_search.hpp"

namespace heddle::harness {

Decision search_in_parallel(const Calls& calls, const Model& model, const DecideOptions& options,
                            const ParallelLinearOptions& parallel) {
  const bool is_short = parallel.workers < 2 || options.nodes_max <= parallel.alone_nodes;
  if (is_short || parallel.alone_nodes > 0) {
    DecideOptions alone = options;
    if (!is_short) alone.nodes_max = parallel.alone_nodes;
    Decision decision = search(calls, model, alone);
    if (is_short || decision.kind != core::VerdictKind::Unknown) return decision;
  }
  SharedSearch shared(calls, model, options, parallel.workers);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < parallel.workers; ++i) {
      threads.emplace_back([&shared, i] { shared.run(i); });
    }
    shared.run(0);
  }
  return shared.decision();
}

}  // namespace heddle::harness
