#include "histories/edn.hpp"

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

bool is_space(char c) {
  return c == ' ' || c == ',' || c == '\n' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

// Ends a token.
constexpr std::array<bool, 256> kDelimiters = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c <= ' '; ++c) table[c] = true;
  for (const char c : std::string_view(",()[]{}\";")) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

bool is_delimiter(char c) { return kDelimiters[static_cast<unsigned char>(c)]; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool begins_number(std::string_view token) {
  if (is_digit(token[0])) return true;
  return token.size() > 1 && (token[0] == '-' || token[0] == '+') && is_digit(token[1]);
}

// How many digits the text begins with.
std::size_t digits_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
}

// Digits, then a fraction or an exponent or both or neither, then perhaps M.
bool is_real(std::string_view text) {
  text.remove_prefix(digits_of(text));
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    text.remove_prefix(digits_of(text));
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    const std::size_t digits = digits_of(text);
    if (digits == 0) return false;
    text.remove_prefix(digits);
  }
  return text.empty() || text == "M";
}

bool is_ratio(std::string_view text) {
  const std::size_t digits = digits_of(text);
  if (digits == text.size() || text[digits] != '/') return false;
  const std::string_view denominator = text.substr(digits + 1);
  return !denominator.empty() && digits_of(denominator) == denominator.size() &&
         denominator[0] != '0';
}

struct NamedCharacter {
  std::string_view name;
  char value;
};
constexpr std::array<NamedCharacter, 6> kCharacters{{{"newline", '\n'},
                                                     {"return", '\r'},
                                                     {"space", ' '},
                                                     {"tab", '\t'},
                                                     {"backspace", '\b'},
                                                     {"formfeed", '\f'}}};

// The bytes of the first character of a text in UTF-8.
std::size_t character_bytes(std::string_view text) {
  std::size_t bytes = 1;
  while (bytes < text.size() && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80) ++bytes;
  return bytes;
}

}  // namespace

bool is_edn_name(std::string_view text) {
  return !text.empty() && std::ranges::none_of(text, is_delimiter);
}

core::Result<Datum> parse_edn(std::string_view text, core::Data& data) {
  TextCursor cursor(text);
  EdnReader reader(cursor, data);
  Datum datum;
  if (!reader.read(datum) || !reader.skip_space()) return std::unexpected(cursor.error());
  if (!cursor.is_end()) {
    cursor.fail("one value is expected");
    return std::unexpected(cursor.error());
  }
  return datum;
}

Datum EdnReader::make(DatumKind kind, std::string_view text) {
  return is_skipping_ ? core::kNil : data_.text_datum(kind, text);
}

std::string_view EdnReader::token() const {
  const std::string_view rest = cursor_.rest();
  std::size_t length = 0;
  while (length < rest.size() && !is_delimiter(rest[length])) ++length;
  return rest.substr(0, length);
}

bool EdnReader::skip_space() {
  while (!cursor_.is_end()) {
    const char c = cursor_.peek();
    if (is_space(c)) {
      cursor_.advance();
    } else if (c == ';') {
      while (!cursor_.is_end() && cursor_.peek() != '\n') cursor_.advance();
    } else if (c == '#' && cursor_.peek(1) == '_') {
      cursor_.advance_in_line(2);
      if (!skip()) return false;
    } else {
      return true;
    }
  }
  return true;
}

bool EdnReader::read(Datum& datum) {
  if (depth_ >= kDepthMax) return cursor_.fail("values are nested too deeply");
  ++depth_;
  const bool is_read = skip_space() && read_value(datum);
  --depth_;
  return is_read;
}

bool EdnReader::skip() { return read_over(*this, is_skipping_); }

bool EdnReader::skip_tag() {
  cursor_.advance();
  const std::string_view tag = token();
  if (tag.empty()) return cursor_.fail("a tag is expected behind #");
  cursor_.advance_in_line(tag.size());
  return true;
}

bool EdnReader::read_key(std::string_view& key) {
  key = {};
  if (cursor_.peek() == ':') {
    const std::string_view name = token();
    cursor_.advance_in_line(name.size());
    key = name.substr(1);
    return true;
  }
  if (cursor_.peek() == '"') return read_quoted(cursor_, Dialect::Edn, buffer_, key);
  return skip();
}

bool EdnReader::read_value(Datum& datum) {
  if (cursor_.is_end()) return cursor_.fail("a value is expected");
  switch (cursor_.peek()) {
    case '[':
      return read_items(']', DatumKind::Vector, datum);
    case '(':
      return read_items(')', DatumKind::Vector, datum);
    case '{':
      return read_items('}', DatumKind::Map, datum);
    case '"':
      return read_string(datum);
    case '\\':
      return read_character(datum);
    case '#':
      return read_dispatch(datum);
    default:
      break;
  }
  const std::string_view word = token();
  if (word.empty())
    return cursor_.fail("a value is expected, not " + quoted_part({cursor_.rest().data(), 1}));
  if (begins_number(word)) return read_number(word, datum);
  if (word[0] == ':') {
    if (word.size() == 1) return cursor_.fail("a keyword has a name");
    datum = make(DatumKind::Keyword, word.substr(1));
  } else if (word == "nil") {
    datum = core::kNil;
  } else if (word == "true" || word == "false") {
    datum = core::Data::boolean(word == "true");
  } else if (std::string_view("^@`~'").contains(word[0])) {
    return cursor_.fail("a value is expected, not " + quoted_part(word));
  } else {
    datum = make(DatumKind::Symbol, word);
  }
  cursor_.advance_in_line(word.size());
  return true;
}

