#include "wast/annotations.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "wast/lexer.hpp"
#include "wast/utf8.hpp"

namespace heddle::wast {
namespace {

using engine::Instruction;
using engine::Shape;

// Sections in the order of the binary format.
constexpr auto kSections = std::to_array<std::string_view>({
    "type",
    "import",
    "func",
    "table",
    "memory",
    "tag",
    "global",
    "export",
    "start",
    "elem",
    "datacount",
    "code",
    "data",
});
constexpr int kPlaceLast = 2 * static_cast<int>(kSections.size()) - 1;

// "@custom annotation: ..."
std::string_view title(AnnotationKind kind) {
  switch (kind) {
    case AnnotationKind::Custom:
      return "@custom annotation";
    case AnnotationKind::Name:
      return "@name annotation";
    case AnnotationKind::BranchHint:
      return "@metadata.code.branch_hint annotation";
  }
  return "";
}

// The tokens of one annotation.
class Contents {
 public:
  Contents(const ModuleContext& context, const Annotation& annotation)
      : cursor_(context.cursor), lexer_(context.module.source->text), annotation_(annotation) {
    lexer_.seek(annotation.contents);
    token_ = lexer_.next();
  }

  [[nodiscard]] bool at(TokenKind kind) const { return token_.kind == kind; }
  [[nodiscard]] std::string_view text() const { return lexer_.text(token_); }
  void advance() { token_ = lexer_.next(); }

  [[nodiscard]] std::unexpected<core::Error> error(std::string_view what) const {
    return cursor_.error(std::string(title(annotation_.kind)) + ": " + std::string(what),
                         annotation_.offset);
  }

  [[nodiscard]] core::Result<std::string> name(std::string_view missing) {
    if (!at(TokenKind::String)) return error(missing);
    std::string result = decode_string(text());
    if (!is_utf8(result)) return error("malformed UTF-8 encoding");
    advance();
    return result;
  }

  [[nodiscard]] std::string strings() {
    std::string bytes;
    for (; at(TokenKind::String); advance()) bytes += decode_string(text());
    return bytes;
  }

  [[nodiscard]] core::Result<void> close() {
    if (!at(TokenKind::Close)) return error("unexpected token");
    advance();
    return {};
  }

