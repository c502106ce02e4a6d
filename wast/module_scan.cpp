// The first reading of a module: binds every name, finds the types, and checks what concerns the
// order of fields.

#include <fmt/format.h>

#include "wast/annotations.hpp"
#include "wast/module_context.hpp"

namespace heddle::wast {
namespace {

// What imports may not come after.
struct Scan {
  ModuleContext& context;
  std::string_view last_definition;
  bool has_start = false;
};

// The name in `(func $f ...)` and the like, after the keyword.
core::Result<bool> bind_extern(ModuleContext& context, std::string_view keyword) {
  engine::Names& names = context.module.names;
  if (keyword == "func") {
    HEDDLE_TRY(bind(context, context.functions, names.functions, "func"));
  } else if (keyword == "table") {
    HEDDLE_TRY(bind(context, context.tables, names.tables, "table"));
  } else if (keyword == "memory") {
    HEDDLE_TRY(bind(context, context.memories, names.memories, "memory"));
  } else if (keyword == "global") {
    HEDDLE_TRY(bind(context, context.globals, names.globals, "global"));
  } else if (keyword == "tag") {
    HEDDLE_TRY(bind(context, context.tags, names.tags, "tag"));
  } else {
    return false;
  }
  return true;
}

// "func" in a script, "function" in messages.
std::string_view definition_noun(std::string_view keyword) {
  return keyword == "func" ? "function" : keyword;
}

core::Result<void> bind_type(ModuleContext& context) {
  return bind(context, context.types, context.module.names.types, "type");
}

// After "(rec".
core::Result<void> scan_group(ModuleContext& context) {
  Cursor& cursor = context.cursor;
  while (cursor.at(TokenKind::Open)) {
    HEDDLE_TRY(cursor.expect_open("type"));
    HEDDLE_TRY(bind_type(context));
    HEDDLE_TRY(cursor.skip_to_close());
    HEDDLE_TRY(cursor.expect(TokenKind::Close));
  }
  return {};
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
  if (keyword == "table") {
    static_cast<void>(take_address_type(cursor));
    if (at_reference_type(cursor)) scan.context.elements.add_unnamed();
  } else if (keyword == "memory") {
    static_cast<void>(take_address_type(cursor));
    if (cursor.at_open("pagesize")) HEDDLE_TRY(parse_page_size(scan.context));
    if (cursor.at_open("data")) scan.context.datas.add_unnamed();
  }
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
  if (keyword == "type" || keyword == "rec") {
    context.type_offsets.push_back(offset);
    return keyword == "type" ? bind_type(context) : scan_group(context);
  }
  if (keyword == "import") return scan_import(scan, offset);
  if (keyword == "elem") {
    HEDDLE_TRY(bind(context, context.elements, context.module.names.elements, "elem"));
  } else if (keyword == "data") {
    HEDDLE_TRY(bind(context, context.datas, context.module.names.datas, "data"));
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

core::Result<void> bind(ModuleContext& context, IndexSpace& space, engine::NameMap& names,
                        std::string_view noun) {
  Cursor& cursor = context.cursor;
  std::optional<std::string> annotated;
  if (at_name_annotation(context)) {
    HEDDLE_LET(annotated, take_name_annotation(context));
  }
  const std::uint32_t index = space.count();
  const std::uint32_t offset = cursor.offset();
  const std::optional<std::string_view> name = cursor.take_id();
  if (!name) {
    space.add_unnamed();
  } else if (!space.add(*name)) {
    return cursor.error(fmt::format("duplicate {} ${}", noun, *name), offset);
  }
  if (!annotated && at_name_annotation(context)) {
    HEDDLE_LET(annotated, take_name_annotation(context));
  }
  // Indices grow, so the end is the place.
  if (annotated) {
    names.emplace_hint(names.end(), index, *std::move(annotated));
  } else if (name) {
    names.emplace_hint(names.end(), index, *name);
  }
  return {};
}

core::Result<void> scan_fields(ModuleContext& context) {
  Cursor& cursor = context.cursor;
  Scan scan{.context = context, .last_definition = {}};
  ModuleAnnotations annotations(context);
  HEDDLE_TRY(annotations.take(true));
  while (cursor.at(TokenKind::Open)) {
    const std::uint32_t offset = cursor.offset();
    cursor.advance();
    HEDDLE_TRY(scan_field(scan, offset));
    HEDDLE_TRY(cursor.skip_to_close());
    HEDDLE_TRY(cursor.expect(TokenKind::Close));
    HEDDLE_TRY(annotations.take(false));
  }
  annotations.finish();
  return {};
}

}  // namespace heddle::wast
