// Types and type uses. Spec: text/types, text/modules "Type Uses".

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>

#include "wast/module_context.hpp"
#include "wast/number.hpp"

namespace heddle::wast {

using engine::FunctionType;
using engine::HeapKind;
using engine::ValueType;

bool TypeLess::operator()(const FunctionType& left, const FunctionType& right) const {
  const auto key = [](ValueType type) { return encode(type) | std::uint64_t{type.index} << 32; };
  const auto less = [&](ValueType a, ValueType b) { return key(a) < key(b); };
  if (left.parameters != right.parameters) {
    return std::ranges::lexicographical_compare(left.parameters, right.parameters, less);
  }
  return std::ranges::lexicographical_compare(left.results, right.results, less);
}

core::Result<std::uint32_t> parse_index(Cursor& cursor, const IndexSpace& space,
                                        std::string_view noun) {
  if (!cursor.at(TokenKind::Id)) return cursor.expect_u32();
  const std::uint32_t offset = cursor.offset();
  const std::string_view name = *cursor.take_id();
  if (const auto index = space.find(name)) return *index;
  return cursor.error(fmt::format("unknown {} ${}", noun, name), offset);
}

namespace {

struct HeapName {
  std::string_view keyword;    // `any`
  std::string_view reference;  // `anyref`: the nullable reference
  HeapKind heap;
};
constexpr auto kHeapNames = std::to_array<HeapName>({
    {"func", "funcref", HeapKind::Func},
    {"extern", "externref", HeapKind::Extern},
    {"any", "anyref", HeapKind::Any},
    {"eq", "eqref", HeapKind::Eq},
    {"i31", "i31ref", HeapKind::I31},
    {"struct", "structref", HeapKind::Struct},
    {"array", "arrayref", HeapKind::Array},
    {"none", "nullref", HeapKind::None},
    {"nofunc", "nullfuncref", HeapKind::NoFunc},
    {"noextern", "nullexternref", HeapKind::NoExtern},
    {"exn", "exnref", HeapKind::Exn},
    {"noexn", "nullexnref", HeapKind::NoExn},
});

const HeapName* find_reference(const Cursor& cursor) {
  if (!cursor.at(TokenKind::Keyword) || !cursor.text().ends_with("ref")) return nullptr;
  const auto found = std::ranges::find(kHeapNames, cursor.text(), &HeapName::reference);
  return found == kHeapNames.end() ? nullptr : &*found;
}

core::Result<std::uint64_t> parse_limit(const ModuleContext& context) {
  Cursor& cursor = context.cursor;
  if (!cursor.at(TokenKind::Natural)) return cursor.unexpected();
  const auto limit = parse_natural(cursor.text(), context.edition.size_max);
  if (!limit) return cursor.error(std::string(context.edition.size_error));
  cursor.advance();
  return *limit;
}

}  // namespace

bool at_reference_type(Cursor& cursor) {
  return find_reference(cursor) != nullptr || cursor.at_open("ref");
}

std::optional<HeapKind> take_abstract_heap_type(Cursor& cursor) {
  if (!cursor.at(TokenKind::Keyword)) return std::nullopt;
  const auto found = std::ranges::find(kHeapNames, cursor.text(), &HeapName::keyword);
  if (found == kHeapNames.end()) return std::nullopt;
  cursor.advance();
  return found->heap;
}

core::Result<ValueType> parse_heap_type(ModuleContext& context) {
  if (context.cursor.at_index()) {
    HEDDLE_LET(const std::uint32_t index, parse_index(context.cursor, context.types, "type"));
    return engine::defined_ref_type(index, true);
  }
  const auto heap = take_abstract_heap_type(context.cursor);
  if (!heap) return context.cursor.unexpected();
  return engine::ref_type(*heap, true);
}

core::Result<ValueType> parse_reference_type(ModuleContext& context) {
  Cursor& cursor = context.cursor;
  if (const HeapName* name = find_reference(cursor)) {
    cursor.advance();
    return engine::ref_type(name->heap, true);
  }
  HEDDLE_TRY(cursor.expect_open("ref"));
  const bool is_nullable = cursor.take_keyword("null");
  HEDDLE_LET(const ValueType type, parse_heap_type(context));
  HEDDLE_TRY(cursor.expect(TokenKind::Close));
  return type.with_nullable(is_nullable);
}

core::Result<ValueType> parse_value_type(ModuleContext& context) {
  Cursor& cursor = context.cursor;
  if (cursor.take_keyword("i32")) return engine::kI32;
  if (cursor.take_keyword("i64")) return engine::kI64;
  if (cursor.take_keyword("f32")) return engine::kF32;
  if (cursor.take_keyword("f64")) return engine::kF64;
  if (cursor.take_keyword("v128")) return engine::kV128;
  return parse_reference_type(context);
}

engine::AddressType take_address_type(Cursor& cursor) {
  if (cursor.take_keyword("i64")) return engine::AddressType::I64;
  cursor.take_keyword("i32");
  return engine::AddressType::I32;
}

// What is too large for the address type is the validator's to say.
core::Result<engine::Limits> parse_limits(ModuleContext& context) {
  engine::Limits limits;
  HEDDLE_LET(limits.min, parse_limit(context));
  if (context.cursor.at(TokenKind::Natural)) {
    HEDDLE_LET(limits.max, parse_limit(context));
  }
  return limits;
}

core::Result<std::uint8_t> parse_page_size(ModuleContext& context) {
  Cursor& cursor = context.cursor;
  if (!cursor.take_open("pagesize")) return engine::kPageBytesLog2;
  const std::uint32_t offset = cursor.offset();
  HEDDLE_LET(const std::uint64_t bytes, parse_limit(context));
  if (!std::has_single_bit(bytes)) return cursor.error("invalid custom page size", offset);
  HEDDLE_TRY(cursor.expect(TokenKind::Close));
  return static_cast<std::uint8_t>(std::countr_zero(bytes));
}

core::Result<engine::MemoryType> parse_memory_type(ModuleContext& context) {
  engine::MemoryType type;
  type.address = take_address_type(context.cursor);
  HEDDLE_LET(type.limits, parse_limits(context));
  type.shared = context.cursor.take_keyword("shared");
  HEDDLE_LET(type.page_bytes_log2, parse_page_size(context));
  return type;
}

core::Result<engine::TableType> parse_table_type(ModuleContext& context) {
  engine::TableType type;
  type.address = take_address_type(context.cursor);
  HEDDLE_LET(type.limits, parse_limits(context));
  HEDDLE_LET(type.element, parse_reference_type(context));
  return type;
}

core::Result<engine::GlobalType> parse_global_type(ModuleContext& context) {
  engine::GlobalType type;
  type.is_mutable = context.cursor.take_open("mut");
  HEDDLE_LET(type.type, parse_value_type(context));
  if (type.is_mutable) HEDDLE_TRY(context.cursor.expect(TokenKind::Close));
  return type;
}

namespace {

// After "(param".
core::Result<void> parse_parameters(ModuleContext& context, ParameterNames* names,
                                    FunctionType& type) {
  Cursor& cursor = context.cursor;
  if (names != nullptr && cursor.at(TokenKind::Id)) {
    HEDDLE_TRY(bind(context, names->space, names->names, "local"));
    HEDDLE_LET(const ValueType parameter, parse_value_type(context));
    type.parameters.push_back(parameter);
    return {};
  }
  while (!cursor.at(TokenKind::Close)) {
    HEDDLE_LET(const ValueType parameter, parse_value_type(context));
    type.parameters.push_back(parameter);
    if (names != nullptr) names->space.add_unnamed();
  }
  return {};
}

}  // namespace

core::Result<FunctionType> parse_function_type(ModuleContext& context, ParameterNames* parameters) {
  Cursor& cursor = context.cursor;
  FunctionType type;
  while (cursor.take_open("param")) {
    HEDDLE_TRY(parse_parameters(context, parameters, type));
    HEDDLE_TRY(cursor.expect(TokenKind::Close));
  }
  while (cursor.take_open("result")) {
    while (!cursor.at(TokenKind::Close)) {
      HEDDLE_LET(const ValueType result, parse_value_type(context));
      type.results.push_back(result);
    }
    cursor.advance();
  }
  // Said here, because the next thing a caller may find is that the type is not the one named.
  if (!type.results.empty() && cursor.at_open("param")) return cursor.unexpected();
  return type;
}

core::Result<TypeUse> parse_type_use(ModuleContext& context, ParameterNames* parameters) {
  Cursor& cursor = context.cursor;
  TypeUse use;
  use.offset = cursor.offset();
  if (cursor.take_open("type")) {
    HEDDLE_LET(use.index, parse_index(cursor, context.types, "type"));
    HEDDLE_TRY(cursor.expect(TokenKind::Close));
  }
  HEDDLE_LET(use.inline_type, parse_function_type(context, parameters));
  return use;
}

core::Result<std::uint32_t> resolve(ModuleContext& context, TypeUse use) {
  if (!use.index) {
    const auto found = context.type_indices.find(use.inline_type);
    if (found != context.type_indices.end()) return found->second;
    const auto index = static_cast<std::uint32_t>(context.module.types.size());
    context.type_indices.emplace(use.inline_type, index);
    return context.module.add_type(std::move(use.inline_type));
  }
  // Without inline parts, the validator judges the index.
  if (use.inline_type == FunctionType{}) return *use.index;
  if (*use.index >= context.module.types.size()) {
    return context.cursor.error(fmt::format("unknown type {}", *use.index), use.offset);
  }
  const FunctionType* meant = context.module.types[*use.index].function();
  if (meant == nullptr || use.inline_type != *meant) {
    return context.cursor.error("inline function type does not match the type used", use.offset);
  }
  return *use.index;
}

}  // namespace heddle::wast
