#include "wast/script_values.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <optional>

#include "engine/syntax/type_table.hpp"
#include "wast/module_context.hpp"
#include "wast/number.hpp"
#include "wast/vector_literal.hpp"

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

core::Result<std::uint64_t> parse_bits(Cursor& cursor, bool is_float, int width_bits) {
  if (!at_number(cursor) || (!is_float && cursor.at(TokenKind::Float))) return cursor.unexpected();
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

Value value_of(const VectorLiteral& vector) {
  return {.kind = ValueKind::V128, .low = vector.bits.low, .high = vector.bits.high};
}

// Which kind of value the null of a heap type is: that of the hierarchy's top.
ValueKind null_kind(engine::HeapKind heap) {
  const engine::HeapKind top = engine::top_of(heap);
  if (top == engine::HeapKind::Func) return ValueKind::FuncRef;
  if (top == engine::HeapKind::Extern) return ValueKind::ExternRef;
  return top == engine::HeapKind::Exn ? ValueKind::ExnRef : ValueKind::AnyRef;
}

// After "ref.null".
core::Result<Value> parse_null(Cursor& cursor) {
  const auto heap = take_abstract_heap_type(cursor);
  if (!heap) return cursor.unexpected();
  return Value{.kind = null_kind(*heap), .is_null = true};
}

// After "ref.extern" or "ref.host".
core::Result<Value> parse_external(Cursor& cursor, ValueKind kind) {
  if (!cursor.at(TokenKind::Natural)) return cursor.unexpected();
  const auto number = parse_natural(cursor.text(), std::numeric_limits<std::uint64_t>::max());
  if (!number) return cursor.error("constant out of range");
  cursor.advance();
  return Value{.kind = kind, .low = *number};
}

// A constant without its parentheses.
core::Result<Value> parse_bare_constant(Cursor& cursor) {
  if (const auto kind = number_type(cursor)) return parse_number(cursor, *kind);
  if (cursor.take_keyword("v128.const")) {
    HEDDLE_LET(const VectorLiteral vector, parse_vector(cursor));
    return value_of(vector);
  }
  if (cursor.take_keyword("ref.null")) return parse_null(cursor);
  if (cursor.take_keyword("ref.extern")) return parse_external(cursor, ValueKind::ExternRef);
  if (cursor.take_keyword("ref.host")) return parse_external(cursor, ValueKind::HostRef);
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

// After "v128.const".
core::Result<ResultPattern> parse_lanes(Cursor& cursor) {
  HEDDLE_LET(const VectorLiteral vector, parse_vector_pattern(cursor));
  ResultPattern pattern =
      any(vector.has_nans ? ResultPattern::Kind::Lanes : ResultPattern::Kind::Value);
  pattern.value = value_of(vector);
  if (vector.has_nans) {
    pattern.lane_nans.assign(vector.nans.begin(), vector.nans.begin() + 128 / vector.lane_bits);
  }
  return pattern;
}

struct ReferenceName {
  std::string_view keyword;
  engine::HeapKind heap;
};
constexpr auto kReferenceNames = std::to_array<ReferenceName>({
    {"ref.func", engine::HeapKind::Func},
    {"ref.extern", engine::HeapKind::Extern},
    {"ref.any", engine::HeapKind::Any},
    {"ref.eq", engine::HeapKind::Eq},
    {"ref.i31", engine::HeapKind::I31},
    {"ref.struct", engine::HeapKind::Struct},
    {"ref.array", engine::HeapKind::Array},
    {"ref.exn", engine::HeapKind::Exn},
});

// A word before ")": a pattern for references.
std::optional<ResultPattern> take_reference_pattern(Cursor& cursor) {
  if (cursor.take_keyword("ref")) return any(ResultPattern::Kind::AnyRef);
  if (cursor.take_keyword("ref.null")) return any(ResultPattern::Kind::AnyNull);
  for (const ReferenceName& name : kReferenceNames) {
    if (!cursor.take_keyword(name.keyword)) continue;
    ResultPattern pattern = any(ResultPattern::Kind::Reference);
    pattern.heap = name.heap;
    return pattern;
  }
  return std::nullopt;
}

// `(f32.const nan:canonical)` and `(ref.null)` look like constants until their end.
core::Result<ResultPattern> parse_bare_pattern(Cursor& cursor, int depth) {
  if (cursor.take_keyword("either")) return parse_either(cursor, depth);
  if (cursor.take_keyword("v128.const")) return parse_lanes(cursor);
  const bool is_float = cursor.at_keyword("f32.const") || cursor.at_keyword("f64.const");
  if (is_float && cursor.kind_after() == TokenKind::Keyword) {
    ResultPattern pattern = any(ResultPattern::Kind::Nan);
    pattern.value.kind = *number_type(cursor);
    pattern.nan = take_nan(cursor);
    if (pattern.nan == NanPattern::None) return cursor.unexpected();
    return pattern;
  }
  if (cursor.kind_after() == TokenKind::Close) {
    if (auto pattern = take_reference_pattern(cursor)) return *std::move(pattern);
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
