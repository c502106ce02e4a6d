#include "wast/script_values.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <optional>

#include "wast/number.hpp"

namespace heddle::wast {
namespace {

using core::Value;
using core::ValueKind;

struct NumberType {
  std::string_view keyword;
  ValueKind kind;
};
constexpr auto kNumberTypes = std::to_array<NumberType>({
    {"i32.const", ValueKind::I32},
    {"i64.const", ValueKind::I64},
    {"f32.const", ValueKind::F32},
    {"f64.const", ValueKind::F64},
});

std::optional<ValueKind> number_type(Cursor& cursor) {
  for (const NumberType& type : kNumberTypes) {
    if (cursor.take_keyword(type.keyword)) return type.kind;
  }
  return std::nullopt;
}

bool at_number(const Cursor& cursor, bool is_float) {
  return cursor.at(TokenKind::Natural) || cursor.at(TokenKind::Integer) ||
         (is_float && cursor.at(TokenKind::Float));
}

core::Result<std::uint64_t> parse_bits(Cursor& cursor, bool is_float, int width_bits) {
  if (!at_number(cursor, is_float)) return cursor.unexpected();
  const std::string_view text = cursor.text();
  const auto bits = !is_float          ? parse_integer(text, width_bits)
                    : width_bits == 32 ? parse_f32(text)
                                       : parse_f64(text);
  if (!bits) return cursor.error(fmt::format("constant out of range {}", text.substr(0, 60)));
  cursor.advance();
  return *bits;
}

core::Result<Value> parse_number(Cursor& cursor, ValueKind kind) {
  const bool is_float = kind == ValueKind::F32 || kind == ValueKind::F64;
  const int width_bits = kind == ValueKind::I32 || kind == ValueKind::F32 ? 32 : 64;
  HEDDLE_LET(const std::uint64_t bits, parse_bits(cursor, is_float, width_bits));
  return Value{.kind = kind, .low = bits};
}

struct VectorShape {
  std::string_view keyword;
  bool is_float;
  int lane_bits;
};
constexpr auto kVectorShapes = std::to_array<VectorShape>({
    {"i8x16", false, 8},
    {"i16x8", false, 16},
    {"i32x4", false, 32},
    {"i64x2", false, 64},
    {"f32x4", true, 32},
    {"f64x2", true, 64},
});

// After "v128.const".
core::Result<Value> parse_vector(Cursor& cursor) {
  for (const VectorShape& shape : kVectorShapes) {
    if (!cursor.take_keyword(shape.keyword)) continue;
    Value value{.kind = ValueKind::V128};
    for (int bit = 0; bit < 128; bit += shape.lane_bits) {
      HEDDLE_LET(const std::uint64_t lane, parse_bits(cursor, shape.is_float, shape.lane_bits));
      (bit < 64 ? value.low : value.high) |= lane << (bit % 64);
    }
    return value;
  }
  return cursor.unexpected();
}

// After "ref.null".
core::Result<Value> parse_null(Cursor& cursor) {
  if (cursor.take_keyword("func")) return Value{.kind = ValueKind::FuncRef, .is_null = true};
  if (cursor.take_keyword("extern")) return Value{.kind = ValueKind::ExternRef, .is_null = true};
  return cursor.unexpected();
}

// After "ref.extern" or "ref.host".
core::Result<Value> parse_external(Cursor& cursor) {
  if (!cursor.at(TokenKind::Natural)) return cursor.unexpected();
  const auto number = parse_natural(cursor.text(), std::numeric_limits<std::uint64_t>::max());
  if (!number) return cursor.error("constant out of range");
  cursor.advance();
  return Value{.kind = ValueKind::ExternRef, .low = *number};
}

// A constant without its parentheses.
core::Result<Value> parse_bare_constant(Cursor& cursor) {
  if (const auto kind = number_type(cursor)) return parse_number(cursor, *kind);
  if (cursor.take_keyword("v128.const")) return parse_vector(cursor);
  if (cursor.take_keyword("ref.null")) return parse_null(cursor);
  if (cursor.take_keyword("ref.extern") || cursor.take_keyword("ref.host")) {
    return parse_external(cursor);
  }
  return cursor.unexpected();
}

ResultPattern any(ResultPattern::Kind kind) {
  ResultPattern pattern;
  pattern.kind = kind;
  return pattern;
}

core::Result<ResultPattern> parse_either(Cursor& cursor, int depth) {
  ResultPattern pattern = any(ResultPattern::Kind::Either);
  do {
    HEDDLE_LET(ResultPattern alternative, parse_result_pattern(cursor, depth + 1));
    pattern.alternatives.push_back(std::move(alternative));
  } while (cursor.at(TokenKind::Open));
  return pattern;
}

std::optional<NanPattern> take_nan(Cursor& cursor) {
  if (cursor.take_keyword("nan:canonical")) return NanPattern::Canonical;
  if (cursor.take_keyword("nan:arithmetic")) return NanPattern::Arithmetic;
  return std::nullopt;
}

// `(f32.const nan:canonical)` and `(ref.null)` look like constants until their end.
core::Result<ResultPattern> parse_bare_pattern(Cursor& cursor, int depth) {
  if (cursor.take_keyword("either")) return parse_either(cursor, depth);
  const bool is_float = cursor.at_keyword("f32.const") || cursor.at_keyword("f64.const");
  if (is_float && cursor.kind_after() == TokenKind::Keyword) {
    ResultPattern pattern = any(ResultPattern::Kind::Nan);
    pattern.value.kind = *number_type(cursor);
    const auto nan = take_nan(cursor);
    if (!nan) return cursor.unexpected();
    pattern.nan = *nan;
    return pattern;
  }
  if (cursor.kind_after() == TokenKind::Close) {
    if (cursor.take_keyword("ref.func")) return any(ResultPattern::Kind::AnyFunc);
    if (cursor.take_keyword("ref.extern")) return any(ResultPattern::Kind::AnyExtern);
    if (cursor.take_keyword("ref.null")) return any(ResultPattern::Kind::AnyNull);
  }
  ResultPattern pattern;
  HEDDLE_LET(pattern.value, parse_bare_constant(cursor));
  return pattern;
}

}  // namespace

core::Result<Value> parse_constant_value(Cursor& cursor) {
  HEDDLE_TRY(cursor.expect(TokenKind::Open));
  HEDDLE_LET(const Value value, parse_bare_constant(cursor));
  HEDDLE_TRY(cursor.expect(TokenKind::Close));
  return value;
}

core::Result<ResultPattern> parse_result_pattern(Cursor& cursor, int depth) {
  if (depth > kPatternNestingMax) return cursor.error("nesting too deep");
  HEDDLE_TRY(cursor.expect(TokenKind::Open));
  HEDDLE_LET(ResultPattern pattern, parse_bare_pattern(cursor, depth));
  HEDDLE_TRY(cursor.expect(TokenKind::Close));
  return pattern;
}

}  // namespace heddle::wast
