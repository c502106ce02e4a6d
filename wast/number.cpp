#include "wast/number.hpp"

#include <limits>

namespace heddle::wast {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
constexpr std::uint64_t digit_value(char c) {
  if (is_digit(c)) return static_cast<std::uint64_t>(c - '0');
  return static_cast<std::uint64_t>((c | 0x20) - 'a' + 10);
}

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}
bool take_sign(std::string_view& text) { return take(text, "+") || take(text, "-"); }

// Digits with single underscores between them: at least one digit.
template <typename IsDigit>
bool take_digits(std::string_view& text, IsDigit is_allowed) {
  if (text.empty() || !is_allowed(text.front())) return false;
  std::size_t end = 1;
  while (end < text.size()) {
    if (is_allowed(text[end])) {
      ++end;
    } else if (text[end] == '_' && end + 1 < text.size() && is_allowed(text[end + 1])) {
      end += 2;
    } else {
      break;
    }
  }
  text.remove_prefix(end);
  return true;
}

// What may follow the whole part of a float: a fraction and an exponent.
template <typename IsDigit>
bool is_float_tail(std::string_view text, IsDigit is_allowed, char exponent_letter) {
  if (take(text, ".") && !text.empty() && is_allowed(text.front())) take_digits(text, is_allowed);
  if (!text.empty() && (text.front() | 0x20) == exponent_letter) {
    text.remove_prefix(1);
    take_sign(text);
    if (!take_digits(text, is_digit)) return false;
  }
  return text.empty();
}

}  // namespace

NumberClass classify_number(std::string_view text) {
  const bool is_signed = take_sign(text);
  if (text == "inf" || text == "nan") return NumberClass::Float;
  if (take(text, "nan:0x")) {
    return take_digits(text, is_hex_digit) && text.empty() ? NumberClass::Float : NumberClass::None;
  }
  const bool is_hex = take(text, "0x");
  if (!(is_hex ? take_digits(text, is_hex_digit) : take_digits(text, is_digit))) {
    return NumberClass::None;
  }
  if (text.empty()) return is_signed ? NumberClass::Integer : NumberClass::Natural;
  const bool is_float =
      is_hex ? is_float_tail(text, is_hex_digit, 'p') : is_float_tail(text, is_digit, 'e');
  return is_float ? NumberClass::Float : NumberClass::None;
}

std::optional<std::uint64_t> parse_natural(std::string_view text, std::uint64_t max) {
  if (classify_number(text) != NumberClass::Natural) return std::nullopt;
  const std::uint64_t base = take(text, "0x") ? 16 : 10;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c == '_') continue;
    const std::uint64_t digit = digit_value(c);
    if (digit > max || value > (max - digit) / base) return std::nullopt;
    value = value * base + digit;
  }
  return value;
}

std::optional<std::uint64_t> parse_integer(std::string_view text, int width_bits) {
  const std::uint64_t mask = std::numeric_limits<std::uint64_t>::max() >> (64 - width_bits);
  const bool is_negative = text.starts_with('-');
  const bool is_signed = take_sign(text);
  // The sign's absence must be seen again: "+-1" is no number.
  const std::uint64_t max = is_negative ? mask / 2 + 1 : is_signed ? mask / 2 : mask;
  const std::optional<std::uint64_t> magnitude = parse_natural(text, max);
  if (!magnitude) return std::nullopt;
  return is_negative ? (~*magnitude + 1) & mask : *magnitude;
}

}  // namespace heddle::wast
