#include "wast/lexer.hpp"

#include <array>

#include "wast/number.hpp"
#include "wast/utf8.hpp"

namespace heddle::wast {
namespace {

// What a byte can be part of.
constexpr std::uint8_t kWord = 1;         // the specification's idchar
constexpr std::uint8_t kPunctuation = 2;  // reserved, but no idchar
constexpr std::uint8_t kSpace = 4;
constexpr std::uint8_t kPlain = 8;     // in a string, standing for itself
constexpr std::uint8_t kComment = 16;  // in a block comment, without meaning

constexpr std::array<std::uint8_t, 256> kBytes = [] {
  std::array<std::uint8_t, 256> table{};
  const auto add = [&](std::string_view bytes, std::uint8_t flag) {
    for (const char c : bytes) table[static_cast<unsigned char>(c)] |= flag;
  };
  add("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", kWord);
  add("!#$%&'*+-./:<=>?@\\^_`|~", kWord);
  add(",;[]{}", kPunctuation);
  add(" \t\n\r", kSpace);
  for (std::size_t c = 0x20; c < 0x7f; ++c) {
    if (c != '"' && c != '\\') table[c] |= kPlain;
  }
  for (std::size_t c = 0; c < 0x80; ++c) {
    if (c != '(' && c != ';') table[c] |= kComment;
  }
  return table;
}();

constexpr bool is(unsigned char c, std::uint8_t flag) { return (kBytes[c] & flag) != 0; }

int hex_value(unsigned char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The byte that a one-letter escape stands for, or 0.
char simple_escape(unsigned char letter) {
  switch (letter) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case '\\':
    case '\'':
    case '"':
      return static_cast<char>(letter);
    default:
      return 0;
  }
}

}  // namespace

std::string_view message(LexicalError error) {
  switch (error) {
    case LexicalError::None:
      return "";
    case LexicalError::MalformedUtf8:
      return "malformed UTF-8 encoding";
    case LexicalError::IllegalCharacter:
      return "illegal character";
    case LexicalError::UnclosedString:
      return "unclosed string";
    case LexicalError::IllegalStringCharacter:
      return "illegal character in string";
    case LexicalError::IllegalEscape:
      return "illegal escape";
    case LexicalError::EmptyIdentifier:
      return "empty identifier";
    case LexicalError::UnclosedComment:
      return "unclosed comment";
    case LexicalError::EmptyAnnotationId:
      return "empty annotation id";
    case LexicalError::UnclosedAnnotation:
      return "unclosed annotation";
  }
  return "";
}

// 0 at the end of the text: callers that care whether NUL was there compare positions.
unsigned char Lexer::at(std::size_t position) const {
  return position < text_.size() ? static_cast<unsigned char>(text_[position]) : 0;
}

Token Lexer::error(LexicalError error, std::size_t offset) const {
  return {TokenKind::Error, error, static_cast<std::uint32_t>(offset), 0};
}

Token Lexer::token(TokenKind kind, std::size_t begin) {
  return {kind, LexicalError::None, static_cast<std::uint32_t>(begin),
          static_cast<std::uint32_t>(position_ - begin)};
}

LexicalError Lexer::skip_line_comment() {
  while (position_ < text_.size()) {
    const unsigned char c = at(position_);
    if (c == '\n' || c == '\r') break;
    const std::size_t length = c < 0x80 ? 1 : utf8_length(text_.substr(position_));
    if (length == 0) return LexicalError::MalformedUtf8;
    position_ += length;
  }
  return LexicalError::None;
}

LexicalError Lexer::skip_block_comment() {
  const std::size_t begin = position_;
  position_ += 2;
  for (std::size_t depth = 1; depth > 0;) {
    if (position_ >= text_.size()) {
      position_ = begin;
      return LexicalError::UnclosedComment;
    }
    const unsigned char c = at(position_);
    if (is(c, kComment)) {
      ++position_;
    } else if (c >= 0x80) {
      const std::size_t length = utf8_length(text_.substr(position_));
      if (length == 0) return LexicalError::MalformedUtf8;
      position_ += length;
    } else if (c == '(' && at(position_ + 1) == ';') {
      ++depth;
      position_ += 2;
    } else if (c == ';' && at(position_ + 1) == ')') {
      --depth;
      position_ += 2;
    } else {
      ++position_;
    }
  }
  return LexicalError::None;
}

LexicalError Lexer::skip_space() {
  while (position_ < text_.size()) {
    const unsigned char c = at(position_);
    LexicalError error = LexicalError::None;
    if (is(c, kSpace)) {
      ++position_;
    } else if (c == ';' && at(position_ + 1) == ';') {
      error = skip_line_comment();
    } else if (c == '(' && at(position_ + 1) == ';') {
      error = skip_block_comment();
    } else {
      break;
    }
    if (error != LexicalError::None) return error;
  }
  return LexicalError::None;
}

Lexer::Scan Lexer::scan_escape(std::size_t backslash) const {
  const unsigned char letter = at(backslash + 1);
  if (simple_escape(letter) != 0) return {backslash + 2};
  if (hex_value(letter) >= 0 && hex_value(at(backslash + 2)) >= 0) return {backslash + 3};
  if (letter != 'u' || at(backslash + 2) != '{') return {backslash, LexicalError::IllegalEscape};
  std::size_t end = backslash + 3;
  std::uint32_t code_point = 0;
  bool can_underscore = false;
  while (at(end) != '}') {
    const int digit = hex_value(at(end));
    const bool is_underscore = at(end) == '_' && can_underscore && hex_value(at(end + 1)) >= 0;
    if (digit < 0 && !is_underscore) return {backslash, LexicalError::IllegalEscape};
    if (digit >= 0) code_point = code_point * 16 + static_cast<std::uint32_t>(digit);
    if (code_point >= 0x11'0000) return {backslash, LexicalError::IllegalEscape};
    can_underscore = digit >= 0;
    ++end;
  }
  const bool is_surrogate = code_point >= 0xd800 && code_point < 0xe000;
  if (end == backslash + 3 || is_surrogate) return {backslash, LexicalError::IllegalEscape};
  return {end + 1};
}

// From the opening quote to after the closing one.
Lexer::Scan Lexer::scan_string(std::size_t quote) const {
  std::size_t position = quote + 1;
  while (true) {
    while (is(at(position), kPlain)) ++position;
    const unsigned char c = at(position);
    if (c == '"') return {position + 1};
    if (c == '\\') {
      const Scan escape = scan_escape(position);
      if (position + 1 >= text_.size()) return {quote, LexicalError::UnclosedString};
      if (escape.error != LexicalError::None) return escape;
      position = escape.end;
    } else if (position >= text_.size() || c == '\n') {
      return {quote, LexicalError::UnclosedString};
    } else if (c < 0x80) {
      return {position, LexicalError::IllegalStringCharacter};
    } else {
      const std::size_t length = utf8_length(text_.substr(position));
      if (length == 0) return {position, LexicalError::MalformedUtf8};
      position += length;
    }
  }
}

// Of `$"..."` and `(@"..."`: the bytes must be a name, and not empty. None: it is.
LexicalError Lexer::check_quoted_name(std::size_t quote) const {
  const Scan scan = scan_string(quote);
  if (scan.error == LexicalError::MalformedUtf8) return scan.error;
  if (scan.error != LexicalError::None) return LexicalError::EmptyIdentifier;
  const std::string name = decode_string(text_.substr(quote, scan.end - quote));
  if (name.empty()) return LexicalError::EmptyIdentifier;
  return is_utf8(name) ? LexicalError::None : LexicalError::MalformedUtf8;
}

TokenKind Lexer::classify_word(std::string_view word) const {
  const char first = word.front();
  const bool is_small = first >= 'a' && first <= 'z';
  if (is_small && !word.starts_with("inf") && !word.starts_with("nan")) return TokenKind::Keyword;
  if (first == '$') return TokenKind::Id;
  switch (classify_number(word)) {
    case NumberClass::Natural:
      return TokenKind::Natural;
    case NumberClass::Integer:
      return TokenKind::Integer;
    case NumberClass::Float:
      return TokenKind::Float;
    case NumberClass::None:
      break;
  }
  return is_small ? TokenKind::Keyword : TokenKind::Reserved;
}

// Words, strings and punctuation up to the next space, parenthesis or comment.
Token Lexer::scan_run() {
  const std::size_t begin = position_;
  std::size_t end = begin;
  std::size_t strings = 0;
  std::size_t string_begin = 0;
  std::size_t string_end = 0;
  bool has_punctuation = false;
  while (end < text_.size()) {
    const unsigned char c = at(end);
    if (is(c, kWord)) {
      ++end;
    } else if (c == '"') {
      const bool is_name = end == begin + 1 && at(begin) == '$';
      if (is_name) {
        const LexicalError wrong = check_quoted_name(end);
        if (wrong != LexicalError::None) return error(wrong, begin);
      }
      const Scan scan = scan_string(end);
      if (scan.error != LexicalError::None) return error(scan.error, scan.end);
      ++strings;
      string_begin = end;
      string_end = end = scan.end;
    } else if (is(c, kPunctuation) && !(c == ';' && at(end + 1) == ';')) {
      has_punctuation = true;
      ++end;
    } else {
      break;
    }
  }
  if (end == begin) return bad_character();
  const std::string_view run = text_.substr(begin, end - begin);
  if (run == "$") return error(LexicalError::EmptyIdentifier, begin);
  position_ = end;
  if (has_punctuation || strings > 1) return token(TokenKind::Reserved, begin);
  if (strings == 0) return token(classify_word(run), begin);
  const std::size_t prefix = string_begin - begin;
  if (string_end != end || prefix > 1) return token(TokenKind::Reserved, begin);
  if (prefix == 0) return token(TokenKind::String, begin);
  return token(run.front() == '$' ? TokenKind::Id : TokenKind::Reserved, begin);
}

Token Lexer::bad_character() const {
  const bool is_character = utf8_length(text_.substr(position_)) > 0;
  return error(is_character ? LexicalError::IllegalCharacter : LexicalError::MalformedUtf8,
               position_);
}

// A token, or Open at the beginning of an annotation.
Token Lexer::next_token() {
  const LexicalError wrong = skip_space();
  if (wrong != LexicalError::None) return error(wrong, position_);
  const std::size_t begin = position_;
  if (begin >= text_.size()) return token(TokenKind::End, begin);
  const unsigned char c = at(begin);
  if (c == '(' || c == ')') {
    ++position_;
    return token(c == '(' ? TokenKind::Open : TokenKind::Close, begin);
  }
  return scan_run();
}

// After "(": the position is at "@". Inside an annotation, "(@" is nothing special.
Token Lexer::skip_annotation() {
  const std::size_t begin = position_ - 1;
  ++position_;
  if (at(position_) == '"') {
    const LexicalError wrong = check_quoted_name(position_);
    if (wrong != LexicalError::None) {
      const bool is_empty = wrong == LexicalError::EmptyIdentifier;
      return error(is_empty ? LexicalError::EmptyAnnotationId : wrong, begin);
    }
    position_ = scan_string(position_).end;
  } else if (!is(at(position_), kWord)) {
    return error(LexicalError::EmptyAnnotationId, begin);
  }
  while (is(at(position_), kWord)) ++position_;
  for (std::size_t depth = 1; depth > 0;) {
    const Token inner = next_token();
    if (inner.kind == TokenKind::Open) ++depth;
    if (inner.kind == TokenKind::Close) --depth;
    if (inner.kind == TokenKind::End) return error(LexicalError::UnclosedAnnotation, begin);
    if (inner.kind == TokenKind::Error) return inner;
  }
  return {};
}

Token Lexer::next() {
  while (true) {
    const std::size_t begin = position_;
    Token result = next_token();
    if (result.kind != TokenKind::Open || at(position_) != '@') return result;
    result = skip_annotation();
    if (result.kind == TokenKind::Error) {
      position_ = begin;
      return result;
    }
    if (notes_ != nullptr) note_annotation(begin);
  }
}

// `begin` is before "(@", or the space in front of it; the position is after the ")".
void Lexer::note_annotation(std::size_t begin) {
  struct Name {
    std::string_view text;
    AnnotationKind kind;
  };
  static constexpr auto kNames = std::to_array<Name>({
      {"custom", AnnotationKind::Custom},
      {"name", AnnotationKind::Name},
      {"metadata.code.branch_hint", AnnotationKind::BranchHint},
  });
  const auto end = static_cast<std::uint32_t>(position_);
  position_ = begin;
  const std::uint32_t offset = next_token().offset;
  std::size_t name_begin = offset + 2;
  const bool is_quoted = at(name_begin) == '"';
  std::size_t name_end = name_begin;
  if (is_quoted) {
    name_end = scan_string(name_begin).end;
  } else {
    while (is(at(name_end), kWord)) ++name_end;
  }
  position_ = end;
  if (!notes_->empty() && notes_->back().offset >= offset) return;
  const std::string_view word = text_.substr(name_begin, name_end - name_begin);
  const std::string name = is_quoted ? decode_string(word) : std::string(word);
  for (const Name& known : kNames) {
    if (known.text != name) continue;
    notes_->push_back({.kind = known.kind,
                       .offset = offset,
                       .contents = static_cast<std::uint32_t>(name_end),
                       .end = end});
  }
}

std::string decode_string(std::string_view literal) {
  std::string bytes;
  literal = literal.substr(1, literal.size() - 2);
  bytes.reserve(literal.size());
  for (std::size_t i = 0; i < literal.size(); ++i) {
    if (literal[i] != '\\') {
      bytes += literal[i];
      continue;
    }
    const auto letter = static_cast<unsigned char>(literal[++i]);
    if (const char escaped = simple_escape(letter); escaped != 0) {
      bytes += escaped;
    } else if (letter == 'u') {
      std::uint32_t code_point = 0;
      for (i += 2; literal[i] != '}'; ++i) {
        const int digit = hex_value(static_cast<unsigned char>(literal[i]));
        if (digit >= 0) code_point = code_point * 16 + static_cast<std::uint32_t>(digit);
      }
      append_utf8(bytes, code_point);
    } else {
      const auto low = static_cast<unsigned char>(literal[++i]);
      bytes += static_cast<char>(hex_value(letter) * 16 + hex_value(low));
    }
  }
  return bytes;
}

}  // namespace heddle::wast
