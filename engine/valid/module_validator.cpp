// Spec: valid/modules, valid/types.
#include <fmt/format.h>

#include <set>
#include <utility>

#include "engine/valid/constant_expression.hpp"
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
  explicit ModuleValidator(const Module& module) : module_(module), context_(module) {}

  [[nodiscard]] Result<void> check() const;

 private:
  [[nodiscard]] Result<void> check_types() const;
  [[nodiscard]] Result<void> check_imports() const;
  [[nodiscard]] Result<void> check_definitions() const;
  [[nodiscard]] Result<void> check_elements() const;
  [[nodiscard]] Result<void> check_datas() const;
  [[nodiscard]] Result<void> check_bodies() const;
  [[nodiscard]] Result<void> check_start() const;
  [[nodiscard]] Result<void> check_exports() const;

  [[nodiscard]] Result<void> check_type(const ImportType& type, std::uint32_t offset) const;
  [[nodiscard]] Result<void> check_limits(const Limits& limits, std::uint64_t bound,
                                          const char* message, std::uint32_t offset) const;
  [[nodiscard]] Result<void> check_index(std::string_view what, std::uint32_t index,
                                         std::size_t count, std::uint32_t offset) const;
  [[nodiscard]] Result<void> check_export(const Export& item) const;

  const Module& module_;
  ModuleContext context_;
};

Result<void> ModuleValidator::check() const {
  HEDDLE_TRY(check_types());
  HEDDLE_TRY(check_imports());
  HEDDLE_TRY(check_definitions());
  HEDDLE_TRY(check_elements());
  HEDDLE_TRY(check_datas());
  HEDDLE_TRY(check_bodies());
  HEDDLE_TRY(check_start());
  return check_exports();
}

Result<void> ModuleValidator::check_index(std::string_view what, std::uint32_t index,
                                          std::size_t count, std::uint32_t offset) const {
  if (index < count) return {};
  return make_error(unknown(what, index), module_.span_at(offset));
}

Result<void> ModuleValidator::check_types() const {
  for (std::size_t i = 0; i < module_.types.size(); ++i) {
    const FunctionType* type = module_.types[i].function();
    if (type == nullptr) continue;
    if (type->parameters.size() > kParametersMax || type->results.size() > kResultsMax) {
      return make_error(
          fmt::format("type {} is too large: at most {} parameters and {} results are supported", i,
                      kParametersMax, kResultsMax),
          module_.span_at(0));
    }
  }
  return {};
}

Result<void> ModuleValidator::check_limits(const Limits& limits, std::uint64_t bound,
                                           const char* message, std::uint32_t offset) const {
  if (limits.min > bound || limits.max.value_or(0) > bound) {
    return make_error(message, module_.span_at(offset));
  }
  if (limits.max && *limits.max < limits.min) {
    return make_error(fmt::format("size minimum must not be greater than maximum: {}, {}",
                                  limits.min, *limits.max),
                      module_.span_at(offset));
  }
  return {};
}

// The type of an import or definition. A global's has nothing that could be wrong.
Result<void> ModuleValidator::check_type(const ImportType& type, std::uint32_t offset) const {
  if (const auto* function = std::get_if<FunctionImport>(&type)) {
    return check_index("type", function->type, module_.types.size(), offset);
  }
  if (const auto* table = std::get_if<TableType>(&type)) {
    return check_limits(table->limits, 0xffff'ffff, "table size must be at most 2^32-1", offset);
  }
  if (const auto* memory = std::get_if<MemoryType>(&type)) {
    HEDDLE_TRY(check_limits(memory->limits, 65536, "memory size must be at most 65536 pages (4GiB)",
                            offset));
    if (memory->shared && !memory->limits.max) {
      return make_error("shared memory must have maximum", module_.span_at(offset));
    }
  }
  return {};
}

Result<void> ModuleValidator::check_imports() const {
  for (const Import& import : module_.imports) HEDDLE_TRY(check_type(import.type, import.offset));
  return {};
}

Result<void> ModuleValidator::check_definitions() const {
  for (const Function& function : module_.functions) {
    HEDDLE_TRY(check_type(FunctionImport{function.type}, function.offset));
  }
  for (const Table& table : module_.tables) HEDDLE_TRY(check_type(table.type, table.offset));
  for (const Memory& memory : module_.memories) {
    HEDDLE_TRY(check_type(memory.type, memory.offset));
  }
  if (context_.memories.size() > 1) {
    return make_error("multiple memories are not allowed (yet)",
                      module_.span_at(module_.memories.empty() ? module_.imports.back().offset
                                                               : module_.memories.back().offset));
  }
  for (const Global& global : module_.globals) {
    HEDDLE_TRY(check_constant(context_, global.init, global.type.type));
  }
  return {};
}

Result<void> ModuleValidator::check_elements() const {
  for (const ElementSegment& segment : module_.elements) {
    if (segment.mode == SegmentMode::Active) {
      HEDDLE_TRY(check_index("table", segment.table, context_.tables.size(), segment.offset));
      const ValueType element = context_.tables[segment.table]->element;
      if (element != segment.type) {
        return make_error(fmt::format("type mismatch: a segment of {} for table {} of {}",
                                      to_string(segment.type), segment.table, to_string(element)),
                          module_.span_at(segment.offset));
      }
      HEDDLE_TRY(check_constant(context_, segment.start, kI32));
    }
    for (const Expression& item : segment.items) {
      HEDDLE_TRY(check_constant(context_, item, segment.type));
    }
  }
  return {};
}

Result<void> ModuleValidator::check_datas() const {
  for (const DataSegment& segment : module_.datas) {
    if (segment.mode != SegmentMode::Active) continue;
    HEDDLE_TRY(check_index("memory", segment.memory, context_.memories.size(), segment.offset));
    HEDDLE_TRY(check_constant(context_, segment.start, kI32));
  }
  return {};
}

Result<void> ModuleValidator::check_bodies() const {
  FunctionValidator validator(context_);
  std::uint32_t index = context_.imported_functions;
  for (const Function& function : module_.functions) {
    HEDDLE_TRY(validator.check(index, function));
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
  return make_error(
      fmt::format("start function must not have parameters or results: {} has type {}",
                  context_.describe_function(*module_.start), to_string(type)),
      module_.span_at(module_.start_offset));
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
      return check_index("tag", item.index, module_.tag_count(), item.offset);
  }
  return {};
}

Result<void> ModuleValidator::check_exports() const {
  std::set<std::string_view> names;
  for (const Export& item : module_.exports) {
    HEDDLE_TRY(check_export(item));
    if (!names.insert(item.name).second) {
      return make_error(fmt::format("duplicate export name \"{}\"", printable(item.name)),
                        module_.span_at(item.offset));
    }
  }
  return {};
}

}  // namespace

Result<ValidModule> validate(std::shared_ptr<const Module> module,
                             [[maybe_unused]] Features features) {
  HEDDLE_TRY(ModuleValidator(*module).check());
  return ValidModule(std::move(module));
}

}  // namespace heddle::engine
