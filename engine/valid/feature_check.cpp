#include "engine/valid/feature_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "engine/valid/constant_expression.hpp"
#include "engine/valid/module_context.hpp"

namespace heddle::engine {
namespace {

using core::Result;

// What a value of the type needs.
Feature feature_of(ValueType type) {
  if (type.kind == TypeKind::V128) return Feature::Simd;
  if (!type.is_ref()) return Feature::Mvp;
  switch (type.heap) {
    case HeapKind::Func:
    case HeapKind::Extern:
      return type.nullable ? Feature::ReferenceTypes : Feature::FunctionReferences;
    case HeapKind::Defined:
      return Feature::FunctionReferences;
    case HeapKind::Exn:
    case HeapKind::NoExn:
      return Feature::Exceptions;
    case HeapKind::Any:
    case HeapKind::Eq:
    case HeapKind::I31:
    case HeapKind::Struct:
    case HeapKind::Array:
    case HeapKind::None:
    case HeapKind::NoFunc:
    case HeapKind::NoExtern:
    case HeapKind::Bottom:
      return Feature::Gc;
  }
  return Feature::Mvp;
}

class FeatureCheck {
 public:
  FeatureCheck(const Module& module, Features features)
      : module_(module), context_(module), features_(features) {}

  [[nodiscard]] Result<void> check() const {
    HEDDLE_TRY(check_types());
    HEDDLE_TRY(check_imports());
    HEDDLE_TRY(check_tables());
    HEDDLE_TRY(check_memories());
    HEDDLE_TRY(check_tags_and_globals());
    HEDDLE_TRY(check_exports());
    HEDDLE_TRY(check_segments());
    return check_functions();
  }

 private:
  [[nodiscard]] Result<void> check_types() const;
  [[nodiscard]] Result<void> check_imports() const;
  [[nodiscard]] Result<void> check_tables() const;
  [[nodiscard]] Result<void> check_memories() const;
  [[nodiscard]] Result<void> check_tags_and_globals() const;
  [[nodiscard]] Result<void> check_exports() const;
  [[nodiscard]] Result<void> check_segments() const;
  [[nodiscard]] Result<void> check_functions() const;

  [[nodiscard]] Result<void> check_type(const FunctionImport& /*type*/, std::uint32_t /*at*/) const;
  [[nodiscard]] Result<void> check_type(const TableType& type, std::uint32_t offset) const;
  [[nodiscard]] Result<void> check_type(const MemoryType& type, std::uint32_t offset) const;
  [[nodiscard]] Result<void> check_type(const GlobalType& type, std::uint32_t offset) const;
  [[nodiscard]] Result<void> check_type(const TagType& type, std::uint32_t offset) const;
  [[nodiscard]] Result<void> check_value(ValueType type, std::uint32_t offset) const;
  [[nodiscard]] Result<void> check_sub_type(const SubType& type) const;
  [[nodiscard]] Result<void> check_constant(const Expression& expression) const;
  [[nodiscard]] Result<void> check_body(const Expression& expression) const;
  [[nodiscard]] Result<void> check_immediates(const Expression& expression,
                                              const Instruction& instruction) const;
  [[nodiscard]] Result<void> check_block_type(const Instruction& instruction) const;
  [[nodiscard]] Result<void> check_data(const DataSegment& segment) const;
  [[nodiscard]] Result<void> check_element(const ElementSegment& segment) const;

  // `rule` is how WebAssembly without the feature words it, if it does.
  [[nodiscard]] Result<void> require(Feature feature, std::string_view what, std::uint32_t offset,
                                     std::string_view rule = "") const {
    if (features_.has(feature)) [[likely]]
      return {};
    return core::make_error(fmt::format("{}{}{} is disabled: {}", rule, rule.empty() ? "" : ": ",
                                        name_of(feature), what),
                            module_.span_at(offset));
  }