 private:
  const Cursor& cursor_;
  Lexer lexer_;
  const Annotation& annotation_;
  Token token_;
};

// `(before func)`: smaller places come first.
core::Result<int> parse_place(Contents& contents) {
  if (!contents.at(TokenKind::Open)) return kPlaceLast;
  contents.advance();
  const bool is_after = contents.text() == "after";
  if (!is_after && contents.text() != "before") return contents.error("malformed placement");
  contents.advance();
  const std::string_view word = contents.text();
  const auto found = std::ranges::find(kSections, word);
  auto section = static_cast<int>(found - kSections.begin());
  if (word == "first") section = 0;
  if (word == "last") section = static_cast<int>(kSections.size()) - 1;
  if (section == static_cast<int>(kSections.size())) {
    return contents.error("malformed section kind");
  }
  contents.advance();
  HEDDLE_TRY(contents.close());
  return 2 * section + (is_after ? 1 : 0);
}

core::Result<std::string> parse_name(ModuleContext& context, const Annotation& annotation) {
  Contents contents(context, annotation);
  HEDDLE_LET(std::string name, contents.name("missing name"));
  HEDDLE_TRY(contents.close());
  return name;
}

core::Result<void> check_hint(ModuleContext& context, const Annotation& annotation) {
  Contents contents(context, annotation);
  const std::string value = contents.strings();
  HEDDLE_TRY(contents.close());
  if (value.size() == 1 && (value[0] == '\0' || value[0] == '\1')) return {};
  return contents.error("invalid hint value");
}

Annotation* find_name(const ModuleContext& context) {
  Cursor& cursor = context.cursor;
  if (!cursor.has_annotations()) return nullptr;
  for (Annotation& annotation : cursor.annotations(cursor.previous_end(), cursor.offset())) {
    if (annotation.kind == AnnotationKind::Name && !annotation.is_taken) return &annotation;
  }
  return nullptr;
}

}  // namespace

bool at_name_annotation(const ModuleContext& context) { return find_name(context) != nullptr; }

core::Result<std::optional<std::string>> take_name_annotation(ModuleContext& context) {
  Annotation* annotation = find_name(context);
  if (annotation == nullptr) return std::nullopt;
  annotation->is_taken = true;
  HEDDLE_LET(std::string name, parse_name(context, *annotation));
  return name;
}

core::Result<void> ModuleAnnotations::take(bool is_before_fields) {
  Cursor& cursor = context_.cursor;
  if (!cursor.has_annotations()) return {};
  for (Annotation& annotation : cursor.annotations(cursor.previous_end(), cursor.offset())) {
    HEDDLE_TRY(take_one(annotation, is_before_fields));
  }
  return {};
}

core::Result<void> ModuleAnnotations::take_one(Annotation& annotation, bool is_before_fields) {
  if (annotation.kind == AnnotationKind::Custom) {
    Contents contents(context_, annotation);
    Placed custom;
    HEDDLE_LET(custom.section.name, contents.name("missing section name"));
    HEDDLE_LET(custom.place, parse_place(contents));
    const std::string bytes = contents.strings();
    custom.section.bytes.assign(bytes.begin(), bytes.end());
    HEDDLE_TRY(contents.close());
    customs_.push_back(std::move(custom));
  } else if (annotation.kind == AnnotationKind::Name && is_before_fields) {
    if (has_name_) {
      return context_.cursor.error("@name annotation: multiple module names", annotation.offset);
    }
    has_name_ = true;
    HEDDLE_LET(context_.module.name, parse_name(context_, annotation));
  } else {
    return {};  // misplaced: see check_all_taken
  }
  annotation.is_taken = true;
  return {};
}

void ModuleAnnotations::finish() {
  std::ranges::stable_sort(customs_, {}, &Placed::place);
  for (Placed& custom : customs_) context_.module.customs.push_back(std::move(custom.section));
}

// A hint belongs to the instruction whose text follows it.
core::Result<void> take_branch_hints(ModuleContext& context, std::uint32_t begin,
                                     const engine::Expression& body) {
  Cursor& cursor = context.cursor;
  if (!cursor.has_annotations()) return {};
  std::vector<Annotation*> hints;
  for (Annotation& annotation : cursor.annotations(begin, cursor.offset())) {
    if (annotation.kind == AnnotationKind::BranchHint) hints.push_back(&annotation);
  }
  if (hints.empty()) return {};
  std::vector<Instruction> code = body.code;
  std::ranges::stable_sort(code, {}, &Instruction::offset);
  const Instruction* last = nullptr;
  for (Annotation* hint : hints) {
    const auto fail = [&](std::string_view what) {
      return cursor.error(std::string(title(hint->kind)) + ": " + std::string(what), hint->offset);
    };
    HEDDLE_TRY(check_hint(context, *hint));
    const auto found = std::ranges::lower_bound(code, hint->offset, {}, &Instruction::offset);
    const Shape shape = found == code.end() ? Shape::End : info(found->opcode).shape;
    if (shape == Shape::End || shape == Shape::Else) return fail("invalid placement");
    if (&*found == last) return fail("duplicate annotation");
    if (shape != Shape::If && shape != Shape::BrIf) return fail("invalid target");
    last = &*found;
    hint->is_taken = true;
  }
  return {};
}

core::Result<void> check_all_taken(ModuleContext& context, std::uint32_t begin) {
  Cursor& cursor = context.cursor;
  if (!cursor.has_annotations()) return {};
  for (const Annotation& annotation : cursor.annotations(begin, cursor.offset())) {
    if (annotation.is_taken) continue;
    std::string message = "misplaced " + std::string(title(annotation.kind));
    if (annotation.kind == AnnotationKind::BranchHint) {
      message = std::string(title(annotation.kind)) + ": not in a function";
    }
    return cursor.error(std::move(message), annotation.offset);
  }
  return {};
}

}  // namespace heddle::wast
