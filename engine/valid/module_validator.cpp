// Spec: valid/modules, valid/types.
#include <fmt/format.h>

#include <set>
#include <utility>

#include "engine/valid/feature_check.hpp"
#include "engine/valid/function_validator.hpp"
#include "engine/valid/limits.hpp"
#include "engine/valid/module_context.hpp"
#include "engine/valid/validate.hpp"

namespace heddle::engine {
namespace {

using core::make_error;
using core::Result;

class ModuleValidator {
 public:
  ModuleValidator(const Module& module, Features features)
      : module_(module), context_(module, features), functions_(context_) {}

  [[nodiscard]] Result<void> check();

 private:
  [[nodiscard]] Result<void> check_imports() const;
  [[nodiscard]] Result<void> check_definitions() const;
  [[nodiscard]] Result<void> check_tables();
  [[nodiscard]] Result<void> check_globals();
  [[nodiscard]] Result<void> check_datas();
  [[nodiscard]] Result<void> check_elements();
  [[nodiscard]] Result<void> check_active(const ElementSegment& segment, std::uint32_t index);
  [[nodiscard]] Result<void> check_bodies();
  [[nodiscard]] Result<void> check_start() const;
  [[nodiscard]] Result<void> check_exports() const;

  // The types of imports and definitions.
  [[nodiscard]] Result<void> check_type(const FunctionImport& type, std::uint32_t offset) const;
  [[nodiscard]] Result<void> check_type(const TableType& type, std::uint32_t offset) const;
  [[nodiscard]] Result<void> check_type(const MemoryType& type, std::uint32_t offset) const;
  [[nodiscard]] Result<void> check_type(const GlobalType& type, std::uint32_t offset) const;
  [[nodiscard]] Result<void> check_type(const TagType& type, std::uint32_t offset) const;
  [[nodiscard]] Result<void> check_type(ValueType type, std::uint32_t offset) const;

  [[nodiscard]] Result<void> check_limits(const Limits& limits, std::uint64_t bound,
                                          const std::string& what, std::uint32_t offset) const;
  [[nodiscard]] Result<void> check_index(std::string_view what, std::uint32_t index,
                                         std::size_t count, std::uint32_t offset) const;
  [[nodiscard]] Result<void> check_export(const Export& item) const;
  [[nodiscard]] Result<void> error(std::string message, std::uint32_t offset) const {
    return make_error(std::move(message), module_.span_at(offset));
  }

