#include "harness/run/initialize.hpp"

#include <algorithm>
#include <utility>

namespace heddle::harness {

bool initialize(engine::Agent& agent, const engine::Instance& instance,
                const PreparedModule& module) {
  const engine::Module& syntax = module.code->module();
  const auto found = std::ranges::find_if(syntax.exports, [&syntax](const engine::Export& item) {
    if (item.kind != engine::ExternKind::Function || item.name != "_initialize") return false;
    const engine::FunctionType& type =
        syntax.function_type(syntax.type_index_of_function(item.index));
    return type.parameters.empty() && type.results.empty();
  });
  if (found == syntax.exports.end()) return true;
  core::Outcome outcome =
      agent.invoke(*instance.functions[found->index], {}, {.function = found->name});
  if (outcome.kind == core::OutcomeKind::Returned) return true;
  agent.set_outcome(std::move(outcome));
  return false;
}

}  // namespace heddle::harness