  const Module& module_;
  ModuleContext context_;
  Features features_;
};

Result<void> FeatureCheck::check_value(ValueType type, std::uint32_t offset) const {
  if (features_.has(feature_of(type))) return {};
  return require(feature_of(type), to_string(type), offset);
}

Result<void> FeatureCheck::check_sub_type(const SubType& type) const {
  if (!type.is_final || !type.supertypes.empty()) {
    HEDDLE_TRY(require(Feature::Gc, "a type with sub types", 0));
  }
  if (const FunctionType* function = type.function()) {
    for (const ValueType value : function->parameters) HEDDLE_TRY(check_value(value, 0));
    for (const ValueType value : function->results) HEDDLE_TRY(check_value(value, 0));
    if (function->results.size() <= 1) return {};
    return require(Feature::MultiValue, "a function type with several results", 0,
                   "invalid result arity");
  }
  return require(Feature::Gc, type.structure() != nullptr ? "a struct type" : "an array type", 0);
}

Result<void> FeatureCheck::check_types() const {
  for (const RecursiveGroup& group : module_.groups) {
    if (group.count != 1) HEDDLE_TRY(require(Feature::Gc, "a recursive group", 0));
  }
  for (const SubType& type : module_.types) HEDDLE_TRY(check_sub_type(type));
  return {};
}

Result<void> FeatureCheck::check_type(const FunctionImport& /*type*/, std::uint32_t /*at*/) const {
  return {};
}

Result<void> FeatureCheck::check_type(const TableType& type, std::uint32_t offset) const {
  if (type.element != kFuncRef) HEDDLE_TRY(check_value(type.element, offset));
  if (type.address == AddressType::I32) return {};
  return require(Feature::Memory64, "a table with 64-bit indices", offset);
}

Result<void> FeatureCheck::check_type(const MemoryType& type, std::uint32_t offset) const {
  if (type.shared) HEDDLE_TRY(require(Feature::Threads, "a shared memory", offset));
  if (type.address != AddressType::I32) {
    HEDDLE_TRY(require(Feature::Memory64, "a memory with 64-bit addresses", offset));
  }
  if (type.page_bytes_log2 == kPageBytesLog2) return {};
  return require(Feature::CustomPageSizes, fmt::format("pages of 2^{} bytes", type.page_bytes_log2),
                 offset);
}

Result<void> FeatureCheck::check_type(const GlobalType& type, std::uint32_t offset) const {
  return check_value(type.type, offset);
}

Result<void> FeatureCheck::check_type(const TagType& /*type*/, std::uint32_t offset) const {
  return require(Feature::Exceptions, "a tag", offset);
}

Result<void> FeatureCheck::check_imports() const {
  for (const Import& import : module_.imports) {
    HEDDLE_TRY(
        std::visit([&](const auto& type) { return check_type(type, import.offset); }, import.type));
    const auto* global = std::get_if<GlobalType>(&import.type);
    if (global != nullptr && global->is_mutable) {
      HEDDLE_TRY(require(Feature::MutableGlobals, "import of a mutable global", import.offset));
    }
  }
  return {};
}

Result<void> FeatureCheck::check_tables() const {
  for (const Table& table : module_.tables) {
    HEDDLE_TRY(check_type(table.type, table.offset));
    if (!table.init) continue;
    HEDDLE_TRY(require(Feature::FunctionReferences, "a table with an initial value", table.offset));
    HEDDLE_TRY(check_constant(*table.init));
  }
  if (context_.tables.size() <= 1) return {};
  return require(Feature::ReferenceTypes, "several tables",
                 module_.tables.empty() ? 0 : module_.tables.back().offset, "multiple tables");
}

Result<void> FeatureCheck::check_memories() const {
  for (const Memory& memory : module_.memories) {
    HEDDLE_TRY(check_type(memory.type, memory.offset));
  }
  if (context_.memories.size() <= 1) return {};
  return require(Feature::MultiMemory, "several memories",
                 module_.memories.empty() ? 0 : module_.memories.back().offset,
                 "multiple memories");
}

Result<void> FeatureCheck::check_tags_and_globals() const {
  for (const Tag& tag : module_.tags) HEDDLE_TRY(check_type(tag.type, tag.offset));
  for (const Global& global : module_.globals) {
    HEDDLE_TRY(check_type(global.type, global.offset));
    HEDDLE_TRY(check_constant(global.init));
  }
  return {};
}

Result<void> FeatureCheck::check_exports() const {
  if (features_.has(Feature::MutableGlobals)) return {};
  for (const Export& item : module_.exports) {
    if (item.kind == ExternKind::Global && item.index < context_.globals.size() &&
        context_.globals[item.index]->is_mutable) {
      return require(Feature::MutableGlobals, "export of a mutable global", item.offset);
    }
  }
  return {};
}

Result<void> FeatureCheck::check_data(const DataSegment& segment) const {
  if (segment.mode == SegmentMode::Active) return check_constant(segment.start);
  return require(Feature::BulkMemory, "a passive data segment", segment.offset);
}

Result<void> FeatureCheck::check_element(const ElementSegment& segment) const {
  if (segment.mode == SegmentMode::Active) HEDDLE_TRY(check_constant(segment.start));
  if (segment.mode == SegmentMode::Passive) {
    HEDDLE_TRY(require(Feature::BulkMemory, "a passive elem segment", segment.offset));
  }
  if (segment.mode == SegmentMode::Declarative) {
    HEDDLE_TRY(require(Feature::ReferenceTypes, "a declarative elem segment", segment.offset));
  }
  // Lists of functions have always been there, and are (ref func) by the newest rules.
  const bool are_functions = segment.type.heap == HeapKind::Func;
  if (!are_functions) HEDDLE_TRY(check_value(segment.type, segment.offset));
  for (const Expression& item : segment.items) {
    const bool is_function =
        are_functions && item.code.size() == 2 && item.code.front().opcode == Opcode::RefFunc;
    if (!is_function) HEDDLE_TRY(check_constant(item));
  }
  return {};
}

Result<void> FeatureCheck::check_segments() const {
  for (const ElementSegment& segment : module_.elements) HEDDLE_TRY(check_element(segment));
  for (const DataSegment& segment : module_.datas) HEDDLE_TRY(check_data(segment));
  if (!module_.data_count) return {};
  return require(Feature::BulkMemory, "the data count section", 0);
}

// What is not constant without the feature was forbidden as such.
Result<void> FeatureCheck::check_constant(const Expression& expression) const {
  for (const Instruction& instruction : expression.code) {
    const OpcodeInfo& row = info(instruction.opcode);
    const Feature feature =
        is_extended_constant(instruction.opcode) ? Feature::ExtendedConst : row.feature;
    HEDDLE_TRY(require(feature, row.mnemonic, instruction.offset,
                       is_constant(instruction.opcode) ? "constant expression required" : ""));
    if (row.shape == Shape::GlobalGet && instruction.a >= context_.imported_globals &&
        instruction.a < context_.globals.size()) {
      HEDDLE_TRY(require(Feature::Gc, "global.get of a global that is not imported",
                         instruction.offset, fmt::format("unknown global {}", instruction.a)));
    }
    HEDDLE_TRY(check_immediates(expression, instruction));
  }
  return {};
}

Result<void> FeatureCheck::check_block_type(const Instruction& instruction) const {
  if (instruction.a == kBlockEmpty) return {};
  if (instruction.a == kBlockValue) {
    return check_value(decode_value_type(instruction.b), instruction.offset);
  }
  return require(Feature::MultiValue, "a block of a function type", instruction.offset);
}

Result<void> FeatureCheck::check_immediates(const Expression& expression,
                                            const Instruction& instruction) const {
  const auto check_code = [&](std::uint64_t code) {
    return check_value(decode_value_type(static_cast<std::uint32_t>(code)), instruction.offset);
  };
  switch (info(instruction.opcode).immediate) {  // NOLINT(clang-diagnostic-switch-enum)
    case ImmediateKind::BlockType:
    case ImmediateKind::TryTable:
      return check_block_type(instruction);
    case ImmediateKind::HeapType:
    case ImmediateKind::RefType:
      return check_code(instruction.b);
    case ImmediateKind::CastBranch:
      HEDDLE_TRY(check_code(instruction.b));
      return check_code(instruction.value);
    case ImmediateKind::SelectTypes:
      for (std::uint32_t i = 0; i < instruction.b; ++i) {
        HEDDLE_TRY(check_code(expression.pool.at(instruction.a + i)));
      }
      return {};
    default:
      return {};
  }
}

Result<void> FeatureCheck::check_body(const Expression& expression) const {
  for (const Instruction& instruction : expression.code) {
    const OpcodeInfo& row = info(instruction.opcode);
    HEDDLE_TRY(require(row.feature, row.mnemonic, instruction.offset));
    HEDDLE_TRY(check_immediates(expression, instruction));
  }
  return {};
}

Result<void> FeatureCheck::check_functions() const {
  for (const Function& function : module_.functions) {
    for (const LocalRun& run : function.locals) {
      HEDDLE_TRY(check_value(run.type, function.offset));
    }
    HEDDLE_TRY(check_body(function.body));
  }
  return {};
}

}  // namespace

Result<void> check_features(const Module& module, Features features) {
  return FeatureCheck(module, features).check();
}

}  // namespace heddle::engine
