// Store: owner of all instances of one execution. Spec: exec/runtime "Store", exec/modules.
//
// Linking is separate from running: `link` checks and allocates everything; what executes code
// (data and element segments, the start function) is done by exec::Agent::instantiate, because
// writes to shared memory are visible actions.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "engine/runtime/constant_expression.hpp"
#include "engine/runtime/heap.hpp"
#include "engine/runtime/instances.hpp"
#include "engine/syntax/type_table.hpp"

namespace heddle::engine {

struct StoreLimits {
  std::uint64_t memory_pages_max = 65536;         // of each memory; of kPageBytes, as below
  std::uint64_t table_elements_max = 10'000'000;  // of each table
  // Of a store as a whole, so that instantiating a small module often cannot use up the machine.
  std::uint64_t all_memory_pages_max = 262'144;       // when the memories are made
  std::uint64_t all_table_elements_max = 50'000'000;  // when made; items of segments count too
  std::uint64_t definitions_max = 10'000'000;         // functions, tables, memories, ...
  // Of all objects together. An allocation beyond it ends the call as a call stack that is too deep
  // does: Exhausted.
  std::uint64_t heap_bytes_max = std::uint64_t{1} << 28;
};

// Finds what an import asks for; nothing: "unknown import".
using ImportResolver =
    std::function<std::optional<ExternValue>(std::string_view module, std::string_view name)>;

class Store {
 public:
  explicit Store(StoreLimits limits = {});
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  FunctionInstance* add_host_function(const FunctionType& type, HostCode code, std::string name);
  FunctionInstance* add_context_function(const FunctionType& type, ContextCode code,
                                         std::string name);
  TableInstance* add_table(const TableType& type, Slot value = 0);
  MemoryInstance* add_memory(const MemoryType& type);
  GlobalInstance* add_global(const GlobalType& type, ConstantValue value);
  // `type_id`: of a function type in `types()`.
  TagInstance* add_tag(std::uint32_t type_id, std::string name = {});

  // Types in instances hold ids of `types()`, here and in `add_`.
  //
  // Checks the imports ("unknown import", "incompatible import type") and allocates the instance,
  // its globals (initialised) and element segments. Fails without side effect on other instances.
  // Memory, and objects of constant expressions, that cannot be allocated are errors too.
  [[nodiscard]] core::Result<Instance*> link(std::shared_ptr<const CompiledModule> module,
                                             const ImportResolver& resolve);

  // The types of all modules: `Instance::type_ids` are its ids.
  [[nodiscard]] const TypeTable& types() const { return types_; }
  [[nodiscard]] const StoreLimits& limits() const { return limits_; }
  [[nodiscard]] Heap& heap() { return heap_; }

  // Marks all objects that can be reached from globals, tables and element segments.
  void mark_roots();

  // Memories in order of allocation: for observations of the final state.
  [[nodiscard]] const std::deque<MemoryInstance>& memories() const { return memories_; }

  // Distinct modules in order of first instantiation: the numbering of CodeLocation::module.
  [[nodiscard]] std::span<const CompiledModule* const> modules() const { return modules_; }

  // To and from the outside. Values must have the kinds that `type` says; function references must
  // carry a number that this store gave.
  // A vector is two slots; `to_slot` gives, and `to_value` takes, the low one.
  [[nodiscard]] Slot to_slot(const core::Value& value);
  [[nodiscard]] std::vector<Slot> to_slots(std::span<const core::Value> values);
  [[nodiscard]] std::vector<core::Value> to_values(std::span<const Slot> slots,
                                                   std::span<const ValueType> types) const;
  [[nodiscard]] core::Value to_value(Slot slot, ValueType type) const;
  [[nodiscard]] core::Value value_of(const GlobalInstance& global) const;

  // Evaluates a constant expression of `instance` (already linked far enough). Null for an
  // object that there is no space for, which Heap::failure_count shows.
  [[nodiscard]] ConstantValue evaluate_value(const Expression& expression,
                                             const Instance& instance) const;
  // The same where it cannot be a vector.
  [[nodiscard]] Slot evaluate(const Expression& expression, const Instance& instance) const {
    return evaluate_value(expression, instance).low;
  }

 private:
  core::Result<void> check_budget(const Module& module) const;
  core::Result<void> link_imports(Instance& instance, const ImportResolver& resolve);
  core::Result<void> allocate_memories(Instance& instance);
  void allocate_functions(Instance& instance);
  void allocate_globals(Instance& instance);
  void allocate_tables(Instance& instance);
  void evaluate_elements(Instance& instance);
  std::uint32_t module_number(const CompiledModule& module);

  StoreLimits limits_;
  std::deque<FunctionInstance> functions_;
  std::deque<HostCode> host_codes_;
  std::deque<ContextCode> context_codes_;
  std::deque<TableInstance> tables_;
  std::deque<MemoryInstance> memories_;
  std::deque<GlobalInstance> globals_;
  std::deque<TagInstance> tags_;
  std::deque<Instance> instances_;
  std::vector<const CompiledModule*> modules_;  // distinct, index = module_number
  TypeTable types_;
  Heap heap_;
  std::uint64_t memory_pages_ = 0;    // made so far
  std::uint64_t table_elements_ = 0;  // made so far
};

}  // namespace heddle::engine
