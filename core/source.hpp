// Where something stands in an input: a file name with a line and column (text), or a byte offset
// (binary modules).
//
// Lines and columns count from 1; columns count bytes. A Span with line 0 has no position in a
// text: then `offset` is a byte offset into a binary, if `file` is not empty.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace heddle::core {

struct Span {
  std::string file{};
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::size_t offset = 0;  // bytes from the beginning of the input

  bool operator==(const Span&) const = default;
};

// One input, whole, shared by everything that points into it.
struct Source {
  std::string file{};
  std::string text{};  // or the bytes of a binary module
  bool is_text = true;
  std::uint32_t first_line = 1;  // where this text begins in `file`, if it is a part of it

  // O(offset): for error paths only.
  [[nodiscard]] Span span_at(std::size_t offset) const;
};

// The span of a byte offset in a text: counts the lines before it. O(offset), for error paths only.
[[nodiscard]] Span locate(std::string_view file, std::string_view text, std::size_t offset);

// "file:line:column" or "file:@0x1f" or "file": what stands before a message.
[[nodiscard]] std::string describe(const Span& span);

struct Error;

// A complete report for a person:
//   a.wast:3:7: error: unknown operator i32.foo
//     3 |   (i32.foo)
//       |    ^
// `text` is the input the span points into; when it is empty, or the span has no line, only the
// first line is produced. Control and non-ASCII bytes of all three are shown escaped, and
// long lines are cut around the caret, so that hostile input cannot damage a terminal.
[[nodiscard]] std::string render(const Error& error, std::string_view text);

}  // namespace heddle::core
