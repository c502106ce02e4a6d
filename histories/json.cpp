#include "histories/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <span>

#include "histories/quoted.hpp"

namespace heddle::histories {

namespace {

using core::Datum;
using core::DatumKind;

constexpr std::string_view kEscapeKey = "edn";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t digits_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
}

struct JsonNumber {
  std::size_t bytes = 0;  // 0: the text does not begin with a number
  bool is_integer = false;
};

// RFC 8259, section 6.
JsonNumber number_of(std::string_view text) {
  const std::size_t whole = text.starts_with('-') ? 1 : 0;
  std::size_t at = whole + digits_of(text.substr(whole));
  if (at == whole || (text[whole] == '0' && at > whole + 1)) return {};
  JsonNumber number{.bytes = at, .is_integer = true};
  if (at < text.size() && text[at] == '.') {
    const std::size_t digits = digits_of(text.substr(at + 1));
    if (digits == 0) return {};
    at += 1 + digits;
    number = {.bytes = at, .is_integer = false};
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    std::size_t exponent = at + 1;
    if (exponent < text.size() && (text[exponent] == '+' || text[exponent] == '-')) ++exponent;
    const std::size_t digits = digits_of(text.substr(exponent));
    if (digits == 0) return {};
    number = {.bytes = exponent + digits, .is_integer = false};
  }
  return number;
}

bool is_keyword_text(std::string_view text) {
  return text.starts_with(':') && is_edn_name(text.substr(1));
}

// That the value can be an object's key as a string.
bool is_key(const core::Data& data, Datum datum) {
  const DatumKind kind = data.kind_of(datum);
  const std::string_view text = data.text_of(datum);
  return (kind == DatumKind::String && !is_keyword_text(text)) ||
         (kind == DatumKind::Keyword && is_edn_name(text));
}

bool is_object(const core::Data& data, Datum map) {
  const std::span<const Datum> items = data.items_of(map);
  if (items.size() == 2 && data.text_of(items[0]) == kEscapeKey) return false;
  for (std::size_t i = 0; i < items.size(); i += 2) {
    if (!is_key(data, items[i])) return false;
  }
  return true;
}

bool is_json_real(std::string_view text) {
  const JsonNumber number = number_of(text);
  if (number.bytes != text.size()) return false;
  std::int64_t value = 0;
  return !number.is_integer ||
         std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc();
}

void append_quoted(std::string_view value, std::string& text) {
  text += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      text += '\\';
      text += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      text += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      text += c;
    }
  }
  text += '"';
}

void write_escaped(std::string_view edn, std::string& text) {
  text += R"({"edn":)";
  append_quoted(edn, text);
  text += '}';
}

}  // namespace

void JsonReader::skip_space() {
  while (!cursor_.is_end()) {
    const char c = cursor_.peek();
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return;
    cursor_.advance();
  }
}

bool JsonReader::does_not_end(Place begin, char close) {
  return cursor_.fail_at(begin,
                         close == ']' ? "this array does not end" : "this object does not end");
}

Datum JsonReader::string_datum(std::string_view text) {
  if (is_skipping_) return core::kNil;
  return is_keyword_text(text) ? data_.keyword(text.substr(1)) : data_.string(text);
}

bool JsonReader::read(Datum& datum) {
  if (depth_ > kDepthMax) return cursor_.fail("values are nested too deeply");
  ++depth_;
  skip_space();
  const bool is_read = read_value(datum);
  --depth_;
  return is_read;
}

bool JsonReader::skip() { return read_over(*this, is_skipping_); }

bool JsonReader::read_key(std::string_view& key) {
  if (cursor_.peek() != '"') return cursor_.fail("a key in quotes is expected");
  return read_quoted(cursor_, Dialect::Json, buffer_, key);
}

bool JsonReader::read_colon() {
  skip_space();
  return cursor_.take(':') || cursor_.fail("a colon is expected");
}

bool JsonReader::read_value(Datum& datum) {
  if (cursor_.is_end()) return cursor_.fail("a value is expected");
  const char c = cursor_.peek();
  if (c == '[') return read_array(datum);
  if (c == '{') return read_object(datum);
  if (c == '"') {
    std::string_view text;
    if (!read_quoted(cursor_, Dialect::Json, buffer_, text)) return false;
    datum = string_datum(text);
    return true;
  }
  return c == '-' || is_digit(c) ? read_number(datum) : read_word(datum);
}

bool JsonReader::read_array(Datum& datum) {
  const std::size_t first = stack_.size();
  const bool is_read = read_list(']', [&] {
    if (depth_ >= kDepthMax) return cursor_.fail("values are nested too deeply");
    Datum item;
    if (!read(item)) return false;
    stack_.push_back(item);
    return true;
  });
  if (!is_read) return false;
  const std::span<const Datum> items = std::span<const Datum>(stack_).subspan(first);
  datum = is_skipping_ ? core::kNil : data_.vector(items);
  stack_.resize(first);
  return true;
}

