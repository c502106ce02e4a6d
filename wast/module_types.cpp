// Types and type uses. Spec: text/types, text/modules "Type Uses".

#include <fmt/format.h>

#include <algorithm>

#include "wast/module_context.hpp"

namespace heddle::wast {

using engine::FunctionType;
using engine::ValueType;

bool TypeLess::operator()(const FunctionType& left, const FunctionType& right) const {
  const auto less = [](ValueType a, ValueType b) { return encode(a) < encode(b); };
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

bool at_reference_type(Cursor& cursor) {
  return cursor.at_keyword("funcref") || cursor.at_keyword("externref") || cursor.at_open("ref");
}

core::Result<engine::HeapKind> parse_heap_type(Cursor& cursor) {
  if (cursor.take_keyword("func")) return engine::HeapKind::Func;
  if (cursor.take_keyword("extern")) return engine::HeapKind::Extern;
  return cursor.unexpected();
}

core::Result<ValueType> parse_reference_type(Cursor& cursor) {
  if (cursor.take_keyword("funcref")) return engine::kFuncRef;
  if (cursor.take_keyword("externref")) return engine::kExternRef;
  // Later versions of the specification spell the same types out.
  if (!cursor.take_open("ref")) return cursor.unexpected();
  HEDDLE_TRY(cursor.expect_keyword("null"));
  HEDDLE_LET(const engine::HeapKind heap, parse_heap_type(cursor));
  HEDDLE_TRY(cursor.expect(TokenKind::Close));
  return ValueType{engine::TypeKind::Ref, heap, true};
}

core::Result<ValueType> parse_value_type(Cursor& cursor) {
  if (cursor.take_keyword("i32")) return engine::kI32;
  if (cursor.take_keyword("i64")) return engine::kI64;
  if (cursor.take_keyword("f32")) return engine::kF32;
  if (cursor.take_keyword("f64")) return engine::kF64;
  if (cursor.take_keyword("v128")) return ValueType{.kind = engine::TypeKind::V128};
  return parse_reference_type(cursor);
}

core::Result<engine::Limits> parse_limits(Cursor& cursor) {
  // The address type of 64-bit memories and tables: 32 bits may be said aloud.
  cursor.take_keyword("i32");
  engine::Limits limits;
  HEDDLE_LET(limits.min, cursor.expect_u32());
  if (cursor.at(TokenKind::Natural)) {
    HEDDLE_LET(limits.max, cursor.expect_u32());
  }
  return limits;
}

core::Result<engine::MemoryType> parse_memory_type(Cursor& cursor) {
  engine::MemoryType type;
  HEDDLE_LET(type.limits, parse_limits(cursor));
  type.shared = cursor.take_keyword("shared");
  return type;
}

core::Result<engine::TableType> parse_table_type(Cursor& cursor) {
  engine::TableType type;
  HEDDLE_LET(type.limits, parse_limits(cursor));
  HEDDLE_LET(type.element, parse_reference_type(cursor));
  return type;
}

core::Result<engine::GlobalType> parse_global_type(Cursor& cursor) {
  engine::GlobalType type;
  type.is_mutable = cursor.take_open("mut");
  HEDDLE_LET(type.type, parse_value_type(cursor));
  if (type.is_mutable) HEDDLE_TRY(cursor.expect(TokenKind::Close));
  return type;
}

std::uint32_t append_type(ModuleContext& context, FunctionType type) {
  context.type_indices.try_emplace(type, static_cast<std::uint32_t>(context.module.types.size()));
  return context.module.add_type(std::move(type));
}

core::Result<FunctionType> parse_function_type(Cursor& cursor, IndexSpace* parameters) {
  FunctionType type;
  while (cursor.take_open("param")) {
    const std::uint32_t offset = cursor.offset();
    if (parameters != nullptr && cursor.at(TokenKind::Id)) {
      const std::string_view name = *cursor.take_id();
      if (!parameters->add(name)) {
        return cursor.error(fmt::format("duplicate local ${}", name), offset);
      }
      HEDDLE_LET(const ValueType parameter, parse_value_type(cursor));
      type.parameters.push_back(parameter);
    } else {
      while (!cursor.at(TokenKind::Close)) {
        HEDDLE_LET(const ValueType parameter, parse_value_type(cursor));
        type.parameters.push_back(parameter);
        if (parameters != nullptr) parameters->add_unnamed();
      }
    }
    HEDDLE_TRY(cursor.expect(TokenKind::Close));
  }
  while (cursor.take_open("result")) {
    while (!cursor.at(TokenKind::Close)) {
      HEDDLE_LET(const ValueType result, parse_value_type(cursor));
      type.results.push_back(result);
    }
    cursor.advance();
  }
  // Said here, because the next thing a caller may find is that the type is not the one named.
  if (!type.results.empty() && cursor.at_open("param")) return cursor.unexpected();
  return type;
}

core::Result<TypeUse> parse_type_use(ModuleContext& context, IndexSpace* parameters) {
  Cursor& cursor = context.cursor;
  TypeUse use;
  use.offset = cursor.offset();
  if (cursor.take_open("type")) {
    HEDDLE_LET(use.index, parse_index(cursor, context.types, "type"));
    HEDDLE_TRY(cursor.expect(TokenKind::Close));
  }
  HEDDLE_LET(use.inline_type, parse_function_type(cursor, parameters));
  return use;
}

core::Result<std::uint32_t> resolve(ModuleContext& context, TypeUse use) {
  if (!use.index) {
    const auto found = context.type_indices.find(use.inline_type);
    if (found != context.type_indices.end()) return found->second;
    return append_type(context, std::move(use.inline_type));
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
