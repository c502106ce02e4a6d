#include "scenarios/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace heddle::scenarios {
namespace {

// Null if there is no such exported function, or if its index or type does not exist.
const engine::FunctionType* find_function(const engine::Module& module, std::string_view name) {
  for (const engine::Export& candidate : module.exports) {
    if (candidate.name != name || candidate.kind != engine::ExternKind::Function) continue;
    if (candidate.index >= module.function_count()) return nullptr;
    const std::uint32_t type = module.type_index_of_function(candidate.index);
    return type < module.types.size() ? module.types[type].function() : nullptr;
  }
  return nullptr;
}

std::string exported_functions(const engine::Module& module) {
  std::string names;
  for (const engine::Export& candidate : module.exports) {
    if (candidate.kind != engine::ExternKind::Function) continue;
    if (!names.empty()) names += ", ";
    names += candidate.name;
  }
  return names.empty() ? "none" : names;
}

core::Result<void> resolve_list(const CallStep& step, std::vector<Literal>& literals,
                                const std::vector<engine::ValueType>& types,
                                std::string_view what) {
  if (literals.size() != types.size()) {
    return core::make_error(
        fmt::format("'{}' has {} {}, but {} {} given here", step.function, types.size(), what,
                    literals.size(), literals.size() == 1 ? "is" : "are"),
        step.span);
  }
  for (std::size_t i = 0; i < types.size(); ++i) {
    HEDDLE_LET(literals[i].value, resolve(literals[i], types[i]));
  }
  return {};
}

core::Result<void> resolve_calls(Scenario& scenario, std::vector<CallStep>& calls,
                                 const engine::Module& module) {
  for (CallStep& step : calls) {
    const engine::FunctionType* const type = find_function(module, step.function);
    if (type == nullptr) {
      return core::make_error(fmt::format("the module exports no function '{}'; it exports {}",
                                          step.function, exported_functions(module)),
                              step.span);
    }
    HEDDLE_TRY(resolve_list(step, step.arguments, type->parameters, "parameter(s)"));
    if (step.returns) HEDDLE_TRY(resolve_list(step, *step.returns, type->results, "result(s)"));
    if (step.operation < 0) continue;
    const auto operation = static_cast<std::size_t>(step.operation);
    scenario.operations[operation].has_result = !type->results.empty();
  }
  return {};
}

bool imports_shared_memory(const engine::Module& module) {
  return std::ranges::any_of(module.imports, [](const engine::Import& import) {
    const auto* const memory = std::get_if<engine::MemoryType>(&import.type);
    return memory != nullptr && memory->shared;
  });
}

core::Result<void> check_memories(const Scenario& scenario, const engine::Module& module) {
  if (scenario.instances == Instances::One || imports_shared_memory(module)) return {};
  for (const engine::Memory& memory : module.memories) {
    if (!memory.type.shared) continue;
    return core::make_error(
        "the module defines a shared memory, and every process has an instance of its own: "
        "nothing would be shared. Import the memory, or say 'instances: one'",
        module.span_at(memory.offset));
  }
  return {};
}

core::Result<void> check_atomic(const Checks& checks, const engine::Module& module) {
  for (const std::string& name : checks.atomic) {
    if (find_function(module, name) != nullptr) continue;
    return core::make_error(fmt::format("the module exports no function '{}'; it exports {}", name,
                                        exported_functions(module)),
                            checks.atomic_span);
  }
  return {};
}

}  // namespace

core::Result<void> resolve(Scenario& scenario, const engine::Module& module) {
  HEDDLE_TRY(check_memories(scenario, module));
  HEDDLE_TRY(check_atomic(scenario.checks, module));
  HEDDLE_TRY(resolve_calls(scenario, scenario.setup, module));
  for (Process& process : scenario.processes) {
    HEDDLE_TRY(resolve_calls(scenario, process.operations, module));
  }
  return resolve_calls(scenario, scenario.finally, module);
}

}  // namespace heddle::scenarios
