#include "engine/runtime/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "core/check.hpp"
#include "engine/runtime/constant_expression.hpp"
#include "engine/runtime/matching.hpp"

namespace heddle::engine {
namespace {

std::uint32_t size32(const auto& list) { return static_cast<std::uint32_t>(list.size()); }

Slot function_slot(const FunctionInstance* function) { return std::bit_cast<Slot>(function); }

ExternValue extern_of(const Instance& instance, ExternKind kind, std::uint32_t index) {
  ExternValue value{.kind = kind};
  switch (kind) {
    case ExternKind::Function:
      value.function = instance.functions[index];
      break;
    case ExternKind::Table:
      value.table = instance.tables[index];
      break;
    case ExternKind::Memory:
      value.memory = instance.memories[index];
      break;
    case ExternKind::Global:
      value.global = instance.globals[index];
      break;
    case ExternKind::Tag:
      value.tag = instance.tags[index];
      break;
  }
  return value;
}

void add_import(Instance& instance, const ExternValue& value) {
  switch (value.kind) {
    case ExternKind::Function:
      instance.functions.push_back(value.function);
      break;
    case ExternKind::Table:
      instance.tables.push_back(value.table);
      break;
    case ExternKind::Memory:
      instance.memories.push_back(value.memory);
      break;
    case ExternKind::Global:
      instance.globals.push_back(value.global);
      break;
    case ExternKind::Tag:
      instance.tags.push_back(value.tag);
      break;
  }
}

// The least size of a memory, in pages of kPageBytes, rounded up.
std::uint64_t standard_pages(const MemoryType& type) {
  const int bits = kPageBytesLog2 - type.page_bytes_log2;
  const std::uint64_t pages = type.limits.min >> bits;
  return pages + (pages << bits == type.limits.min ? 0 : 1);
}

}  // namespace

Store::Store(StoreLimits limits) : limits_(limits), heap_(types_, limits.heap_bytes_max) {}

FunctionInstance* Store::add_host_function(const FunctionType& type, HostCode code,
                                           std::string name) {
  const std::uint32_t id = types_.add(type);
  const HostCode& host = host_codes_.emplace_back(std::move(code));
  return &functions_.emplace_back(FunctionInstance{.type = types_.type(id).function(),
                                                   .type_id = id,
                                                   .number = size32(functions_),
                                                   .host = &host,
                                                   .name = std::move(name)});
}

FunctionInstance* Store::add_context_function(const FunctionType& type, ContextCode code,
                                              std::string name) {
  const HostCode without = [](std::span<const Slot>, std::span<Slot>) {
    return core::Outcome{.kind = core::OutcomeKind::Trapped,
                         .message = "a function of the host that only Wasm can call"};
  };
  FunctionInstance* const function = add_host_function(type, without, std::move(name));
  function->context_host = &context_codes_.emplace_back(std::move(code));
  return function;
}

TableInstance* Store::add_table(const TableType& type, Slot value) {
  table_elements_ += type.limits.min;
  return &tables_.emplace_back(TableInstance{.type = type,
                                             .elements = std::vector<Slot>(type.limits.min, value),
                                             .number = size32(tables_),
                                             .elements_max = limits_.table_elements_max});
}

MemoryInstance* Store::add_memory(const MemoryType& type) {
  memory_pages_ += standard_pages(type);
  return &memories_.emplace_back(type, size32(memories_), limits_.memory_pages_max);
}

TagInstance* Store::add_tag(std::uint32_t type_id, std::string name) {
  TagInstance& tag = tags_.emplace_back(TagInstance{.type_id = type_id,
                                                    .type = types_.type(type_id).function(),
                                                    .number = size32(tags_),
                                                    .name = std::move(name)});
  tag.layout = &heap_.add_exception_layout(tag);
  return &tag;
}

GlobalInstance* Store::add_global(const GlobalType& type, ConstantValue value) {
  return &globals_.emplace_back(GlobalInstance{
      .type = type, .value = value.low, .number = size32(globals_), .high = value.high});
}

core::Result<void> Store::check_budget(const Module& module) const {
  std::uint64_t elements = table_elements_;
  for (const Table& table : module.tables) {
    if (table.type.limits.min > limits_.table_elements_max) {
      return core::make_error(fmt::format("table of {} elements could not be allocated: the limit "
                                          "is {}",
                                          table.type.limits.min, limits_.table_elements_max),
                              module.span_at(table.offset));
    }
    elements += table.type.limits.min;
  }
  for (const ElementSegment& segment : module.elements) elements += segment.items.size();
  if (elements > limits_.all_table_elements_max) {
    return core::make_error(
        fmt::format("more than {} table elements in all", limits_.all_table_elements_max));
  }
  std::uint64_t pages = memory_pages_;
  for (const Memory& memory : module.memories) {
    pages += standard_pages(memory.type);
    if (pages > limits_.all_memory_pages_max) {
      return core::make_error(
          fmt::format("more than {} pages of memory in all", limits_.all_memory_pages_max),
          module.span_at(memory.offset));
    }
  }
  const std::uint64_t definitions =
      functions_.size() + tables_.size() + memories_.size() + globals_.size() + tags_.size() +
      module.functions.size() + module.tables.size() + module.memories.size() + module.tags.size() +
      module.globals.size() + module.imports.size() + module.exports.size();
  if (definitions > limits_.definitions_max) {
    return core::make_error(
        fmt::format("more than {} definitions in all", limits_.definitions_max));
  }
  return {};
}

core::Result<void> Store::link_imports(Instance& instance, const ImportResolver& resolve) {
  const Module& module = instance.module->module();
  for (const Import& import : module.imports) {
    const std::optional<ExternValue> found = resolve(import.module, import.name);
    if (!found) {
      return core::make_error(fmt::format("unknown import: \"{}\" \"{}\", expected {}",
                                          import.module, import.name, describe(import, module)),
                              module.span_at(import.offset));
    }
    if (!matches(*found, import, {.types = types_, .ids = instance.type_ids})) {
      return core::make_error(
          fmt::format("incompatible import type: \"{}\" \"{}\", expected {}, found {}",
                      import.module, import.name, describe(import, module), describe(*found)),
          module.span_at(import.offset));
    }
    add_import(instance, *found);
  }
  return {};
}

core::Result<void> Store::allocate_memories(Instance& instance) {
  const Module& module = instance.module->module();
  for (const Memory& memory : module.memories) {
    MemoryInstance* const made = add_memory(memory.type);
    if (!made->is_allocated()) {
      return core::make_error(
          fmt::format("memory of {} pages could not be allocated", memory.type.limits.min),
          module.span_at(memory.offset));
    }
    instance.memories.push_back(made);
  }
  return {};
}

void Store::allocate_functions(Instance& instance) {
  const Module& module = instance.module->module();
  auto name = module.names.functions.lower_bound(size32(instance.functions));
  for (std::size_t i = 0; i < module.functions.size(); ++i) {
    const std::uint32_t index = size32(instance.functions);
    const std::uint32_t type = module.functions[i].type;
    FunctionInstance& function = functions_.emplace_back(
        FunctionInstance{.type = types_.type(instance.type_ids[type]).function(),
                         .type_id = instance.type_ids[type],
                         .number = size32(functions_),
                         .instance = &instance,
                         .code = &instance.module->functions[i],
                         .index = index});
    if (name != module.names.functions.end() && name->first == index) {
      function.name = name->second;
      ++name;
    }
    instance.functions.push_back(&function);
  }
}

void Store::allocate_globals(Instance& instance) {
  for (const Global& global : instance.module->module().globals) {
    GlobalType type = global.type;
    type.type = with_id(type.type, instance.type_ids);
    instance.globals.push_back(add_global(type, evaluate_value(global.init, instance)));
  }
}

void Store::allocate_tables(Instance& instance) {
  for (const Table& table : instance.module->module().tables) {
    TableType type = table.type;
    type.element = with_id(type.element, instance.type_ids);
    instance.tables.push_back(add_table(type, table.init ? evaluate(*table.init, instance) : 0));
  }
}

void Store::evaluate_elements(Instance& instance) {
  const Module& module = instance.module->module();
  instance.elements.reserve(module.elements.size());
  for (const ElementSegment& segment : module.elements) {
    std::vector<Slot>& items = instance.elements.emplace_back();
    // Declarative segments are dropped at once.
    if (segment.mode == SegmentMode::Declarative) continue;
    table_elements_ += segment.items.size();
    items.reserve(segment.items.size());
    for (const Expression& item : segment.items) items.push_back(evaluate(item, instance));
  }
  instance.dropped_datas.resize(module.datas.size());
}

std::uint32_t Store::module_number(const CompiledModule& module) {
  const auto found = std::ranges::find(modules_, &module);
  const auto number = static_cast<std::uint32_t>(found - modules_.begin());
  if (found == modules_.end()) modules_.push_back(&module);
  return number;
}

core::Result<Instance*> Store::link(std::shared_ptr<const CompiledModule> module,
                                    const ImportResolver& resolve) {
  const Module& syntax = module->module();
  // An instance of which the imports do not match stays behind, empty: function references and type
  // numbers may point into its module.
  Instance& instance = instances_.emplace_back();
  instance.module = std::move(module);
  instance.types = &types_;
  instance.heap = &heap_;
  instance.type_ids = types_.add(syntax.types, syntax.groups);
  instance.types = &types_;
  instance.heap = &heap_;
  for (const std::uint32_t id : instance.type_ids) {
    if (types_.type(id).function() == nullptr) heap_.add_layout(id);
  }
  const std::uint64_t failures = heap_.failure_count();
  HEDDLE_TRY(link_imports(instance, resolve));
  HEDDLE_TRY(check_budget(syntax));
  HEDDLE_TRY(allocate_memories(instance));
  instance.module_number = module_number(*instance.module);
  allocate_functions(instance);
  for (const Tag& tag : syntax.tags) {
    const auto name = syntax.names.tags.find(size32(instance.tags));
    instance.tags.push_back(add_tag(instance.type_ids[tag.type.type],
                                    name == syntax.names.tags.end() ? "" : name->second));
  }
  allocate_globals(instance);
  allocate_tables(instance);
  evaluate_elements(instance);
  if (heap_.failure_count() != failures) return core::make_error(heap_.full_message());
  for (const Export& item : syntax.exports) {
    instance.exports.emplace(item.name, extern_of(instance, item.kind, item.index));
  }
  return &instance;
}

Slot Store::to_slot(const core::Value& value) {
  if (value.is_null) return 0;
  switch (value.kind) {
    case core::ValueKind::I32:
    case core::ValueKind::I64:
    case core::ValueKind::F32:
    case core::ValueKind::F64:
    case core::ValueKind::V128:
      return value.low;
    case core::ValueKind::FuncRef:
      HEDDLE_CHECK(value.low < functions_.size());
      return function_slot(&functions_[value.low]);
    case core::ValueKind::ExternRef:
    case core::ValueKind::HostRef:
      return host_slot(value.low);
    case core::ValueKind::I31Ref:
      return i31_slot(static_cast<std::uint32_t>(value.low));
    case core::ValueKind::AnyRef:
    case core::ValueKind::StructRef:
    case core::ValueKind::ArrayRef:
    case core::ValueKind::ExnRef:
      break;  // objects do not come from outside
  }
  return 0;
}

core::Value Store::to_value(Slot slot, ValueType type) const {
  switch (type.kind) {
    case TypeKind::I32:
      return core::Value::i32(static_cast<std::uint32_t>(slot));
    case TypeKind::I64:
      return core::Value::i64(slot);
    case TypeKind::F32:
      return core::Value::f32(static_cast<std::uint32_t>(slot));
    case TypeKind::F64:
      return core::Value::f64(slot);
    case TypeKind::V128:
      return {.kind = core::ValueKind::V128, .low = slot};
    case TypeKind::Ref:
    case TypeKind::I8:
    case TypeKind::I16:
    case TypeKind::Bottom:
      break;
  }
  switch (top_of(types_.abstract_kind(type))) {
    case HeapKind::Func:
      if (slot == 0) return {.kind = core::ValueKind::FuncRef, .is_null = true};
      return {.kind = core::ValueKind::FuncRef,
              .low = std::bit_cast<const FunctionInstance*>(slot)->number};
    case HeapKind::Extern:
      if (slot == 0) return {.kind = core::ValueKind::ExternRef, .is_null = true};
      if (is_host(slot)) return {.kind = core::ValueKind::ExternRef, .low = host_number(slot)};
      if (is_i31(slot)) {
        return {.kind = core::ValueKind::ExternRef, .low = i31_bits(slot), .high = 2};
      }
      return {.kind = core::ValueKind::ExternRef, .low = object_of(slot)->number, .high = 1};
    case HeapKind::Exn:
      if (slot == 0) return {.kind = core::ValueKind::ExnRef, .is_null = true};
      return {.kind = core::ValueKind::ExnRef, .low = object_of(slot)->number};
    default:
      break;
  }
  if (slot == 0) return {.kind = core::ValueKind::AnyRef, .is_null = true};
  if (is_i31(slot)) return {.kind = core::ValueKind::I31Ref, .low = i31_bits(slot)};
  if (is_host(slot)) return {.kind = core::ValueKind::HostRef, .low = host_number(slot)};
  const Object& object = *object_of(slot);
  return {.kind = object.referent.kind == ReferentKind::Struct ? core::ValueKind::StructRef
                                                               : core::ValueKind::ArrayRef,
          .low = object.number};
}

std::vector<Slot> Store::to_slots(std::span<const core::Value> values) {
  std::vector<Slot> slots;
  slots.reserve(values.size());
  for (const core::Value& value : values) {
    slots.push_back(to_slot(value));
    if (value.kind == core::ValueKind::V128) slots.push_back(value.high);
  }
  return slots;
}

std::vector<core::Value> Store::to_values(std::span<const Slot> slots,
                                          std::span<const ValueType> types) const {
  std::vector<core::Value> values;
  values.reserve(types.size());
  std::size_t at = 0;
  for (const ValueType type : types) {
    core::Value& value = values.emplace_back(to_value(slots[at], type));
    if (type.kind == TypeKind::V128) value.high = slots[at + 1];
    at += slot_count(type);
  }
  return values;
}

core::Value Store::value_of(const GlobalInstance& global) const {
  core::Value value = to_value(global.value, global.type.type);
  if (global.type.type.kind == TypeKind::V128) value.high = global.high;
  return value;
}

ConstantValue Store::evaluate_value(const Expression& expression, const Instance& instance) const {
  return evaluate_constant(expression, instance).value_or(Slot{0});
}

void Store::mark_roots() {
  const auto may_be_object = [&](ValueType type) {
    return type.is_ref() && top_of(types_.abstract_kind(type)) != HeapKind::Func;
  };
  for (const GlobalInstance& global : globals_) {
    if (may_be_object(global.type.type)) heap_.mark(global.value);
  }
  for (const TableInstance& table : tables_) {
    if (!may_be_object(table.type.element)) continue;
    for (const Slot slot : table.elements) heap_.mark(slot);
  }
  for (const Instance& instance : instances_) {
    const std::vector<ElementSegment>& segments = instance.module->module().elements;
    for (std::size_t i = 0; i < instance.elements.size(); ++i) {
      if (!may_be_object(with_id(segments[i].type, instance.type_ids))) continue;
      for (const Slot slot : instance.elements[i]) heap_.mark(slot);
    }
  }
}

}  // namespace heddle::engine
