#include "reports/printable.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace heddle::reports {

std::string printable(std::string_view text) {
  std::string out;
  for (const char byte : text) {
    const auto code = static_cast<unsigned char>(byte);
    if (code < 0x20 || code >= 0x7f) {
      out += fmt::format("\\{:02x}", code);
    } else {
      out += byte;
    }
  }
  return out;
}

std::string cut(std::string text, std::size_t columns) {
  if (text.size() <= columns) return text;
  text.resize(columns);
  if (!text.empty()) text.back() = '~';
  return text;
}

std::string wrapped(std::string_view text, std::size_t columns, std::size_t margin) {
  columns = std::max(columns, margin + 1);
  std::string out;
  std::size_t column = 0;
  const auto break_line = [&] {
    out += '\n' + std::string(margin, ' ');
    column = margin;
  };
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!out.empty()) {
      if (column + 1 + word.size() <= columns) {
        out += ' ';
        ++column;
      } else {
        break_line();
      }
    }
    while (column + word.size() > columns) {
      const std::size_t room = columns - column;
      out += word.substr(0, room);
      word.remove_prefix(room);
      break_line();
    }
    out += word;
    column += word.size();
  }
  return out;
}

std::string indented(std::string_view lines, std::size_t margin) {
  std::string out;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    if (end > 0) out += std::string(margin, ' ');
    out += lines.substr(0, end);
    out += '\n';
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return out;
}

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace heddle::reports
