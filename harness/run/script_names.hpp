// ScriptNames: what the names in one thread of a script stand for.
//
// Spec: interpreter/README "Scripts"; threads proposal, "Thread semantics". Invariants:
//   1. Every thread has names of its own: what it defines is not visible in its parent, and of its
//      parent's names it knows only the instances passed to it as `shared`.
//   2. The registry, which imports are resolved from, begins with `spectest` only. Spectest's
//      instance is made when a module first imports from it.
//   3. "The current module" is the last one instantiated; after none, there is none.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "engine/runtime/store.hpp"
#include "harness/run/prepared_module.hpp"

namespace heddle::harness {

using Exports = std::map<std::string, engine::ExternValue, std::less<>>;

class ScriptNames {
 public:
  void define(const std::optional<std::string>& name, const PreparedModule& module);
  // Null: no such definition; no name: the last one.
  [[nodiscard]] const PreparedModule* find_definition(const std::optional<std::string>& name) const;

  void bind(const std::optional<std::string>& name, engine::Instance* instance);
  // A child's beginning: a name without making it the current module.
  void share(const std::string& name, engine::Instance* instance);
  // Null: no such instance; no name: the current module.
  [[nodiscard]] engine::Instance* find_instance(const std::optional<std::string>& name) const;

  void register_as(const std::string& name, const engine::Instance& instance);
  void add_spectest(engine::Store& store);
  // `by_name`: instances that are not registered, too.
  [[nodiscard]] std::optional<engine::ExternValue> resolve(std::string_view module,
                                                           std::string_view name,
                                                           bool by_name) const;

 private:
  std::map<std::string, const PreparedModule*, std::less<>> definitions_;
  const PreparedModule* last_definition_ = nullptr;
  std::map<std::string, engine::Instance*, std::less<>> instances_;
  engine::Instance* current_ = nullptr;
  std::map<std::string, const Exports*, std::less<>> registry_;
  std::unique_ptr<const Exports> spectest_;
};

}  // namespace heddle::harness
