// The monitor of registers, with compare-and-swap, in linear time.
//
// It applies where each value is written at most once, and not the initial one. Then a read says
// which write it saw, and a successful compare-and-swap which write it comes right behind: see
// chains.hpp.
//   1. A compare-and-swap that failed says only what was not there: not for this monitor.
//   2. A compare_exchange that gave another value than the expected one is a read of that value.
//   3. A pending write, compare-and-swap or exchange happened iff somebody saw its value.
#pragma once

#include <optional>

#include "harness/linear/decision.hpp"

namespace heddle::harness {

[[nodiscard]] std::optional<Decision> decide_register(const Calls& calls, const ModelState& initial,
                                                      bool wants_witness);

}  // namespace heddle::harness
