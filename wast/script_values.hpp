// Constants and result patterns of scripts. Spec: interpreter/README, "Scripts".
#pragma once

#include "core/result.hpp"
#include "core/value.hpp"
#include "wast/cursor.hpp"
#include "wast/script.hpp"

namespace heddle::wast {

// `either` may nest, but not without bound.
inline constexpr int kPatternNestingMax = 100;

// `(i32.const 1)` and the like.
[[nodiscard]] core::Result<core::Value> parse_constant_value(Cursor& cursor);

[[nodiscard]] core::Result<ResultPattern> parse_result_pattern(Cursor& cursor, int depth = 0);

}  // namespace heddle::wast
