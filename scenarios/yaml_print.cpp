#include "scenarios/yaml_print.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>

#include "scenarios/base64.hpp"

namespace heddle::scenarios {
namespace {

constexpr std::size_t kBase64Columns = 96;

// Length in bytes of the UTF-8 sequence at the beginning of `bytes`; 0 if it is not valid
// (overlong, a surrogate, above U+10FFFF, or cut off).
std::size_t sequence_length(std::string_view bytes) {
  const auto at = [bytes](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned first = at(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || bytes.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xc0) != 0x80) return 0;
  }
  const unsigned second = at(1);
  const bool is_bad = (first == 0xe0 && second < 0xa0) || (first == 0xed && second >= 0xa0) ||
                      (first == 0xf0 && second < 0x90) || (first == 0xf4 && second >= 0x90);
  return is_bad ? 0 : length;
}

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t length = sequence_length(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

// Text that a person can read and that every parser reads alike: no control characters but tabs and
// line breaks, no carriage returns, no byte order marks.
bool is_visible(std::string_view text) {
  const auto is_control = [](char byte) {
    const auto code = static_cast<unsigned char>(byte);
    return (code < 0x20 && byte != '\n' && byte != '\t') || code == 0x7f;
  };
  return is_utf8(text) && !text.contains("\xef\xbb\xbf") && std::ranges::none_of(text, is_control);
}

// Parsers also disagree about blocks that begin or end with lines of nothing but blanks.
bool fits_literal_block(std::string_view text) {
  const auto is_blank = [](std::string_view line) {
    return line.find_first_not_of(" \t") == std::string_view::npos;
  };
  const std::string_view body = text.substr(0, text.find_last_not_of('\n') + 1);
  const std::size_t last_line = body.rfind('\n') + 1;  // npos + 1 is 0
  return !is_blank(text.substr(0, text.find('\n'))) && !is_blank(body.substr(last_line));
}

// One visible line.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char byte : text) {
    if (byte == '"' || byte == '\\') out += '\\';
    out += byte == '\t' ? std::string("\\t") : std::string(1, byte);
  }
  return out + "\"";
}

// The indentation is stated where it cannot be guessed from the first line; the sign says what
// becomes of the line breaks at the end: by default, exactly one is kept.
std::string block(std::string_view lines, std::size_t indent) {
  std::string text = "|";
  if (lines.starts_with(' ') || lines.starts_with('\t')) text += '2';
  if (!lines.ends_with('\n')) text += '-';
  if (lines.ends_with("\n\n")) text += '+';
  text += '\n';
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    if (end > 0) text += std::string(indent, ' ');
    text += lines.substr(0, end);
    text += '\n';
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return text;
}

std::string base64_lines(std::string_view bytes) {
  const std::string digits = encode_base64(bytes);
  std::string lines;
  for (std::size_t i = 0; i < digits.size(); i += kBase64Columns) {
    lines += digits.substr(i, kBase64Columns) + "\n";
  }
  return lines;
}

}  // namespace

std::string print_field(std::string_view key, std::string_view text, std::size_t indent) {
  const std::string margin(indent, ' ');
  if (is_visible(text) && !text.contains('\n')) {
    return fmt::format("{}{}: {}\n", margin, key, quoted(text));
  }
  if (is_visible(text) && fits_literal_block(text)) {
    return fmt::format("{}{}: {}", margin, key, block(text, indent + 2));
  }
  return fmt::format("{}{}_base64: {}", margin, key, block(base64_lines(text), indent + 2));
}

core::Result<std::string> parse_field(const Fields& fields, std::string_view key) {
  const std::string base64_key = fmt::format("{}_base64", key);
  const YamlNode* const base64 = fields.find(base64_key);
  const YamlNode* const plain = fields.find(key);
  if (base64 != nullptr && plain != nullptr) {
    return error_at(*base64, fmt::format("there are both '{}' and '{}'", key, base64_key));
  }
  if (base64 == nullptr) {
    HEDDLE_LET(const YamlNode* const node, fields.require(key));
    return text_of(*node, "text");
  }
  HEDDLE_LET(const std::string digits, text_of(*base64, "base64"));
  std::optional<std::string> bytes = decode_base64(digits);
  if (!bytes) return error_at(*base64, "malformed base64");
  return *std::move(bytes);
}

}  // namespace heddle::scenarios
