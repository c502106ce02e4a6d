#include "engine/builtins/spectest.hpp"

#include <bit>
#include <utility>
#include <vector>

namespace heddle::engine {
namespace {

core::Outcome print(std::span<const Slot> /*arguments*/, std::span<Slot> /*results*/) {
  return {.kind = core::OutcomeKind::Returned};
}

struct PrintFunction {
  const char* name;
  std::vector<ValueType> parameters;
};

}  // namespace

std::map<std::string, ExternValue, std::less<>> add_spectest(Store& store) {
  std::map<std::string, ExternValue, std::less<>> exports;

  const PrintFunction functions[] = {
      {"print", {}},
      {"print_i32", {kI32}},
      {"print_i64", {kI64}},
      {"print_f32", {kF32}},
      {"print_f64", {kF64}},
      {"print_i32_f32", {kI32, kF32}},
      {"print_f64_f64", {kF64, kF64}},
  };
  for (const PrintFunction& function : functions) {
    const FunctionType type{.parameters = function.parameters};
    ExternValue value{.kind = ExternKind::Function};
    value.function = store.add_host_function(type, print, function.name);
    exports.emplace(function.name, value);
  }

  const std::pair<const char*, std::pair<ValueType, Slot>> globals[] = {
      {"global_i32", {kI32, 666}},
      {"global_i64", {kI64, 666}},
      {"global_f32", {kF32, std::bit_cast<std::uint32_t>(666.6F)}},
      {"global_f64", {kF64, std::bit_cast<std::uint64_t>(666.6)}},
  };
  for (const auto& [name, global] : globals) {
    ExternValue value{.kind = ExternKind::Global};
    value.global = store.add_global({.type = global.first}, global.second);
    exports.emplace(name, value);
  }

  ExternValue table{.kind = ExternKind::Table};
  table.table = store.add_table({.element = kFuncRef, .limits = {.min = 10, .max = 20}});
  exports.emplace("table", table);
  table.table = store.add_table(
      {.element = kFuncRef, .limits = {.min = 10, .max = 20}, .address = AddressType::I64});
  exports.emplace("table64", table);

  for (const bool shared : {false, true}) {
    ExternValue memory{.kind = ExternKind::Memory};
    memory.memory = store.add_memory({.limits = {.min = 1, .max = 2}, .shared = shared});
    // Without a page of memory left there is nothing to test with: an import then fails to link.
    if (memory.memory->is_allocated()) exports.emplace(shared ? "shared_memory" : "memory", memory);
  }
  return exports;
}

}  // namespace heddle::engine
