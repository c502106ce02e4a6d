#include "harness/run/host_modules.hpp"

#include "engine/builtins/spectest.hpp"

namespace heddle::harness {

void HostModules::add_imports_of(const PreparedModule& module) {
  if (!module.imports_spectest || modules_.contains("spectest")) return;
  modules_.emplace("spectest", engine::add_spectest(store_));
}

void HostModules::add_shared_memories_of(const PreparedModule& module) {
  for (const engine::Import& import : module.code->module().imports) {
    const auto* const type = std::get_if<engine::MemoryType>(&import.type);
    if (type == nullptr || !type->shared) continue;
    Exports& exports = modules_[import.module];
    if (exports.contains(import.name)) continue;
    engine::ExternValue value{.kind = engine::ExternKind::Memory};
    value.memory = store_.add_memory(*type);
    exports.emplace(import.name, value);
  }
}

engine::ImportResolver HostModules::resolver() const {
  return
      [this](std::string_view module, std::string_view name) -> std::optional<engine::ExternValue> {
        const auto exports = modules_.find(module);
        if (exports == modules_.end()) return std::nullopt;
        const auto found = exports->second.find(name);
        if (found == exports->second.end()) return std::nullopt;
        return found->second;
      };
}

core::Result<void> check_linkable(const PreparedModule& module, bool has_shared_memories) {
  engine::Store store;
  HostModules host(store);
  host.add_imports_of(module);
  if (has_shared_memories) host.add_shared_memories_of(module);
  HEDDLE_TRY(store.link(module.code, host.resolver()));
  return {};
}

}  // namespace heddle::harness
