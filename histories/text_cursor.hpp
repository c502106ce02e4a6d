// TextCursor: a place in a text that moves forward and knows its line and column.
//
// What the readers of this folder share. They answer `false` where they cannot go on, and leave
// here what is wrong: an error is made once, not carried through each of a million values.
//
// Invariants:
//   1. The first failure is kept; later ones are its echo.
//   2. Lines and columns count from where the cursor was told that its text begins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "core/datum.hpp"
#include "core/result.hpp"

namespace heddle::histories {

struct Place {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

class TextCursor {
 public:
  explicit TextCursor(std::string_view text, Place begin = {}) : text_(text), begin_(begin) {}

  [[nodiscard]] bool is_end() const { return at_ == text_.size(); }
  // NUL at the end, which no format has as a character of its own.
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return ahead < text_.size() - at_ ? text_[at_ + ahead] : '\0';
  }
  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }

  void advance() {
    if (text_[at_++] != '\n') return;
    ++begin_.line;
    begin_.column = 1;
    line_begin_ = at_;
  }
  // Over so many bytes without a line break.
  void advance_in_line(std::size_t bytes) { at_ += bytes; }
  bool take(char c) {
    if (is_end() || text_[at_] != c) return false;
    advance();
    return true;
  }

  [[nodiscard]] Place place() const {
    return {begin_.line, begin_.column + static_cast<std::uint32_t>(at_ - line_begin_)};
  }

  bool fail(std::string message) { return fail_at(place(), std::move(message)); }
  bool fail_at(Place place, std::string message) {
    if (has_failed_) return false;
    has_failed_ = true;
    error_ = {.message = std::move(message), .span = {.line = place.line, .column = place.column}};
    return false;
  }
  [[nodiscard]] bool has_failed() const { return has_failed_; }
  [[nodiscard]] const core::Error& error() const { return error_; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_begin_ = 0;
  Place begin_;  // of line_begin_
  bool has_failed_ = false;
  core::Error error_{};
};

// An input's text as a cursor; a byte order mark is passed over.
[[nodiscard]] inline TextCursor cursor_of(const core::Source& source) {
  std::string_view text = source.text;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return TextCursor(text, {.line = source.first_line, .column = 1});
}

// A part of the input in a message: its beginning, if it is long.
[[nodiscard]] inline std::string quoted_part(std::string_view text) {
  constexpr std::size_t kBytesMax = 40;
  std::string quoted = "'" + std::string(text.substr(0, kBytesMax));
  if (text.size() > kBytesMax) quoted += "...";
  return quoted + "'";
}

// Reads a value that nobody wants; `is_skipping` is set meanwhile.
template <typename Reader>
bool read_over(Reader& reader, bool& is_skipping) {
  const bool was_skipping = std::exchange(is_skipping, true);
  core::Datum ignored;
  const bool is_read = reader.read(ignored);
  is_skipping = was_skipping;
  return is_read;
}

}  // namespace heddle::histories