bool JsonReader::read_object(Datum& datum) {
  const Place begin = cursor_.place();
  const std::size_t first = stack_.size();
  const bool is_read = read_list('}', [&] {
    std::string_view key;
    if (!read_key(key)) return false;
    stack_.push_back(string_datum(key));
    Datum value;
    if (!read_colon() || !read(value)) return false;
    stack_.push_back(value);
    return true;
  });
  if (!is_read) return false;
  const std::span<const Datum> items = std::span<const Datum>(stack_).subspan(first);
  const bool is_escape = items.size() == 2 && data_.kind_of(items[0]) == DatumKind::String &&
                         data_.text_of(items[0]) == kEscapeKey &&
                         data_.kind_of(items[1]) == DatumKind::String;
  bool is_good = true;
  if (is_skipping_) {
    datum = core::kNil;
  } else if (is_escape) {
    is_good = read_escaped(data_.text_of(items[1]), begin, datum);
  } else if (depth_ >= kDepthMax && !items.empty()) {
    is_good = cursor_.fail_at(begin, "values are nested too deeply");
  } else {
    datum = data_.map(items);
  }
  stack_.resize(first);
  return is_good;
}

bool JsonReader::read_escaped(std::string_view text, Place begin, Datum& datum) {
  TextCursor cursor(text);
  EdnReader reader(cursor, data_, depth_ - 1);
  if (reader.read(datum) && reader.skip_space() && cursor.is_end()) return true;
  return cursor_.fail_at(begin, "the string of \"edn\" is no value in EDN");
}

bool JsonReader::read_number(Datum& datum) {
  const std::string_view rest = cursor_.rest();
  const JsonNumber number = number_of(rest);
  if (number.bytes == 0) return cursor_.fail("malformed number");
  const std::string_view text = rest.substr(0, number.bytes);
  std::int64_t value = 0;
  if (is_skipping_) {
    datum = core::kNil;
  } else if (number.is_integer &&
             std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc()) {
    datum = data_.integer(value);
  } else {
    datum = data_.real(text);
  }
  cursor_.advance_in_line(number.bytes);
  return true;
}

bool JsonReader::read_word(Datum& datum) {
  static constexpr std::array<std::pair<std::string_view, Datum>, 3> kWords{
      {{"null", core::kNil}, {"true", core::kTrue}, {"false", core::kFalse}}};
  for (const auto& [word, value] : kWords) {
    if (!cursor_.rest().starts_with(word)) continue;
    cursor_.advance_in_line(word.size());
    datum = value;
    return true;
  }
  return cursor_.fail("a value is expected, not " + quoted_part(cursor_.rest().substr(0, 1)));
}

void write_json_string(std::string_view value, std::string& text) {
  if (!is_keyword_text(value)) {
    append_quoted(value, text);
    return;
  }
  core::Data data;
  write_escaped(data.to_string(data.string(value)), text);
}

void write_json(const core::Data& data, Datum datum, std::string& text) {
  const std::span<const Datum> items = data.items_of(datum);
  const auto write_key = [&](Datum key) {
    if (data.kind_of(key) == DatumKind::Keyword) {
      append_quoted(":" + std::string(data.text_of(key)), text);
    } else {
      append_quoted(data.text_of(key), text);
    }
  };
  const auto write_items = [&](char open, char close, std::size_t step) {
    text += open;
    for (std::size_t i = 0; i < items.size(); i += step) {
      if (i > 0) text += ',';
      if (step == 2) {
        write_key(items[i]);
        text += ':';
      }
      write_json(data, items[i + step - 1], text);
    }
    text += close;
  };
  switch (data.kind_of(datum)) {
    case DatumKind::Nil:
    case DatumKind::Unknown:
      text += "null";
      return;
    case DatumKind::Boolean:
    case DatumKind::Integer:
      text += data.to_string(datum);
      return;
    case DatumKind::Vector:
      return write_items('[', ']', 1);
    case DatumKind::Map:
      if (is_object(data, datum)) return write_items('{', '}', 2);
      break;
    case DatumKind::Real:
      if (!is_json_real(data.text_of(datum))) break;
      text += data.text_of(datum);
      return;
    case DatumKind::String:
    case DatumKind::Keyword:
      if (!is_key(data, datum)) break;
      return write_key(datum);
    case DatumKind::Character:
    case DatumKind::Symbol:
    case DatumKind::Set:
      break;
  }
  write_escaped(data.to_string(datum), text);
}

}  // namespace heddle::histories
