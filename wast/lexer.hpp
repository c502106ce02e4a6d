// Lexer: characters to tokens, one at a time, without copying. Spec: text/lexical.
//
// Invariants:
//   1. White space, comments and annotations `(@name ...)` never become tokens. Annotations that
//      mean something are noted for who asks.
//   2. Tokens are views into the text; the lexer allocates nothing but those notes.
//   3. Every byte sequence lexes: what is wrong becomes a token of kind Error, after which the
//   lexer
//      stays where it is. The end of the text is a token too, as often as it is asked for.
//   4. Adjacent words and strings without space between them are one Reserved token.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace heddle::wast {

enum class TokenKind : std::uint8_t {
  Open,
  Close,
  String,   // with its quotes
  Id,       // $name or $"name"
  Keyword,  // begins with a small letter; may be unknown
  Natural,  // a number without sign
  Integer,  // with a sign
  Float,
  Reserved,  // any other sequence of word characters: no grammar uses it
  End,
  Error,
};

enum class LexicalError : std::uint8_t {
  None,
  MalformedUtf8,
  IllegalCharacter,
  UnclosedString,
  IllegalStringCharacter,
  IllegalEscape,
  EmptyIdentifier,
  UnclosedComment,
  EmptyAnnotationId,
  UnclosedAnnotation,
};
[[nodiscard]] std::string_view message(LexicalError error);

struct Token {
  TokenKind kind = TokenKind::End;
  LexicalError error = LexicalError::None;
  std::uint32_t offset = 0;
  std::uint32_t size = 0;

  [[nodiscard]] std::uint32_t end() const { return offset + size; }
};

// The annotations with a meaning; all others are skipped.
enum class AnnotationKind : std::uint8_t { Custom, Name, BranchHint };

// From "(@" to after its ")".
struct Annotation {
  AnnotationKind kind = AnnotationKind::Custom;
  bool is_taken = false;  // for readers: its meaning has been found
  std::uint32_t offset = 0;
  std::uint32_t contents = 0;  // after its name
  std::uint32_t end = 0;
};

// Offsets have 32 bits.
inline constexpr std::size_t kTextBytesMax = 0xffff'ffff;

class Lexer {
 public:
  // `text` must outlive the lexer and be at most kTextBytesMax long.
  explicit Lexer(std::string_view text) : text_(text) {}

  [[nodiscard]] Token next();
  void seek(std::uint32_t offset) { position_ = offset; }
  // Appends each annotation that it meets to `notes`, but none before the last one there: what is
  // read twice is noted once.
  void note_annotations(std::vector<Annotation>* notes) { notes_ = notes; }
  [[nodiscard]] std::string_view text(Token token) const {
    return text_.substr(token.offset, token.size);
  }

 private:
  struct Scan {
    std::size_t end = 0;
    LexicalError error = LexicalError::None;
  };
  [[nodiscard]] unsigned char at(std::size_t position) const;
  [[nodiscard]] Token error(LexicalError error, std::size_t offset) const;
  [[nodiscard]] Token token(TokenKind kind, std::size_t begin);
  [[nodiscard]] Token scan_run();
  [[nodiscard]] Token bad_character() const;
  [[nodiscard]] TokenKind classify_word(std::string_view word) const;
  [[nodiscard]] Scan scan_string(std::size_t quote) const;
  [[nodiscard]] Scan scan_escape(std::size_t backslash) const;
  [[nodiscard]] LexicalError check_quoted_name(std::size_t quote) const;
  [[nodiscard]] LexicalError skip_space();
  [[nodiscard]] LexicalError skip_line_comment();
  [[nodiscard]] LexicalError skip_block_comment();
  [[nodiscard]] Token next_token();
  [[nodiscard]] Token skip_annotation();
  void note_annotation(std::size_t begin);

  std::string_view text_;
  std::vector<Annotation>* notes_ = nullptr;
  std::size_t position_ = 0;
};

// The bytes that a String token stands for. `literal` is its text, quotes included, as the lexer
// accepted it.
[[nodiscard]] std::string decode_string(std::string_view literal);

}  // namespace heddle::wast
