// Where two modules differ, for tests of round trips: decode(encode(m)), parse(print(m)).
//
// Ignored: `source`, every offset, where in its pool an instruction keeps its list, and a data
// count that only one of them has (text has none).
#pragma once

#include <string>

#include "engine/syntax/module.hpp"

namespace heddle::engine {

// "function 3, instruction 12 (i32.add)", or empty if there is no difference.
[[nodiscard]] std::string find_difference(const Module& left, const Module& right);

}  // namespace heddle::engine
