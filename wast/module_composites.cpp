// The types of a module: recursive groups of function, structure and array types.
// Spec: text/types, "Composite Types", "Recursive Types".

#include "wast/annotations.hpp"
#include "wast/module_context.hpp"

namespace heddle::wast {
namespace {

using engine::FieldType;
using engine::StructType;
using engine::SubType;

// A value type, or one that only fields can have.
core::Result<engine::ValueType> parse_storage_type(ModuleContext& context) {
  if (context.cursor.take_keyword("i8")) return engine::ValueType{.kind = engine::TypeKind::I8};
  if (context.cursor.take_keyword("i16")) return engine::ValueType{.kind = engine::TypeKind::I16};
  return parse_value_type(context);
}

core::Result<FieldType> parse_field_type(ModuleContext& context) {
  FieldType field;
  field.is_mutable = context.cursor.take_open("mut");
  HEDDLE_LET(field.type, parse_storage_type(context));
  if (field.is_mutable) HEDDLE_TRY(context.cursor.expect(TokenKind::Close));
  return field;
}

// After "(struct". `type` is the index of the type, whose fields are to be named.
core::Result<StructType> parse_struct(ModuleContext& context, std::uint32_t type) {
  Cursor& cursor = context.cursor;
  StructType result;
  IndexSpace space;
  engine::NameMap names;
  while (cursor.take_open("field")) {
    if (cursor.at(TokenKind::Id) || at_name_annotation(context)) {
      HEDDLE_TRY(bind(context, space, names, "field"));
      HEDDLE_LET(const FieldType field, parse_field_type(context));
      result.fields.push_back(field);
    } else {
      while (!cursor.at(TokenKind::Close)) {
        HEDDLE_LET(const FieldType field, parse_field_type(context));
        result.fields.push_back(field);
        space.add_unnamed();
      }
    }
    HEDDLE_TRY(cursor.expect(TokenKind::Close));
  }
  if (!names.empty()) {
    context.fields.emplace(type, std::move(space));
    context.module.names.fields.emplace(type, std::move(names));
  }
  return result;
}

// `(func ...)`, `(struct ...)` or `(array ...)`.
core::Result<void> parse_composite(ModuleContext& context, std::uint32_t type, SubType& result) {
  Cursor& cursor = context.cursor;
  if (cursor.take_open("func")) {
    ParameterNames parameters;
    HEDDLE_LET(result.composite, parse_function_type(context, &parameters));
  } else if (cursor.take_open("struct")) {
    HEDDLE_LET(result.composite, parse_struct(context, type));
  } else {
    HEDDLE_TRY(cursor.expect_open("array"));
    HEDDLE_LET(const FieldType element, parse_field_type(context));
    result.composite = engine::ArrayType{element};
  }
  return cursor.expect(TokenKind::Close);
}

core::Result<SubType> parse_sub_type(ModuleContext& context, std::uint32_t type) {
  Cursor& cursor = context.cursor;
  SubType result;
  if (!cursor.take_open("sub")) {
    HEDDLE_TRY(parse_composite(context, type, result));
    return result;
  }
  result.is_final = cursor.take_keyword("final");
  while (cursor.at_index()) {
    HEDDLE_LET(const std::uint32_t super, parse_index(cursor, context.types, "type"));
    result.supertypes.push_back(super);
  }
  HEDDLE_TRY(parse_composite(context, type, result));
  HEDDLE_TRY(cursor.expect(TokenKind::Close));
  return result;
}

// `(type $t? ...)`
core::Result<void> parse_type(ModuleContext& context) {
  Cursor& cursor = context.cursor;
  HEDDLE_TRY(cursor.expect_open("type"));
  static_cast<void>(cursor.take_id());  // bound by the first reading
  const auto index = static_cast<std::uint32_t>(context.module.types.size());
  HEDDLE_LET(SubType type, parse_sub_type(context, index));
  context.module.types.push_back(std::move(type));
  return cursor.expect(TokenKind::Close);
}

void remember_function_type(ModuleContext& context, std::uint32_t index) {
  const SubType& type = context.module.types[index];
  if (type.function() == nullptr || !type.is_final || !type.supertypes.empty()) return;
  context.type_indices.try_emplace(*type.function(), index);
}

// At "(rec" or "(type".
core::Result<void> parse_group(ModuleContext& context) {
  Cursor& cursor = context.cursor;
  const auto begin = static_cast<std::uint32_t>(context.module.types.size());
  if (cursor.take_open("rec")) {
    while (cursor.at(TokenKind::Open)) HEDDLE_TRY(parse_type(context));
    HEDDLE_TRY(cursor.expect(TokenKind::Close));
  } else {
    HEDDLE_TRY(parse_type(context));
  }
  const auto count = static_cast<std::uint32_t>(context.module.types.size()) - begin;
  context.module.groups.push_back({.begin = begin, .count = count});
  if (count == 1) remember_function_type(context, begin);
  return {};
}

}  // namespace

core::Result<void> parse_types(ModuleContext& context) {
  for (const std::uint32_t offset : context.type_offsets) {
    context.cursor.seek(offset);
    HEDDLE_TRY(parse_group(context));
  }
  return {};
}

}  // namespace heddle::wast
