#include "scenarios/literal.hpp"

#include <fmt/format.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

namespace heddle::scenarios {
namespace {

using core::Value;
using core::ValueKind;

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::optional<std::uint64_t> parse_magnitude(std::string_view digits) {
  const int base = take_prefix(digits, "0x") ? 16 : 10;
  std::uint64_t number = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number, base);
  if (error != std::errc{} || stop != end || digits.empty()) return std::nullopt;
  return number;
}

std::optional<UntypedInteger> parse_integer(std::string_view text) {
  const bool is_negative = take_prefix(text, "-");
  if (!is_negative) take_prefix(text, "+");
  const auto magnitude = parse_magnitude(text);
  if (!magnitude) return std::nullopt;
  return UntypedInteger{is_negative && *magnitude != 0, *magnitude};
}

// Two's complement in `width` bits, if it fits as a signed or as an unsigned number.
std::optional<std::uint64_t> bits_of(const UntypedInteger& integer, int width) {
  const std::uint64_t mask = width == 64 ? UINT64_MAX : (std::uint64_t{1} << width) - 1;
  const std::uint64_t limit = integer.is_negative ? mask / 2 + 1 : mask;
  if (integer.magnitude > limit) return std::nullopt;
  return (integer.is_negative ? 0 - integer.magnitude : integer.magnitude) & mask;
}

// `payload_bits`: the width of the significand's field, which is a NaN's payload.
template <typename Float, typename Bits>
std::optional<Bits> parse_float(std::string_view text, int payload_bits) {
  const bool is_negative = take_prefix(text, "-");
  if (!is_negative) take_prefix(text, "+");
  const Bits sign = is_negative ? Bits{1} << (std::numeric_limits<Bits>::digits - 1) : Bits{0};
  const Bits infinity = std::bit_cast<Bits>(std::numeric_limits<Float>::infinity());
  if (text == "inf") return sign | infinity;
  if (text == "nan") return sign | infinity | Bits{1} << (payload_bits - 1);
  if (take_prefix(text, "nan:")) {
    const auto payload = parse_magnitude(text);
    if (!text.starts_with("0x") || !payload || *payload == 0) return std::nullopt;
    if (*payload >> payload_bits != 0) return std::nullopt;
    return sign | infinity | static_cast<Bits>(*payload);
  }
  const auto format = take_prefix(text, "0x") ? std::chars_format::hex : std::chars_format::general;
  // from_chars would also take "nan(...)", "infinity" and a second sign.
  if (text.empty() || (std::isxdigit(static_cast<unsigned char>(text[0])) == 0 && text[0] != '.')) {
    return std::nullopt;
  }
  Float number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number, format);
  if (error != std::errc{} || stop != end || !std::isfinite(number)) return std::nullopt;
  return sign | std::bit_cast<Bits>(number);
}

std::optional<Value> parse_reference(std::string_view text) {
  if (text == "ref.null func") return Value{.kind = ValueKind::FuncRef, .is_null = true};
  if (text == "ref.null extern") return Value{.kind = ValueKind::ExternRef, .is_null = true};
  if (!take_prefix(text, "ref.extern ")) return std::nullopt;
  const auto number = parse_magnitude(text);
  if (!number) return std::nullopt;
  return Value{.kind = ValueKind::ExternRef, .low = *number};
}

std::optional<Value> parse_integer_value(std::string_view text, ValueKind kind, int width) {
  const auto integer = parse_integer(text);
  if (!integer) return std::nullopt;
  const auto bits = bits_of(*integer, width);
  if (!bits) return std::nullopt;
  return Value{.kind = kind, .low = *bits};
}

std::optional<Value> parse_typed(std::string_view text) {
  if (take_prefix(text, "i32:")) return parse_integer_value(text, ValueKind::I32, 32);
  if (take_prefix(text, "i64:")) return parse_integer_value(text, ValueKind::I64, 64);
  if (take_prefix(text, "f32:")) {
    const auto bits = parse_float<float, std::uint32_t>(text, 23);
    return bits ? std::optional(Value::f32(*bits)) : std::nullopt;
  }
  if (take_prefix(text, "f64:")) {
    const auto bits = parse_float<double, std::uint64_t>(text, 52);
    return bits ? std::optional(Value::f64(*bits)) : std::nullopt;
  }
  return parse_reference(text);
}

