// The second reading of a module: definitions, imports and exports. Spec: text/modules.

#include <array>

#include "wast/annotations.hpp"
#include "wast/module_context.hpp"

namespace heddle::wast {
namespace {

using engine::ExternKind;

// Reads the fields in order. The counters say which index the next definition has.
class FieldParser {
 public:
  explicit FieldParser(ModuleContext& context)
      : context_(context), cursor_(context.cursor), module_(context.module) {}

  core::Result<void> parse();

 private:
  core::Result<void> parse_field(std::uint32_t offset);
  core::Result<void> parse_import(std::uint32_t offset);
  core::Result<void> parse_export(std::uint32_t offset);
  core::Result<void> parse_start(std::uint32_t offset);
  core::Result<void> parse_func(std::uint32_t offset);
  core::Result<void> parse_table(std::uint32_t offset);
  core::Result<void> parse_memory(std::uint32_t offset);
  core::Result<void> parse_global(std::uint32_t offset);
  core::Result<void> parse_tag(std::uint32_t offset);

  core::Result<engine::ImportType> parse_import_type(ExternKind kind, std::uint32_t index);
  std::optional<ExternKind> take_extern_kind();
  core::Result<std::uint32_t> parse_extern_index(ExternKind kind);
  core::Result<void> parse_inline_exports(ExternKind kind, std::uint32_t index);
  core::Result<bool> parse_inline_import(ExternKind kind, std::uint32_t index,
                                         std::uint32_t offset);
  core::Result<void> parse_locals(engine::Function& function, ParameterNames& locals,
                                  bool is_known);
  core::Result<std::uint32_t> parse_tag_type();
  void name_locals(std::uint32_t function, engine::NameMap names);
  std::uint32_t take_index(ExternKind kind) { return next_.at(static_cast<std::size_t>(kind))++; }

