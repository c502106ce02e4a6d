#include "wast/vector_literal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "wast/number.hpp"

namespace heddle::wast {
namespace {

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
constexpr int kVectorBits = 128;
constexpr std::size_t kLanesMax = 16;

std::optional<std::uint64_t> parse_bits(const VectorShape& shape, std::string_view text) {
  if (!shape.is_float) return parse_integer(text, shape.lane_bits);
  return shape.lane_bits == 32 ? parse_f32(text) : parse_f64(text);
}

NanPattern nan_pattern(std::string_view word) {
  if (word == "nan:canonical") return NanPattern::Canonical;
  if (word == "nan:arithmetic") return NanPattern::Arithmetic;
  return NanPattern::None;
}

// The words of the lanes: exactly so many.
core::Result<std::array<std::string_view, kLanesMax>> take_lanes(Cursor& cursor, std::size_t count,
                                                                 bool takes_nans) {
  const std::uint32_t offset = cursor.offset();
  std::array<std::string_view, kLanesMax> lanes;
  std::size_t found = 0;
  for (; at_number(cursor) || (takes_nans && at_nan(cursor)); cursor.advance(), ++found) {
    if (found < count) lanes.at(found) = cursor.text();
  }
  if (cursor.at_unknown()) return cursor.unexpected();
  if (found != count) return cursor.error("wrong number of lane literals", offset);
  return lanes;
}

core::Result<VectorLiteral> parse_lanes(Cursor& cursor, bool takes_nans) {
  const auto shape = std::ranges::find_if(
      kVectorShapes, [&](const VectorShape& known) { return cursor.at_keyword(known.keyword); });
  if (shape == kVectorShapes.end()) return cursor.unexpected();
  cursor.advance();
  const std::uint32_t offset = cursor.offset();
  const auto count = static_cast<std::size_t>(kVectorBits / shape->lane_bits);
  HEDDLE_LET(const auto lanes, take_lanes(cursor, count, takes_nans && shape->is_float));
  VectorLiteral vector{.lane_bits = shape->lane_bits};
  for (std::size_t i = 0; i < count; ++i) {
    const NanPattern nan = nan_pattern(lanes.at(i));
    if (nan != NanPattern::None) {
      vector.nans.at(i) = nan;
      vector.has_nans = true;
      continue;
    }
    const auto bits = parse_bits(*shape, lanes.at(i));
    if (!bits) {
      return cursor.error(fmt::format("constant out of range {}", lanes.at(i).substr(0, 60)),
                          offset);
    }
    const int bit = static_cast<int>(i) * shape->lane_bits;
    (bit < 64 ? vector.bits.low : vector.bits.high) |= *bits << (bit % 64);
  }
  return vector;
}

}  // namespace

bool at_nan(const Cursor& cursor) { return nan_pattern(cursor.text()) != NanPattern::None; }

NanPattern take_nan(Cursor& cursor) {
  const NanPattern nan = nan_pattern(cursor.text());
  if (nan != NanPattern::None) cursor.advance();
  return nan;
}

core::Result<VectorLiteral> parse_vector(Cursor& cursor) { return parse_lanes(cursor, false); }

core::Result<VectorLiteral> parse_vector_pattern(Cursor& cursor) {
  return parse_lanes(cursor, true);
}

}  // namespace heddle::wast
