// The first reading of a module: binds every name, reads the types, and checks what concerns the
// order of fields.

#include <fmt/format.h>

#include "wast/module_context.hpp"

namespace heddle::wast {
namespace {

using engine::FunctionType;

// What imports may not come after.
struct Scan {
  ModuleContext& context;
  std::string_view last_definition;
  bool has_start = false;
};

core::Result<std::optional<std::string_view>> bind(Cursor& cursor, IndexSpace& space,
                                                   std::string_view noun) {
  const std::uint32_t offset = cursor.offset();
  const std::optional<std::string_view> name = cursor.take_id();
  if (!name) {
    space.add_unnamed();
  } else if (!space.add(*name)) {
    return cursor.error(fmt::format("duplicate {} ${}", noun, *name), offset);
  }
  return name;
}

core::Result<void> bind_function(ModuleContext& context) {
  const std::uint32_t index = context.functions.count();
  HEDDLE_LET(const auto name, bind(context.cursor, context.functions, "func"));
  if (name) context.module.names.functions.emplace(index, *name);
  return {};
}

// The name in `(func $f ...)` and the like, after the keyword.
core::Result<bool> bind_extern(ModuleContext& context, std::string_view keyword) {
  Cursor& cursor = context.cursor;
  if (keyword == "func") {
    HEDDLE_TRY(bind_function(context));
  } else if (keyword == "table") {
    HEDDLE_TRY(bind(cursor, context.tables, "table"));
  } else if (keyword == "memory") {
    HEDDLE_TRY(bind(cursor, context.memories, "memory"));
  } else if (keyword == "global") {
    HEDDLE_TRY(bind(cursor, context.globals, "global"));
  } else {
    return false;
  }
  return true;
}

// "func" in a script, "function" in messages.
std::string_view definition_noun(std::string_view keyword) {
  return keyword == "func" ? "function" : keyword;
}

core::Result<void> scan_type(ModuleContext& context) {
  Cursor& cursor = context.cursor;
  HEDDLE_TRY(bind(cursor, context.types, "type"));
  HEDDLE_TRY(cursor.expect_open("func"));
  IndexSpace parameters;
  HEDDLE_LET(FunctionType type, parse_function_type(cursor, &parameters));
  static_cast<void>(append_type(context, std::move(type)));
  return cursor.expect(TokenKind::Close);
}

core::Result<void> check_import_order(const Scan& scan, std::uint32_t offset) {
  if (scan.last_definition.empty()) return {};
  return scan.context.cursor.error(fmt::format("import after {}", scan.last_definition), offset);
}

core::Result<void> scan_import(Scan& scan, std::uint32_t offset) {
  Cursor& cursor = scan.context.cursor;
  HEDDLE_TRY(check_import_order(scan, offset));
  HEDDLE_TRY(cursor.expect_name());
  HEDDLE_TRY(cursor.expect_name());
  HEDDLE_TRY(cursor.expect(TokenKind::Open));
  const std::string_view keyword = cursor.at(TokenKind::Keyword) ? cursor.text() : "";
  const std::uint32_t keyword_offset = cursor.offset();
  cursor.advance();
  HEDDLE_LET(const bool is_extern, bind_extern(scan.context, keyword));
  if (!is_extern) {
    cursor.seek(keyword_offset);
    return cursor.unexpected();
  }
  HEDDLE_TRY(cursor.skip_to_close());
  return cursor.expect(TokenKind::Close);
}

// After the keyword and name of a definition: is it an import, does it bring a segment?
core::Result<void> scan_definition(Scan& scan, std::string_view keyword, std::uint32_t offset) {
  Cursor& cursor = scan.context.cursor;
  while (cursor.take_open("export")) {
    HEDDLE_TRY(cursor.skip_to_close());
    HEDDLE_TRY(cursor.expect(TokenKind::Close));
  }
  if (cursor.at_open("import")) return check_import_order(scan, offset);
  scan.last_definition = definition_noun(keyword);
  if (keyword == "table" && at_reference_type(cursor)) scan.context.elements.add_unnamed();
  if (keyword == "memory" && cursor.at_open("data")) scan.context.datas.add_unnamed();
  return {};
}

// After the opening parenthesis of a field.
core::Result<void> scan_field(Scan& scan, std::uint32_t offset) {
  ModuleContext& context = scan.context;
  Cursor& cursor = context.cursor;
  if (!cursor.at(TokenKind::Keyword)) return cursor.unexpected();
  const std::string_view keyword = cursor.text();
  const std::uint32_t keyword_offset = cursor.offset();
  cursor.advance();
  if (keyword == "type") return scan_type(context);
  if (keyword == "import") return scan_import(scan, offset);
  if (keyword == "elem") {
    HEDDLE_TRY(bind(cursor, context.elements, "elem"));
  } else if (keyword == "data") {
    HEDDLE_TRY(bind(cursor, context.datas, "data"));
  } else if (keyword == "start") {
    if (scan.has_start) return cursor.error("multiple start sections", offset);
    scan.has_start = true;
  } else if (keyword != "export") {
    HEDDLE_LET(const bool is_extern, bind_extern(context, keyword));
    if (!is_extern) {
      cursor.seek(keyword_offset);
      return cursor.unexpected();
    }
    return scan_definition(scan, keyword, offset);
  }
  return {};
}

}  // namespace

core::Result<void> scan_fields(ModuleContext& context) {
  Cursor& cursor = context.cursor;
  Scan scan{.context = context, .last_definition = {}};
  while (cursor.at(TokenKind::Open)) {
    const std::uint32_t offset = cursor.offset();
    cursor.advance();
    HEDDLE_TRY(scan_field(scan, offset));
    HEDDLE_TRY(cursor.skip_to_close());
    HEDDLE_TRY(cursor.expect(TokenKind::Close));
  }
  return {};
}

}  // namespace heddle::wast
