#include "harness/run/host_modules.hpp"

#include <algorithm>

#include "engine/builtins/spectest.hpp"
#include "engine/builtins/wasi.hpp"

namespace heddle::harness {

void HostModules::add_imports_of(const PreparedModule& module) {
  const auto needs = [&](std::string_view name) {
    return !modules_.contains(name) &&
           std::ranges::any_of(module.code->module().imports,
                               [&](const engine::Import& import) { return import.module == name; });
  };
  if (module.imports_spectest && !modules_.contains("spectest")) {
    modules_.emplace("spectest", engine::add_spectest(store_));
  }
  if (needs(engine::kWasi)) modules_.emplace(engine::kWasi, engine::add_wasi(store_));
  if (needs(engine::kWasiThreads)) {
    modules_.emplace(engine::kWasiThreads,
                     engine::add_wasi_threads(store_, module.code, resolver()));
  }
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

namespace {

bool imports_threads(const PreparedModule& module) {
  return std::ranges::any_of(module.code->module().imports, [](const engine::Import& import) {
    return import.module == engine::kWasiThreads && import.name == engine::kThreadSpawn;
  });
}

}  // namespace

core::Result<void> check_linkable(const PreparedModule& module, bool has_shared_memories) {
  engine::Store store;
  HostModules host(store);
  host.add_imports_of(module);
  if (imports_threads(module)) HEDDLE_TRY(engine::check_thread_start(module.code->module()));
  if (has_shared_memories) host.add_shared_memories_of(module);
  HEDDLE_TRY(store.link(module.code, host.resolver()));
  return {};
}

}  // namespace heddle::harness
