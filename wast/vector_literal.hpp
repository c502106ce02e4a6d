// Vectors and lanes as text: `i32x4 1 2 3 4`, in instructions and in scripts. Spec: text/values,
// text/instructions "Vector Instructions".
#pragma once

#include <array>
#include <cstdint>

#include "core/result.hpp"
#include "engine/syntax/instruction.hpp"
#include "wast/cursor.hpp"
#include "wast/script.hpp"

namespace heddle::wast {

// The number of a lane is a byte.
inline constexpr std::uint64_t kLaneMax = 255;

struct VectorLiteral {
  engine::VectorImmediate bits;
  int lane_bits = 8;
  bool has_nans = false;                // any of `nans` is one
  std::array<NanPattern, 4> nans = {};  // instead of the lane's bits; only in float lanes
};

// A natural, an integer or a float.
[[nodiscard]] inline bool at_number(const Cursor& cursor) {
  return cursor.at(TokenKind::Natural) || cursor.at(TokenKind::Integer) ||
         cursor.at(TokenKind::Float);
}

// After `v128.const`: the shape and its lanes.
[[nodiscard]] core::Result<VectorLiteral> parse_vector(Cursor& cursor);
// `nan:canonical` and `nan:arithmetic` may stand for lanes.
[[nodiscard]] core::Result<VectorLiteral> parse_vector_pattern(Cursor& cursor);

// At `nan:canonical` or `nan:arithmetic`.
[[nodiscard]] bool at_nan(const Cursor& cursor);
// `nan:canonical` or `nan:arithmetic`; None if it is neither.
[[nodiscard]] NanPattern take_nan(Cursor& cursor);

}  // namespace heddle::wast