  const Module& module_;
  ModuleContext context_;
  FunctionValidator functions_;
};

Result<void> ModuleValidator::check() {
  HEDDLE_TRY(context_.types.check());
  HEDDLE_TRY(check_imports());
  HEDDLE_TRY(check_definitions());
  HEDDLE_TRY(check_tables());
  HEDDLE_TRY(check_globals());
  HEDDLE_TRY(check_datas());
  HEDDLE_TRY(check_elements());
  HEDDLE_TRY(check_bodies());
  HEDDLE_TRY(check_start());
  return check_exports();
}

Result<void> ModuleValidator::check_index(std::string_view what, std::uint32_t index,
                                          std::size_t count, std::uint32_t offset) const {
  if (index < count) return {};
  return error(unknown(what, index), offset);
}

Result<void> ModuleValidator::check_limits(const Limits& limits, std::uint64_t bound,
                                           const std::string& what, std::uint32_t offset) const {
  if (limits.min > bound || limits.max.value_or(0) > bound) return error(what, offset);
  if (!limits.max || *limits.max >= limits.min) return {};
  return error(
      fmt::format("size minimum must not be greater than maximum: {}, {}", limits.min, *limits.max),
      offset);
}

Result<void> ModuleValidator::check_type(ValueType type, std::uint32_t offset) const {
  if (context_.types.has(type)) return {};
  return error(unknown("type", type.index), offset);
}

Result<void> ModuleValidator::check_type(const FunctionImport& type, std::uint32_t offset) const {
  HEDDLE_TRY(check_index("type", type.type, context_.types.size(), offset));
  if (context_.types[type.type].function() != nullptr) return {};
  return error(fmt::format("non-function type {}", type.type), offset);
}

Result<void> ModuleValidator::check_type(const TagType& type, std::uint32_t offset) const {
  HEDDLE_TRY(check_type(FunctionImport{type.type}, offset));
  const Types results = context_.types.results(type.type);
  if (results.empty()) return {};
  return error(fmt::format("non-empty tag result type {}", spell(results)), offset);
}

Result<void> ModuleValidator::check_type(const TableType& type, std::uint32_t offset) const {
  HEDDLE_TRY(check_type(type.element, offset));
  return type.address == AddressType::I32
             ? check_limits(type.limits, 0xffff'ffff, "table size must be at most 2^32-1", offset)
             : check_limits(type.limits, ~std::uint64_t{0}, "table size must be at most 2^64-1",
                            offset);
}

Result<void> ModuleValidator::check_type(const MemoryType& type, std::uint32_t offset) const {
  const std::uint32_t page_bits = type.page_bytes_log2;
  if (page_bits != 0 && page_bits != kPageBytesLog2) {
    return error(fmt::format("invalid custom page size 2^{}: it must be 1 or 65536", page_bits),
                 offset);
  }
  // As many pages as there are addresses, but no more than a number of that type can count.
  const bool is_i32 = type.address == AddressType::I32;
  const std::uint64_t count_max = is_i32 ? 0xffff'ffff : ~std::uint64_t{0};
  const std::uint64_t pages_max = page_bits == 0 ? count_max : (count_max >> page_bits) + 1;
  const char* bytes = page_bits == 0 ? "" : is_i32 ? " (4GiB)" : " (16EiB)";
  HEDDLE_TRY(check_limits(type.limits, pages_max,
                          fmt::format("memory size must be at most {} pages{}", pages_max, bytes),
                          offset));
  if (type.shared && !type.limits.max) return error("shared memory must have maximum", offset);
  return {};
}

Result<void> ModuleValidator::check_type(const GlobalType& type, std::uint32_t offset) const {
  return check_type(type.type, offset);
}

Result<void> ModuleValidator::check_imports() const {
  for (const Import& import : module_.imports) {
    HEDDLE_TRY(
        std::visit([&](const auto& type) { return check_type(type, import.offset); }, import.type));
  }
  return {};
}

Result<void> ModuleValidator::check_definitions() const {
  for (const Tag& tag : module_.tags) HEDDLE_TRY(check_type(tag.type, tag.offset));
  for (const Function& function : module_.functions) {
    HEDDLE_TRY(check_type(FunctionImport{function.type}, function.offset));
  }
  for (const Memory& memory : module_.memories) {
    HEDDLE_TRY(check_type(memory.type, memory.offset));
  }
  return {};
}

// Their initial values see imported globals only.
Result<void> ModuleValidator::check_tables() {
  auto index = static_cast<std::uint32_t>(context_.tables.size() - module_.tables.size());
  for (const Table& table : module_.tables) {
    HEDDLE_TRY(check_type(table.type, table.offset));
    if (table.init) {
      HEDDLE_TRY(functions_.check_constant(*table.init, encode(table.type.element),
                                           context_.imported_globals,
                                           {"table", index, table.offset}));
    } else if (!table.type.element.is_defaultable()) {
      return error(fmt::format("type mismatch: table {} of {} needs an initial value", index,
                               to_string(table.type.element)),
                   table.offset);
    }
    ++index;
  }
  return {};
}

// Each sees those before it.
Result<void> ModuleValidator::check_globals() {
  std::uint32_t index = context_.imported_globals;
  for (const Global& global : module_.globals) {
    HEDDLE_TRY(check_type(global.type, global.offset));
    HEDDLE_TRY(functions_.check_constant(global.init, encode(global.type.type), index,
                                         {"global", index, global.offset}));
    ++index;
  }
  return {};
}

Result<void> ModuleValidator::check_datas() {
  std::uint32_t index = 0;
  for (const DataSegment& segment : module_.datas) {
    if (segment.mode == SegmentMode::Active) {
      HEDDLE_TRY(check_index("memory", segment.memory, context_.memories.size(), segment.offset));
      HEDDLE_TRY(functions_.check_constant(
          segment.start, code_of(context_.memories[segment.memory]->address),
          context_.globals.size(), {"data segment", index, segment.offset}));
    }
    ++index;
  }
  return {};
}

Result<void> ModuleValidator::check_active(const ElementSegment& segment, std::uint32_t index) {
  HEDDLE_TRY(check_index("table", segment.table, context_.tables.size(), segment.offset));
  const TableType& table = *context_.tables[segment.table];
  if (!context_.types.matches(segment.type, table.element)) {
    return error(fmt::format("type mismatch: elem segment {} holds {}, table {} holds {}", index,
                             to_string(segment.type), segment.table, to_string(table.element)),
                 segment.offset);
  }
  return functions_.check_constant(segment.start, code_of(table.address), context_.globals.size(),
                                   {"elem segment", index, segment.offset});
}

Result<void> ModuleValidator::check_elements() {
  std::uint32_t index = 0;
  for (const ElementSegment& segment : module_.elements) {
    HEDDLE_TRY(check_type(segment.type, segment.offset));
    for (const Expression& item : segment.items) {
      HEDDLE_TRY(functions_.check_constant(item, encode(segment.type), context_.globals.size(),
                                           {"elem segment", index, segment.offset}));
    }
    if (segment.mode == SegmentMode::Active) HEDDLE_TRY(check_active(segment, index));
    ++index;
  }
  return {};
}

Result<void> ModuleValidator::check_bodies() {
  std::uint32_t index = context_.imported_functions;
  for (const Function& function : module_.functions) {
    HEDDLE_TRY(functions_.check(index, function));
    ++index;
  }
  return {};
}

Result<void> ModuleValidator::check_start() const {
  if (!module_.start) return {};
  HEDDLE_TRY(
      check_index("function", *module_.start, context_.functions.size(), module_.start_offset));
  const FunctionType& type = module_.function_type(context_.functions[*module_.start]);
  if (type == FunctionType{}) return {};
  return error(fmt::format("start function must not have parameters or results: {} has type {}",
                           context_.describe_function(*module_.start), to_string(type)),
               module_.start_offset);
}

Result<void> ModuleValidator::check_export(const Export& item) const {
  switch (item.kind) {
    case ExternKind::Function:
      return check_index("function", item.index, context_.functions.size(), item.offset);
    case ExternKind::Table:
      return check_index("table", item.index, context_.tables.size(), item.offset);
    case ExternKind::Memory:
      return check_index("memory", item.index, context_.memories.size(), item.offset);
    case ExternKind::Global:
      return check_index("global", item.index, context_.globals.size(), item.offset);
    case ExternKind::Tag:
      return check_index("tag", item.index, context_.tags.size(), item.offset);
  }
  return {};
}

Result<void> ModuleValidator::check_exports() const {
  std::set<std::string_view> names;
  for (const Export& item : module_.exports) {
    HEDDLE_TRY(check_export(item));
    if (!names.insert(item.name).second) {
      return error(fmt::format("duplicate export name \"{}\"", printable(item.name)), item.offset);
    }
  }
  return {};
}

}  // namespace

Result<ValidModule> validate(std::shared_ptr<const Module> module, Features features) {
  if (!features.has_all()) HEDDLE_TRY(check_features(*module, features));
  HEDDLE_TRY(ModuleValidator(*module, features).check());
  return ValidModule(std::move(module));
}

}  // namespace heddle::engine
