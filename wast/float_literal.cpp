// Float literals: hexadecimal ones are rounded here, decimal ones by std::from_chars, which is
// exact and rounds to the nearest value of the type asked for (no detour over double for f32).

#include <algorithm>
#include <bit>
#include <charconv>
#include <concepts>
#include <string>

#include "wast/number.hpp"

namespace heddle::wast {
namespace {

// An IEEE 754 binary format; `Float` and `Bits` are its C++ types.
template <typename FloatType, typename BitsType, int kFraction, int kExponent>
struct Format {
  using Float = FloatType;
  using Bits = BitsType;
  static constexpr int kFractionBits = kFraction;
  static constexpr int kBias = (1 << (kExponent - 1)) - 1;
  static constexpr std::uint64_t kInfinity = ((1ULL << kExponent) - 1) << kFraction;
  static constexpr std::uint64_t kSign = 1ULL << (kExponent + kFraction);
};
using Format32 = Format<float, std::uint32_t, 23, 8>;
using Format64 = Format<double, std::uint64_t, 52, 11>;

// No literal has as many digits as this, so an exponent of this size decides alone.
constexpr std::int64_t kExponentMax = std::int64_t{1} << 40;

std::int64_t parse_exponent(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  std::int64_t value = 0;
  for (const char c : text) {
    if (c >= '0' && c <= '9') value = std::min(value * 10 + (c - '0'), kExponentMax);
  }
  return is_negative ? -value : value;
}

// mantissa * 2^exponent, plus less than 2^exponent if `has_rest`, rounded. Nothing if it overflows.
template <typename F>
std::optional<std::uint64_t> round(std::uint64_t mantissa, std::int64_t exponent, bool has_rest) {
  if (mantissa == 0) return 0;
  const std::int64_t top = exponent + 63 - std::countl_zero(mantissa);
  const std::int64_t smallest_normal = 1 - F::kBias;
  // The weight of the result's last bit: subnormals all share the smallest.
  const std::int64_t unit = std::max(top, smallest_normal) - F::kFractionBits;
  const std::int64_t shift = unit - exponent;
  std::uint64_t quotient = 0;
  if (shift <= 0) {
    quotient = mantissa << -shift;  // exact: a rest exists only below a mantissa of 60 bits or more
  } else if (shift <= 64) {
    const std::uint64_t half = 1ULL << (shift - 1);
    quotient = shift == 64 ? 0 : mantissa >> shift;
    const std::uint64_t rest = mantissa & (half | (half - 1));
    const bool is_odd = (quotient & 1) != 0;
    if (rest > half || (rest == half && (has_rest || is_odd))) ++quotient;
  }
  // The hidden bit of a normal number adds one to the exponent field, and so does a carry.
  const std::int64_t field = unit + F::kFractionBits + F::kBias - 1;
  if (field >= 2 * F::kBias + 1) return std::nullopt;
  const std::uint64_t bits = (static_cast<std::uint64_t>(field) << F::kFractionBits) + quotient;
  if (bits >= F::kInfinity) return std::nullopt;
  return bits;
}

// `text` is what follows "0x".
template <typename F>
std::optional<std::uint64_t> parse_hex(std::string_view text) {
  const std::size_t exponent_at = std::min(text.find_first_of("pP"), text.size());
  std::uint64_t mantissa = 0;
  std::int64_t exponent = 0;
  bool has_rest = false;
  bool is_fraction = false;
  for (const char c : text.substr(0, exponent_at)) {
    if (c == '_') continue;
    if (c == '.') {
      is_fraction = true;
      continue;
    }
    const auto digit = static_cast<std::uint64_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    if (mantissa >> 60 == 0) {
      mantissa = mantissa << 4 | digit;
      if (is_fraction) exponent -= 4;
    } else {
      has_rest = has_rest || digit != 0;
      if (!is_fraction) exponent += 4;
    }
  }
  if (exponent_at < text.size()) exponent += parse_exponent(text.substr(exponent_at + 1));
  return round<F>(mantissa, exponent, has_rest);
}

// Rewrites to d.ddde±x without underscores and leading zeros, so that the exponent tells overflow
// from underflow, which std::from_chars does not.
template <typename F>
std::optional<std::uint64_t> parse_decimal(std::string_view text) {
  const std::size_t exponent_at = std::min(text.find_first_of("eE"), text.size());
  std::string digits;
  std::int64_t exponent = -1;  // of the first digit that counts
  bool is_fraction = false;
  for (const char c : text.substr(0, exponent_at)) {
    if (c == '.') is_fraction = true;
    if (c < '0' || c > '9') continue;
    if (digits.empty() && c == '0') {
      if (is_fraction) --exponent;
      continue;
    }
    if (!is_fraction) ++exponent;
    digits += c;
    if (digits.size() == 1) digits += '.';
  }
  if (digits.empty()) return 0;
  if (exponent_at < text.size()) exponent += parse_exponent(text.substr(exponent_at + 1));
  if (exponent > 400) return std::nullopt;
  if (exponent < -400) return 0;
  digits += 'e' + std::to_string(exponent);
  typename F::Float value = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (result.ec == std::errc::result_out_of_range) {
    if (exponent > 0) return std::nullopt;
    return 0;
  }
  const std::uint64_t bits = std::bit_cast<typename F::Bits>(value);
  if (bits >= F::kInfinity) return std::nullopt;
  return bits;
}

template <typename F>
std::optional<std::uint64_t> parse_magnitude(std::string_view text) {
  if (text == "inf") return F::kInfinity;
  if (text == "nan") return F::kInfinity | 1ULL << (F::kFractionBits - 1);
  if (text.starts_with("nan:")) {
    const std::uint64_t payload_max = (1ULL << F::kFractionBits) - 1;
    const std::optional<std::uint64_t> payload = parse_natural(text.substr(4), payload_max);
    if (!payload || *payload == 0) return std::nullopt;
    return F::kInfinity | *payload;
  }
  return text.starts_with("0x") ? parse_hex<F>(text.substr(2)) : parse_decimal<F>(text);
}

template <typename F>
std::optional<std::uint64_t> parse_float(std::string_view text) {
  if (classify_number(text) == NumberClass::None) return std::nullopt;
  const std::uint64_t sign = text.starts_with('-') ? F::kSign : 0;
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const std::optional<std::uint64_t> magnitude = parse_magnitude<F>(text);
  if (!magnitude) return std::nullopt;
  return sign | *magnitude;
}

}  // namespace

std::optional<std::uint64_t> parse_f32(std::string_view text) {
  return parse_float<Format32>(text);
}
std::optional<std::uint64_t> parse_f64(std::string_view text) {
  return parse_float<Format64>(text);
}

}  // namespace heddle::wast
