#include "histories/quoted.hpp"

#include <charconv>
#include <cstddef>
#include <cstdint>

namespace heddle::histories {

namespace {

constexpr std::uint32_t kHighSurrogates = 0xD800;
constexpr std::uint32_t kLowSurrogates = 0xDC00;
constexpr std::uint32_t kSurrogatesEnd = 0xE000;

// What stands behind the backslash for one character; NUL: nothing does.
char simple_escape(char c, Dialect dialect) {
  switch (c) {
    case '"':
    case '\\':
      return c;
    case '/':
      return dialect == Dialect::Json ? c : '\0';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return '\0';
  }
}

// The cursor stands behind "\u". One unit of UTF-16.
bool read_unit(TextCursor& cursor, std::uint32_t& unit) {
  const std::int32_t value = hexadecimal_value(cursor.rest().substr(0, 4));
  if (value < 0 || cursor.rest().size() < 4) {
    return cursor.fail("\\u is followed by four hexadecimal digits");
  }
  unit = static_cast<std::uint32_t>(value);
  cursor.advance_in_line(4);
  return true;
}

bool read_unicode(TextCursor& cursor, std::string& buffer) {
  std::uint32_t code_point = 0;
  if (!read_unit(cursor, code_point)) return false;
  if (code_point >= kLowSurrogates && code_point < kSurrogatesEnd) {
    return cursor.fail("the second half of a character without the first");
  }
  if (code_point >= kHighSurrogates && code_point < kLowSurrogates) {
    std::uint32_t low = 0;
    if (!cursor.rest().starts_with("\\u")) return cursor.fail("half a character");
    cursor.advance_in_line(2);
    if (!read_unit(cursor, low)) return false;
    if (low < kLowSurrogates || low >= kSurrogatesEnd) return cursor.fail("half a character");
    code_point = 0x10000 + ((code_point - kHighSurrogates) << 10U) + (low - kLowSurrogates);
  }
  append_utf8(code_point, buffer);
  return true;
}

// One to three octal digits, up to 377.
void read_octal(TextCursor& cursor, std::string& buffer) {
  std::uint32_t value = 0;
  for (int i = 0; i < 3 && cursor.peek() >= '0' && cursor.peek() <= '7'; ++i) {
    const std::uint32_t next = value * 8 + static_cast<std::uint32_t>(cursor.peek() - '0');
    if (next > 0377) break;
    value = next;
    cursor.advance();
  }
  append_utf8(value, buffer);
}

// The cursor stands on the backslash.
bool read_escape(TextCursor& cursor, Dialect dialect, std::string& buffer) {
  const char c = cursor.peek(1);
  if (const char simple = simple_escape(c, dialect); simple != '\0') {
    buffer += simple;
    cursor.advance_in_line(2);
    return true;
  }
  if (c == 'u') {
    cursor.advance_in_line(2);
    return read_unicode(cursor, buffer);
  }
  if (dialect == Dialect::Edn && c >= '0' && c <= '7') {
    cursor.advance_in_line(1);
    read_octal(cursor, buffer);
    return true;
  }
  return cursor.fail("unknown escape in a string");
}

}  // namespace

std::int32_t hexadecimal_value(std::string_view digits) {
  std::uint32_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value, 16);
  return error == std::errc() && stop == end ? static_cast<std::int32_t>(value) : -1;
}

void append_utf8(std::uint32_t code_point, std::string& text) {
  const auto tail = [&](unsigned shift) {
    text += static_cast<char>(0x80U | ((code_point >> shift) & 0x3FU));
  };
  if (code_point < 0x80) {
    text += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    text += static_cast<char>(0xC0U | (code_point >> 6U));
    tail(0);
  } else if (code_point < 0x10000) {
    text += static_cast<char>(0xE0U | (code_point >> 12U));
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xF0U | (code_point >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
}

bool read_quoted(TextCursor& cursor, Dialect dialect, std::string& buffer, std::string_view& text) {
  const Place begin = cursor.place();
  cursor.advance();
  const std::string_view rest = cursor.rest();
  std::size_t length = 0;  // of what has no escapes
  while (length < rest.size() && rest[length] != '"' && rest[length] != '\\' &&
         static_cast<unsigned char>(rest[length]) >= 0x20) {
    ++length;
  }
  cursor.advance_in_line(length);
  if (cursor.take('"')) {
    text = rest.substr(0, length);
    return true;
  }
  buffer.assign(rest.substr(0, length));
  while (!cursor.is_end()) {
    const char c = cursor.peek();
    if (c == '"') {
      cursor.advance();
      text = buffer;
      return true;
    }
    if (c == '\\') {
      if (!read_escape(cursor, dialect, buffer)) return false;
      continue;
    }
    if (dialect == Dialect::Json && static_cast<unsigned char>(c) < 0x20) {
      return cursor.fail("a control character in a string");
    }
    buffer += c;
    cursor.advance();
  }
  return cursor.fail_at(begin, "this string does not end");
}

}  // namespace heddle::histories