bool EdnReader::read_dispatch(Datum& datum) {
  if (cursor_.peek(1) == '{') {
    cursor_.advance();
    return read_items('}', DatumKind::Set, datum);
  }
  if (cursor_.peek(1) == '#') {  // ##Inf, ##-Inf, ##NaN
    const std::string_view word = token();
    if (word != "##Inf" && word != "##-Inf" && word != "##NaN") {
      return cursor_.fail("unknown value " + quoted_part(word));
    }
    datum = make(DatumKind::Real, word);
    cursor_.advance_in_line(word.size());
    return true;
  }
  return skip_tag() && read(datum);
}

bool EdnReader::read_items(char close, DatumKind kind, Datum& datum) {
  const Place begin = cursor_.place();
  cursor_.advance();
  const std::size_t first = stack_.size();
  while (true) {
    if (!skip_space()) return false;
    if (cursor_.take(close)) break;
    if (cursor_.is_end()) {
      return cursor_.fail_at(begin, std::string(core::describe(kind)) + " that does not end");
    }
    Datum item;
    if (!read(item)) return false;
    stack_.push_back(item);
  }
  const std::span<const Datum> items = std::span<const Datum>(stack_).subspan(first);
  if (kind == DatumKind::Map && items.size() % 2 != 0) {
    return cursor_.fail_at(begin, "a map has a value for each key");
  }
  if (is_skipping_) {
    datum = core::kNil;
  } else if (kind == DatumKind::Map) {
    datum = data_.map(items);
  } else if (kind == DatumKind::Set) {
    datum = data_.set({items.begin(), items.end()});
  } else {
    datum = data_.vector(items);
  }
  stack_.resize(first);
  return true;
}

bool EdnReader::read_string(Datum& datum) {
  std::string_view text;
  if (!read_quoted(cursor_, Dialect::Edn, buffer_, text)) return false;
  datum = make(DatumKind::String, text);
  return true;
}

// Kept as it is printed: by name, as itself, or as u with four hexadecimal digits.
bool EdnReader::read_character(Datum& datum) {
  const Place begin = cursor_.place();
  cursor_.advance();
  if (cursor_.is_end() || is_space(cursor_.peek())) {
    return cursor_.fail_at(begin, "a character is expected behind \\");
  }
  std::string_view word = cursor_.rest().substr(0, character_bytes(cursor_.rest()));
  cursor_.advance_in_line(word.size());
  if (!cursor_.is_end() && !is_delimiter(cursor_.peek())) {
    word = {word.data(), word.size() + token().size()};
    cursor_.advance_in_line(token().size());
  }
  if (word.size() == character_bytes(word) ||
      std::ranges::find(kCharacters, word, &NamedCharacter::name) != kCharacters.end()) {
    datum = make(DatumKind::Character, word);
    return true;
  }
  const std::int32_t code =
      word.size() == 5 && word[0] == 'u' ? hexadecimal_value(word.substr(1)) : -1;
  if (code < 0 || (code >= 0xD800 && code < 0xE000)) {
    return cursor_.fail_at(begin, "unknown character " + quoted_part(word));
  }
  if (code > ' ' && code != 0x7F && code != ',') {
    buffer_.clear();
    append_utf8(static_cast<std::uint32_t>(code), buffer_);
    datum = make(DatumKind::Character, buffer_);
    return true;
  }
  const auto named = std::ranges::find_if(
      kCharacters, [&](const NamedCharacter& known) { return known.value == code; });
  datum = make(DatumKind::Character, named == kCharacters.end() ? word : named->name);
  return true;
}

bool EdnReader::read_number(std::string_view word, Datum& datum) {
  const bool is_positive = word[0] == '+';
  std::string_view text = word.substr(is_positive ? 1 : 0);
  const std::string_view magnitude = text.substr(text[0] == '-' ? 1 : 0);
  const std::size_t digits = digits_of(magnitude);
  const bool is_integer =
      digits == magnitude.size() || (digits + 1 == magnitude.size() && magnitude.back() == 'N');
  if (digits > 1 && magnitude[0] == '0') {
    return cursor_.fail("a number begins with 0: " + quoted_part(word));
  }
  if (!is_integer && !is_real(magnitude) && !is_ratio(magnitude)) {
    return cursor_.fail("malformed number " + quoted_part(word));
  }
  if (magnitude.back() == 'N') text.remove_suffix(1);
  std::int64_t value = 0;
  if (is_integer &&
      std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc()) {
    datum = is_skipping_ ? core::kNil : data_.integer(value);
  } else {
    datum = make(DatumKind::Real, text);
  }
  cursor_.advance_in_line(word.size());
  return true;
}

}  // namespace heddle::histories
