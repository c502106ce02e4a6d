#include "wast/cursor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "engine/syntax/instruction.hpp"
#include "wast/number.hpp"
#include "wast/utf8.hpp"

namespace heddle::wast {
namespace {

// Words with a meaning that are not mnemonics, sorted: elsewhere they are "unexpected", not
// unknown.
constexpr auto kKeywords = std::to_array<std::string_view>({
    "any",
    "anyref",
    "array",
    "arrayref",
    "assert_exception",
    "assert_exhaustion",
    "assert_invalid",
    "assert_invalid_custom",
    "assert_malformed",
    "assert_malformed_custom",
    "assert_return",
    "assert_suspension",
    "assert_trap",
    "assert_unlinkable",
    "binary",
    "catch",
    "catch_all",
    "catch_all_ref",
    "catch_ref",
    "data",
    "declare",
    "definition",
    "either",
    "elem",
    "eq",
    "eqref",
    "exn",
    "exnref",
    "export",
    "extern",
    "externref",
    "f32",
    "f32x4",
    "f64",
    "f64x2",
    "field",
    "final",
    "func",
    "funcref",
    "get",
    "global",
    "i16",
    "i16x8",
    "i31",
    "i31ref",
    "i32",
    "i32x4",
    "i64",
    "i64x2",
    "i8",
    "i8x16",
    "import",
    "input",
    "instance",
    "invoke",
    "item",
    "local",
    "memory",
    "module",
    "mut",
    "nan:arithmetic",
    "nan:canonical",
    "noexn",
    "noextern",
    "nofunc",
    "none",
    "null",
    "nullexnref",
    "nullexternref",
    "nullfuncref",
    "nullref",
    "offset",
    "output",
    "pagesize",
    "param",
    "quote",
    "rec",
    "ref",
    "ref.any",
    "ref.array",
    "ref.exn",
    "ref.extern",
    "ref.host",
    "ref.struct",
    "register",
    "result",
    "script",
    "shared",
    "start",
    "struct",
    "structref",
    "sub",
    "table",
    "tag",
    "then",
    "thread",
    "type",
    "v128",
    "v128.const",
    "wait",
});
static_assert(std::ranges::is_sorted(kKeywords));

bool is_known(std::string_view word) {
  for (const std::string_view prefix : {"offset=", "align="}) {
    if (word.starts_with(prefix)) {
      return classify_number(word.substr(prefix.size())) == NumberClass::Natural;
    }
  }
  return std::ranges::binary_search(kKeywords, word) || engine::find_opcode(word).has_value();
}

// As much of a word as a message shows.
std::string_view shortened(std::string_view word) { return word.substr(0, 60); }

}  // namespace

Cursor::Cursor(const core::Source& source) : source_(source), lexer_(source.text) {
  lexer_.note_annotations(&annotations_);
  seek(0);
}

std::span<Annotation> Cursor::annotations(std::uint32_t begin, std::uint32_t end) {
  const auto first = std::ranges::lower_bound(annotations_, begin, {}, &Annotation::offset);
  const auto last =
      std::ranges::lower_bound(first, annotations_.end(), end, {}, &Annotation::offset);
  return {first, last};
}

bool Cursor::at_keyword(std::string_view keyword) const {
  return at(TokenKind::Keyword) && text() == keyword;
}

bool Cursor::at_unknown() const {
  if (at(TokenKind::Keyword)) return !is_known(text());
  return at(TokenKind::Reserved) || at(TokenKind::Error);
}

TokenKind Cursor::kind_after() {
  if (!after_) after_ = lexer_.next();
  return after_->kind;
}

std::string_view Cursor::text_after() {
  static_cast<void>(kind_after());
  return lexer_.text(*after_);
}

bool Cursor::at_open(std::string_view keyword) {
  return at(TokenKind::Open) && kind_after() == TokenKind::Keyword && text_after() == keyword;
}

void Cursor::advance() {
  previous_end_ = current_.end();
  if (after_) {
    current_ = *after_;
    after_.reset();
  } else {
    current_ = lexer_.next();
  }
}

bool Cursor::take(TokenKind kind) {
  if (!at(kind)) return false;
  advance();
  return true;
}

bool Cursor::take_keyword(std::string_view keyword) {
  if (!at_keyword(keyword)) return false;
  advance();
  return true;
}

bool Cursor::take_open(std::string_view keyword) {
  if (!at_open(keyword)) return false;
  advance();
  advance();
  return true;
}

core::Result<void> Cursor::expect(TokenKind kind) {
  if (!take(kind)) return unexpected();
  return {};
}

core::Result<void> Cursor::expect_keyword(std::string_view keyword) {
  if (!take_keyword(keyword)) return unexpected();
  return {};
}

core::Result<void> Cursor::expect_open(std::string_view keyword) {
  HEDDLE_TRY(expect(TokenKind::Open));
  return expect_keyword(keyword);
}

core::Result<std::string> Cursor::expect_string() {
  if (!at(TokenKind::String)) return unexpected();
  std::string bytes = decode_string(text());
  advance();
  return bytes;
}

core::Result<std::string> Cursor::expect_name() {
  const std::uint32_t begin = offset();
  HEDDLE_LET(std::string name, expect_string());
  if (!is_utf8(name)) return error("malformed UTF-8 encoding", begin);
  return name;
}

core::Result<std::uint32_t> Cursor::expect_u32() {
  if (!at(TokenKind::Natural)) return unexpected();
  const auto value = parse_natural(text(), std::numeric_limits<std::uint32_t>::max());
  if (!value) return error("i32 constant out of range");
  advance();
  return static_cast<std::uint32_t>(*value);
}

core::Result<std::string> Cursor::take_strings() {
  std::string bytes;
  while (at(TokenKind::String)) {
    bytes += decode_string(text());
    advance();
  }
  return bytes;
}

std::optional<std::string_view> Cursor::take_id() {
  if (!at(TokenKind::Id)) return std::nullopt;
  std::string_view name = text().substr(1);
  if (name.starts_with('"')) name = decoded_.emplace_back(decode_string(name));
  advance();
  return name;
}

std::optional<std::string> Cursor::take_owned_id() {
  const std::optional<std::string_view> name = take_id();
  if (!name) return std::nullopt;
  return std::string(*name);
}

core::Result<void> Cursor::skip_to_close() {
  for (std::uint32_t depth = 0;;) {
    switch (current_.kind) {
      case TokenKind::Open:
        ++depth;
        break;
      case TokenKind::Close:
        if (depth == 0) return {};
        --depth;
        break;
      case TokenKind::End:
      case TokenKind::Error:
        return unexpected();
      case TokenKind::String:
      case TokenKind::Id:
      case TokenKind::Keyword:
      case TokenKind::Natural:
      case TokenKind::Integer:
      case TokenKind::Float:
      case TokenKind::Reserved:
        break;
    }
    advance();
  }
}

void Cursor::seek(std::uint32_t offset) {
  lexer_.seek(offset);
  previous_end_ = offset;
  after_.reset();
  current_ = lexer_.next();
}

std::unexpected<core::Error> Cursor::unexpected() const {
  const std::string_view word = shortened(text());
  switch (current_.kind) {
    case TokenKind::Error:
      return error(std::string(message(current_.error)));
    case TokenKind::End:
      return error("unexpected token: end of text");
    case TokenKind::Reserved:
      return error(fmt::format("unknown operator {}", word));
    case TokenKind::Keyword:
      if (!is_known(text())) return error(fmt::format("unknown operator {}", word));
      return error(fmt::format("unexpected token {}", word));
    case TokenKind::String:
      return error("unexpected token: a string");
    case TokenKind::Open:
    case TokenKind::Close:
    case TokenKind::Id:
    case TokenKind::Natural:
    case TokenKind::Integer:
    case TokenKind::Float:
      break;
  }
  return error(fmt::format("unexpected token {}", word));
}

std::unexpected<core::Error> Cursor::error(std::string message, std::uint32_t offset) const {
  return core::make_error(std::move(message),
                          are_spans_wanted_ ? source_.span_at(offset) : core::Span{});
}

}  // namespace heddle::wast