  ModuleContext& context_;
  Cursor& cursor_;
  engine::Module& module_;
  std::array<std::uint32_t, 5> next_ = {};
};

std::optional<ExternKind> FieldParser::take_extern_kind() {
  if (cursor_.take_keyword("func")) return ExternKind::Function;
  if (cursor_.take_keyword("table")) return ExternKind::Table;
  if (cursor_.take_keyword("memory")) return ExternKind::Memory;
  if (cursor_.take_keyword("global")) return ExternKind::Global;
  if (cursor_.take_keyword("tag")) return ExternKind::Tag;
  return std::nullopt;
}

core::Result<std::uint32_t> FieldParser::parse_extern_index(ExternKind kind) {
  switch (kind) {
    case ExternKind::Function:
      return parse_index(cursor_, context_.functions, "function");
    case ExternKind::Table:
      return parse_index(cursor_, context_.tables, "table");
    case ExternKind::Memory:
      return parse_index(cursor_, context_.memories, "memory");
    case ExternKind::Global:
      return parse_index(cursor_, context_.globals, "global");
    case ExternKind::Tag:
      return parse_index(cursor_, context_.tags, "tag");
  }
  return cursor_.unexpected();
}

void FieldParser::name_locals(std::uint32_t function, engine::NameMap names) {
  auto& locals = module_.names.locals;
  if (!names.empty()) locals.emplace_hint(locals.end(), function, std::move(names));
}

// The type that an import asks for; `index` is that of the import among those of its kind.
core::Result<engine::ImportType> FieldParser::parse_import_type(ExternKind kind,
                                                                std::uint32_t index) {
  switch (kind) {
    case ExternKind::Function: {
      ParameterNames parameters;
      HEDDLE_LET(TypeUse use, parse_type_use(context_, &parameters));
      HEDDLE_LET(const std::uint32_t type, resolve(context_, std::move(use)));
      name_locals(index, std::move(parameters.names));
      return engine::FunctionImport{type};
    }
    case ExternKind::Table:
      return parse_table_type(context_);
    case ExternKind::Memory:
      return parse_memory_type(context_);
    case ExternKind::Global:
      return parse_global_type(context_);
    case ExternKind::Tag: {
      HEDDLE_LET(const std::uint32_t type, parse_tag_type());
      return engine::TagType{type};
    }
  }
  return cursor_.unexpected();
}

core::Result<void> FieldParser::parse_import(std::uint32_t offset) {
  engine::Import import{.module = {}, .name = {}, .type = {}, .offset = offset};
  HEDDLE_LET(import.module, cursor_.expect_name());
  HEDDLE_LET(import.name, cursor_.expect_name());
  HEDDLE_TRY(cursor_.expect(TokenKind::Open));
  const auto kind = take_extern_kind();
  if (!kind) return cursor_.unexpected();
  const std::uint32_t index = take_index(*kind);
  static_cast<void>(cursor_.take_id());
  HEDDLE_LET(import.type, parse_import_type(*kind, index));
  module_.imports.push_back(std::move(import));
  return cursor_.expect(TokenKind::Close);
}

core::Result<void> FieldParser::parse_export(std::uint32_t offset) {
  engine::Export result{.name = {}, .offset = offset};
  HEDDLE_LET(result.name, cursor_.expect_name());
  HEDDLE_TRY(cursor_.expect(TokenKind::Open));
  const auto kind = take_extern_kind();
  if (!kind) return cursor_.unexpected();
  result.kind = *kind;
  HEDDLE_LET(result.index, parse_extern_index(*kind));
  module_.exports.push_back(std::move(result));
  return cursor_.expect(TokenKind::Close);
}

core::Result<void> FieldParser::parse_start(std::uint32_t offset) {
  module_.start_offset = offset;
  HEDDLE_LET(module_.start, parse_index(cursor_, context_.functions, "function"));
  return {};
}

core::Result<void> FieldParser::parse_inline_exports(ExternKind kind, std::uint32_t index) {
  while (cursor_.at_open("export")) {
    const std::uint32_t offset = cursor_.offset();
    cursor_.take_open("export");
    HEDDLE_LET(std::string name, cursor_.expect_name());
    HEDDLE_TRY(cursor_.expect(TokenKind::Close));
    module_.exports.push_back({std::move(name), kind, index, offset});
  }
  return {};
}

// `(import "m" "n")` and the type that follows it; false if there is none.
core::Result<bool> FieldParser::parse_inline_import(ExternKind kind, std::uint32_t index,
                                                    std::uint32_t offset) {
  if (!cursor_.take_open("import")) return false;
  engine::Import import{.module = {}, .name = {}, .type = {}, .offset = offset};
  HEDDLE_LET(import.module, cursor_.expect_name());
  HEDDLE_LET(import.name, cursor_.expect_name());
  HEDDLE_TRY(cursor_.expect(TokenKind::Close));
  HEDDLE_LET(import.type, parse_import_type(kind, index));
  module_.imports.push_back(std::move(import));
  return true;
}

core::Result<void> FieldParser::parse_locals(engine::Function& function, ParameterNames& locals,
                                             bool is_known) {
  const auto parse_one = [&]() -> core::Result<void> {
    HEDDLE_LET(const engine::ValueType type, parse_value_type(context_));
    if (function.locals.empty() || function.locals.back().type != type) {
      function.locals.push_back({0, type});
    }
    ++function.locals.back().count;
    return {};
  };
  while (cursor_.take_open("local")) {
    if (cursor_.at(TokenKind::Id) || at_name_annotation(context_)) {
      // Without the number of parameters, the name has no index.
      if (!is_known) return cursor_.error("unknown type");
      HEDDLE_TRY(bind(context_, locals.space, locals.names, "local"));
      HEDDLE_TRY(parse_one());
    } else {
      while (!cursor_.at(TokenKind::Close)) {
        HEDDLE_TRY(parse_one());
        locals.space.add_unnamed();
      }
    }
    HEDDLE_TRY(cursor_.expect(TokenKind::Close));
  }
  return {};
}

core::Result<void> FieldParser::parse_func(std::uint32_t offset) {
  const std::uint32_t index = take_index(ExternKind::Function);
  HEDDLE_TRY(parse_inline_exports(ExternKind::Function, index));
  HEDDLE_LET(const bool is_import, parse_inline_import(ExternKind::Function, index, offset));
  if (is_import) return {};
  engine::Function function;
  function.offset = offset;
  ParameterNames locals;
  HEDDLE_LET(TypeUse use, parse_type_use(context_, &locals));
  HEDDLE_LET(function.type, resolve(context_, std::move(use)));
  const engine::FunctionType* type =
      function.type < module_.types.size() ? module_.types[function.type].function() : nullptr;
  if (type != nullptr) {
    // `(type $t)` alone gives the parameters, without names.
    const auto parameters = static_cast<std::uint32_t>(type->parameters.size());
    locals.space.add_unnamed(parameters - locals.space.count());
  }
  HEDDLE_TRY(parse_locals(function, locals, type != nullptr));
  engine::NameMap labels;
  const std::uint32_t body_begin = cursor_.previous_end();
  HEDDLE_LET(function.body, parse_body(context_, locals.space, labels));
  HEDDLE_TRY(take_branch_hints(context_, body_begin, function.body));
  name_locals(index, std::move(locals.names));
  auto& all_labels = module_.names.labels;
  if (!labels.empty()) all_labels.emplace_hint(all_labels.end(), index, std::move(labels));
  module_.functions.push_back(std::move(function));
  return {};
}

core::Result<void> FieldParser::parse_table(std::uint32_t offset) {
  const std::uint32_t index = take_index(ExternKind::Table);
  HEDDLE_TRY(parse_inline_exports(ExternKind::Table, index));
  HEDDLE_LET(const bool is_import, parse_inline_import(ExternKind::Table, index, offset));
  if (is_import) return {};
  engine::Table table{.type = {}, .init = {}, .offset = offset};
  table.type.address = take_address_type(cursor_);
  if (at_reference_type(cursor_)) {
    HEDDLE_LET(table.type.element, parse_reference_type(context_));
    HEDDLE_TRY(cursor_.expect_open("elem"));
    HEDDLE_TRY(parse_inline_elem(context_, index, table.type));
    table.type.limits.min = module_.elements.back().items.size();
    table.type.limits.max = table.type.limits.min;
  } else {
    HEDDLE_LET(table.type.limits, parse_limits(context_));
    HEDDLE_LET(table.type.element, parse_reference_type(context_));
    if (!cursor_.at(TokenKind::Close)) {
      HEDDLE_LET(table.init, parse_constant(context_));
    }
  }
  module_.tables.push_back(std::move(table));
  return {};
}

core::Result<void> FieldParser::parse_memory(std::uint32_t offset) {
  const std::uint32_t index = take_index(ExternKind::Memory);
  HEDDLE_TRY(parse_inline_exports(ExternKind::Memory, index));
  HEDDLE_LET(const bool is_import, parse_inline_import(ExternKind::Memory, index, offset));
  if (is_import) return {};
  engine::Memory memory{.type = {}, .offset = offset};
  memory.type.address = take_address_type(cursor_);
  const bool has_data = cursor_.at(TokenKind::Open);
  if (!has_data) {
    HEDDLE_LET(memory.type.limits, parse_limits(context_));
    memory.type.shared = cursor_.take_keyword("shared");
  }
  HEDDLE_LET(memory.type.page_bytes_log2, parse_page_size(context_));
  if (has_data) {
    HEDDLE_TRY(cursor_.expect_open("data"));
    HEDDLE_TRY(parse_inline_data(context_, index, memory.type.address));
    const std::uint64_t bytes = module_.datas.back().bytes.size();
    const std::uint64_t page_bytes = std::uint64_t{1} << memory.type.page_bytes_log2;
    memory.type.limits.min = bytes / page_bytes + (bytes % page_bytes != 0 ? 1 : 0);
    memory.type.limits.max = memory.type.limits.min;
  }
  module_.memories.push_back(memory);
  return {};
}

core::Result<std::uint32_t> FieldParser::parse_tag_type() {
  ParameterNames parameters;
  HEDDLE_LET(TypeUse use, parse_type_use(context_, &parameters));
  return resolve(context_, std::move(use));
}

core::Result<void> FieldParser::parse_tag(std::uint32_t offset) {
  const std::uint32_t index = take_index(ExternKind::Tag);
  HEDDLE_TRY(parse_inline_exports(ExternKind::Tag, index));
  HEDDLE_LET(const bool is_import, parse_inline_import(ExternKind::Tag, index, offset));
  if (is_import) return {};
  HEDDLE_LET(const std::uint32_t type, parse_tag_type());
  module_.tags.push_back({.type = {type}, .offset = offset});
  return {};
}

core::Result<void> FieldParser::parse_global(std::uint32_t offset) {
  const std::uint32_t index = take_index(ExternKind::Global);
  HEDDLE_TRY(parse_inline_exports(ExternKind::Global, index));
  HEDDLE_LET(const bool is_import, parse_inline_import(ExternKind::Global, index, offset));
  if (is_import) return {};
  engine::Global global;
  global.offset = offset;
  HEDDLE_LET(global.type, parse_global_type(context_));
  HEDDLE_LET(global.init, parse_constant(context_));
  module_.globals.push_back(std::move(global));
  return {};
}

// After the opening parenthesis. The first reading has seen that the keyword is one of these, and
// has bound the name that may follow it.
core::Result<void> FieldParser::parse_field(std::uint32_t offset) {
  const std::string_view keyword = cursor_.text();
  cursor_.advance();
  if (keyword == "type" || keyword == "rec") return cursor_.skip_to_close();
  if (keyword == "import") return parse_import(offset);
  if (keyword == "export") return parse_export(offset);
  if (keyword == "start") return parse_start(offset);
  static_cast<void>(cursor_.take_id());
  if (keyword == "func") return parse_func(offset);
  if (keyword == "table") return parse_table(offset);
  if (keyword == "memory") return parse_memory(offset);
  if (keyword == "global") return parse_global(offset);
  if (keyword == "tag") return parse_tag(offset);
  if (keyword == "elem") return parse_elem(context_, offset);
  if (keyword == "data") return parse_data(context_, offset);
  return cursor_.unexpected();
}

core::Result<void> FieldParser::parse() {
  while (cursor_.at(TokenKind::Open)) {
    const std::uint32_t offset = cursor_.offset();
    cursor_.advance();
    HEDDLE_TRY(parse_field(offset));
    HEDDLE_TRY(cursor_.expect(TokenKind::Close));
  }
  return {};
}

}  // namespace

core::Result<void> parse_fields(ModuleContext& context) { return FieldParser(context).parse(); }

}  // namespace heddle::wast
