#include "wast/module_parser.hpp"

#include "wast/annotations.hpp"
#include "wast/module_context.hpp"
#include "wast/parse.hpp"

namespace heddle::wast {

core::Result<engine::Module> parse_module_fields(Cursor& cursor,
                                                 const std::shared_ptr<const core::Source>& source,
                                                 std::string name,
                                                 const engine::Features& features) {
  ModuleContext context(cursor, features);
  context.module.source = source;
  context.module.name = std::move(name);
  const std::uint32_t begin = cursor.offset();
  const std::uint32_t annotations_begin = cursor.previous_end();
  HEDDLE_TRY(scan_fields(context));
  if (!cursor.at(TokenKind::Close) && !cursor.at(TokenKind::End)) return cursor.unexpected();
  HEDDLE_TRY(parse_types(context));
  cursor.seek(begin);
  HEDDLE_TRY(parse_fields(context));
  HEDDLE_TRY(check_all_taken(context, annotations_begin));
  return std::move(context.module);
}

core::Result<void> check_size(const core::Source& source) {
  if (source.text.size() <= kTextBytesMax) return {};
  return core::make_error("text is longer than 4 GiB", {.file = source.file});
}

core::Result<engine::Module> parse_module(std::shared_ptr<const core::Source> text,
                                          const engine::Features& features) {
  const std::shared_ptr<const core::Source> source = std::move(text);
  HEDDLE_TRY(check_size(*source));
  Cursor cursor(*source);
  std::string name;
  const bool is_wrapped = cursor.take_open("module");
  if (is_wrapped) {
    cursor.take_keyword("definition");
    name = cursor.take_id().value_or("");
  }
  HEDDLE_LET(engine::Module module, parse_module_fields(cursor, source, std::move(name), features));
  if (is_wrapped) HEDDLE_TRY(cursor.expect(TokenKind::Close));
  HEDDLE_TRY(cursor.expect(TokenKind::End));
  return module;
}

}  // namespace heddle::wast
