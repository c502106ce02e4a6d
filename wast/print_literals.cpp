#include "wast/print_literals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <iterator>

#include "wast/utf8.hpp"

namespace heddle::wast {
namespace {

void append_byte(std::string& text, std::uint8_t byte) {
  const char c = static_cast<char>(byte);
  if (c == '"' || c == '\\') {
    text += '\\';
    text += c;
  } else if (byte >= 0x20 && byte < 0x7f) {
    text += c;
  } else {
    fmt::format_to(std::back_inserter(text), "\\{:02x}", byte);
  }
}

// `bytes` is one character above ASCII.
std::uint32_t code_point_of(std::string_view bytes) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  std::uint32_t code_point = byte(0) & (0x7fU >> bytes.size());
  for (std::size_t i = 1; i < bytes.size(); ++i) code_point = code_point << 6 | (byte(i) & 0x3fU);
  return code_point;
}

// The specification's idchar.
bool is_id_character(char c) {
  constexpr std::string_view kOthers = "!#$%&'*+-./:<=>?@\\^_`|~";
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         kOthers.contains(c);
}

// `Bits` is the unsigned integer of the float's width.
template <typename Float, typename Bits>
std::string float_literal(Bits bits, int mantissa_bits) {
  const auto value = std::bit_cast<Float>(bits);
  if (!std::isnan(value)) return fmt::format("{}", value);
  const std::string_view sign = std::signbit(value) ? "-" : "";
  const Bits payload = bits & ((Bits{1} << mantissa_bits) - 1);
  const Bits canonical = Bits{1} << (mantissa_bits - 1);
  return payload == canonical ? fmt::format("{}nan", sign)
                              : fmt::format("{}nan:0x{:x}", sign, payload);
}

}  // namespace

std::string bytes_literal(std::span<const std::uint8_t> bytes) {
  std::string text = "\"";
  for (const std::uint8_t byte : bytes) append_byte(text, byte);
  return text + '"';
}

std::string name_literal(std::string_view name) {
  std::string text = "\"";
  while (!name.empty()) {
    const std::size_t length = std::max<std::size_t>(utf8_length(name), 1);
    if (length > 1) {
      fmt::format_to(std::back_inserter(text), "\\u{{{:x}}}",
                     code_point_of(name.substr(0, length)));
    } else {
      append_byte(text, static_cast<std::uint8_t>(name.front()));
    }
    name.remove_prefix(length);
  }
  return text + '"';
}

std::string id_literal(std::string_view name) {
  const bool is_plain = std::ranges::all_of(name, is_id_character);
  return '$' + (is_plain ? std::string(name) : name_literal(name));
}

std::string f32_literal(std::uint32_t bits) { return float_literal<float>(bits, 23); }
std::string f64_literal(std::uint64_t bits) { return float_literal<double>(bits, 52); }

}  // namespace heddle::wast
