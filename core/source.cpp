#include "core/source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/result.hpp"

namespace heddle::core {
namespace {

// How much of a long line is shown on each side of the caret.
constexpr std::size_t kContextBytes = 60;

// One byte of input as it is safe to show; the second value is its width on the terminal.
std::string shown(char byte) {
  const auto code = static_cast<unsigned char>(byte);
  if (byte == '\t') return " ";
  if (code < 0x20 || code >= 0x7f) return fmt::format("\\{:02x}", code);
  return std::string(1, byte);
}

std::string shown(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) text += shown(byte);
  return text;
}

// The line of this number, from 1; nothing if the text has fewer.
std::optional<std::string_view> find_line(std::string_view text, std::uint32_t number) {
  for (; number > 1; --number) {
    const std::size_t newline = text.find('\n');
    if (newline == std::string_view::npos) return std::nullopt;
    text.remove_prefix(newline + 1);
  }
  return text.substr(0, text.find('\n'));
}

}  // namespace

Span locate(std::string_view file, std::string_view text, std::size_t offset) {
  offset = std::min(offset, text.size());
  const std::string_view before = text.substr(0, offset);
  const std::size_t newline = before.rfind('\n');
  const std::size_t line_begin = newline == std::string_view::npos ? 0 : newline + 1;
  return {.file = std::string(file),
          .line = static_cast<std::uint32_t>(std::ranges::count(before, '\n') + 1),
          .column = static_cast<std::uint32_t>(offset - line_begin + 1),
          .offset = offset};
}

Span Source::span_at(std::size_t offset) const {
  if (!is_text) return {.file = file, .offset = offset};
  Span span = locate(file, text, offset);
  span.line += first_line - 1;
  return span;
}

std::string describe(const Span& span) {
  if (span.line != 0) return fmt::format("{}:{}:{}", span.file, span.line, span.column);
  if (span.offset != 0) return fmt::format("{}:@0x{:x}", span.file, span.offset);
  return span.file;
}

std::string render(const Error& error, std::string_view text) {
  const std::string place = shown(describe(error.span));
  const std::string message = shown(error.message);
  std::string report = place.empty() ? fmt::format("error: {}\n", message)
                                     : fmt::format("{}: error: {}\n", place, message);
  if (text.empty() || error.span.line == 0) return report;

  // Not by offset: that counts from the beginning of the module, which may be a part of the file.
  const std::optional<std::string_view> found = find_line(text, error.span.line);
  if (!found) return report;
  const std::string_view line = *found;
  const std::size_t column = std::min<std::size_t>(error.span.column - 1, line.size());
  const std::size_t begin = column > kContextBytes ? column - kContextBytes : 0;
  const std::string left = (begin > 0 ? "..." : "") + shown(line.substr(begin, column - begin));
  std::string right = shown(line.substr(column, kContextBytes));
  if (line.size() - column > kContextBytes) right += "...";
  report +=
      fmt::format("{:5} | {}{}\n      | {:{}}^\n", error.span.line, left, right, "", left.size());
  return report;
}

}  // namespace heddle::core
