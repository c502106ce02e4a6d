#include "harness/run/script_names.hpp"

#include "engine/builtins/spectest.hpp"

namespace heddle::harness {

namespace {

template <typename Pointer>
Pointer find(const std::map<std::string, Pointer, std::less<>>& map, std::string_view name) {
  const auto found = map.find(name);
  return found == map.end() ? nullptr : found->second;
}

}  // namespace

void ScriptNames::define(const std::optional<std::string>& name, const PreparedModule& module) {
  last_definition_ = &module;
  if (name) definitions_.insert_or_assign(*name, &module);
}

const PreparedModule* ScriptNames::find_definition(const std::optional<std::string>& name) const {
  return name ? find(definitions_, *name) : last_definition_;
}

void ScriptNames::bind(const std::optional<std::string>& name, engine::Instance* instance) {
  current_ = instance;
  if (name) instances_.insert_or_assign(*name, instance);
}

void ScriptNames::share(const std::string& name, engine::Instance* instance) {
  instances_.insert_or_assign(name, instance);
}

engine::Instance* ScriptNames::find_instance(const std::optional<std::string>& name) const {
  return name ? find(instances_, *name) : current_;
}

void ScriptNames::register_as(const std::string& name, const engine::Instance& instance) {
  registry_.insert_or_assign(name, &instance.exports);
}

void ScriptNames::add_spectest(engine::Store& store) {
  if (spectest_) return;
  spectest_ = std::make_unique<const Exports>(engine::add_spectest(store));
  // A script may have registered a module of its own under this name: that one stays.
  registry_.try_emplace("spectest", spectest_.get());
}

std::optional<engine::ExternValue> ScriptNames::resolve(std::string_view module,
                                                        std::string_view name, bool by_name) const {
  const Exports* exports = find(registry_, module);
  if (exports == nullptr && by_name) {
    const engine::Instance* instance = find(instances_, module);
    if (instance != nullptr) exports = &instance->exports;
  }
  if (exports == nullptr) return std::nullopt;
  const auto found = exports->find(name);
  if (found == exports->end()) return std::nullopt;
  return found->second;
}

}  // namespace heddle::harness
