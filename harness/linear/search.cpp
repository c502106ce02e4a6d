#include "harness/linear/search.hpp"

#include "harness/linear/decide.hpp"
#include "harness/linear/explorer.hpp"

namespace heddle::harness {

Decision search(const Calls& calls, const Model& model, const DecideOptions& options) {
  const SearchPlan plan = plan_search(calls, model);
  Explorer explorer(calls, model, plan, options);
  explorer.begin();
  Decision decision;
  decision.decider = "search";
  decision.kind = explorer.next_end();
  decision.nodes = explorer.nodes();
  switch (decision.kind) {
    case core::VerdictKind::Pass:
      if (options.wants_witness) decision.witness = explorer.order();
      break;
    case core::VerdictKind::Unknown:
      decision.cause = explorer.cause();
      break;
    case core::VerdictKind::Fail: {
      const std::uint32_t ret = calls.calls[plan.returns[explorer.furthest_return()]].ret;
      decision.culprits = calls_before(calls, ret);
      break;
    }
  }
  return decision;
}

}  // namespace heddle::harness
