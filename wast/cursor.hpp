// Cursor: a position in the tokens of a source, with the questions and errors all parsers share.
//
// Invariants:
//   1. At most two tokens are held: the current one and, when asked for, the one after.
//   2. A token that cannot go on is reported as the specification's interpreter does: a lexical
//      error as itself, a word that no grammar knows as "unknown operator", anything else as
//      "unexpected token".
//   3. Names of identifiers live as long as the cursor.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/source.hpp"
#include "wast/lexer.hpp"

namespace heddle::wast {

class Cursor {
 public:
  explicit Cursor(const core::Source& source);
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  [[nodiscard]] const Token& peek() const { return current_; }
  [[nodiscard]] std::uint32_t offset() const { return current_.offset; }
  [[nodiscard]] std::string_view text() const { return lexer_.text(current_); }

  [[nodiscard]] bool at(TokenKind kind) const { return current_.kind == kind; }
  [[nodiscard]] bool at_index() const { return at(TokenKind::Natural) || at(TokenKind::Id); }
  [[nodiscard]] bool at_keyword(std::string_view keyword) const;
  // At what no grammar knows: wrong characters or an unknown word.
  [[nodiscard]] bool at_unknown() const;
  // The kind and the text of the token after the current one.
  [[nodiscard]] TokenKind kind_after();
  [[nodiscard]] std::string_view text_after();
  // "(" and then `keyword`.
  [[nodiscard]] bool at_open(std::string_view keyword);

  // Where the token before the current one ended; 0 at the beginning.
  [[nodiscard]] std::uint32_t previous_end() const { return previous_end_; }

  // The annotations that begin in a stretch of what has been read.
  [[nodiscard]] bool has_annotations() const { return !annotations_.empty(); }
  [[nodiscard]] std::span<Annotation> annotations(std::uint32_t begin, std::uint32_t end);

  void advance();
  bool take(TokenKind kind);
  bool take_keyword(std::string_view keyword);
  bool take_open(std::string_view keyword);

  [[nodiscard]] core::Result<void> expect(TokenKind kind);
  [[nodiscard]] core::Result<void> expect_keyword(std::string_view keyword);
  [[nodiscard]] core::Result<void> expect_open(std::string_view keyword);
  [[nodiscard]] core::Result<std::string> expect_string();
  // A string that is a name: UTF-8.
  [[nodiscard]] core::Result<std::string> expect_name();
  [[nodiscard]] core::Result<std::uint32_t> expect_u32();
  // Strings up to the next other token, concatenated.
  [[nodiscard]] core::Result<std::string> take_strings();

  // The name of an identifier, without the dollar sign.
  [[nodiscard]] std::optional<std::string_view> take_id();
  [[nodiscard]] std::optional<std::string> take_owned_id();

  // Skips to the parenthesis that closes the current nesting, and stops before it.
  [[nodiscard]] core::Result<void> skip_to_close();
  void seek(std::uint32_t offset);

  // Errors that will be dropped need no span, which costs time in proportion to the offset.
  void set_spans_wanted(bool wanted) { are_spans_wanted_ = wanted; }

  [[nodiscard]] std::unexpected<core::Error> unexpected() const;
  [[nodiscard]] std::unexpected<core::Error> error(std::string message, std::uint32_t offset) const;
  [[nodiscard]] std::unexpected<core::Error> error(std::string message) const {
    return error(std::move(message), offset());
  }

 private:
  const core::Source& source_;
  Lexer lexer_;
  Token current_;
  std::optional<Token> after_;
  std::uint32_t previous_end_ = 0;
  std::vector<Annotation> annotations_;  // by offset
  bool are_spans_wanted_ = true;
  std::deque<std::string> decoded_;  // names of quoted identifiers; a deque never moves them
};

}  // namespace heddle::wast