// The type a value has, as the specification spells it.
std::string_view type_name(ValueKind kind) {
  switch (kind) {
    case ValueKind::I32:
      return "i32";
    case ValueKind::I64:
      return "i64";
    case ValueKind::F32:
      return "f32";
    case ValueKind::F64:
      return "f64";
    case ValueKind::V128:
      return "v128";
    case ValueKind::FuncRef:
      return "funcref";
    case ValueKind::ExternRef:
      return "externref";
    case ValueKind::AnyRef:
    case ValueKind::HostRef:
      return "anyref";
    case ValueKind::I31Ref:
      return "i31ref";
    case ValueKind::StructRef:
      return "structref";
    case ValueKind::ArrayRef:
      return "arrayref";
    case ValueKind::ExnRef:
      return "exnref";
  }
  return "?";
}

// A float holds an integer if it converts there and back. Magnitudes from 2^63 on are left out: the
// way back is not defined for all of them, and nobody writes them.
template <typename Float>
std::optional<Float> exact_float(const UntypedInteger& integer) {
  if (integer.magnitude > std::uint64_t{1} << 62) return std::nullopt;
  const auto number = static_cast<Float>(integer.magnitude);
  if (static_cast<std::uint64_t>(number) != integer.magnitude) return std::nullopt;
  return integer.is_negative ? -number : number;
}

std::optional<Value> with_type(const UntypedInteger& integer, engine::TypeKind kind) {
  switch (kind) {
    case engine::TypeKind::I32: {
      const auto bits = bits_of(integer, 32);
      return bits ? std::optional(Value{.kind = ValueKind::I32, .low = *bits}) : std::nullopt;
    }
    case engine::TypeKind::I64: {
      const auto bits = bits_of(integer, 64);
      return bits ? std::optional(Value{.kind = ValueKind::I64, .low = *bits}) : std::nullopt;
    }
    case engine::TypeKind::F32: {
      const auto number = exact_float<float>(integer);
      return number ? std::optional(Value::f32(std::bit_cast<std::uint32_t>(*number)))
                    : std::nullopt;
    }
    case engine::TypeKind::F64: {
      const auto number = exact_float<double>(integer);
      return number ? std::optional(Value::f64(std::bit_cast<std::uint64_t>(*number)))
                    : std::nullopt;
    }
    case engine::TypeKind::V128:
    case engine::TypeKind::Ref:
    case engine::TypeKind::I8:
    case engine::TypeKind::I16:
    case engine::TypeKind::Bottom:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

core::Result<Literal> parse_literal(std::string_view text, core::Span span) {
  if (const auto integer = parse_integer(text)) return Literal{*integer, std::move(span)};
  if (const auto value = parse_typed(text)) return Literal{*value, std::move(span)};
  return core::make_error(
      fmt::format("'{}' is not a value; a value is an integer, i32:N, i64:N, f32:X, f64:X, "
                  "ref.null func, ref.null extern or ref.extern N",
                  text),
      std::move(span));
}

core::Result<Value> resolve(const Literal& literal, engine::ValueType type) {
  if (const auto* const integer = std::get_if<UntypedInteger>(&literal.value)) {
    if (const auto value = with_type(*integer, type.kind)) return *value;
    return core::make_error(
        fmt::format("{}{} is not a value of type {}", integer->is_negative ? "-" : "",
                    integer->magnitude, engine::to_string(type)),
        literal.span);
  }
  const Value& value = std::get<Value>(literal.value);
  const std::string wanted = engine::to_string(type);
  const bool is_lost_null = type.is_ref() && value.is_null && !type.nullable;
  if (type_name(value.kind) == wanted && !is_lost_null) return value;
  return core::make_error(
      fmt::format("type mismatch: {} where {} is expected", core::to_string(value), wanted),
      literal.span);
}

}  // namespace heddle::scenarios
