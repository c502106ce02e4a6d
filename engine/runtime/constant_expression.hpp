// Constant expressions: what globals, segments and tables begin with. Spec: valid/instructions,
// "Constant Expressions".
#pragma once

#include <optional>

#include "engine/runtime/instances.hpp"

namespace heddle::engine {

// What a constant expression gives.
struct ConstantValue {
  Slot low = 0;
  Slot high = 0;  // of a vector

  // NOLINTNEXTLINE(google-explicit-constructor): nearly all are one slot.
  constexpr ConstantValue(Slot slot) : low(slot) {}
  constexpr ConstantValue(Slot low_half, Slot high_half) : low(low_half), high(high_half) {}
};

// Of an instance that is linked as far as the expression needs: its types, functions, and the
// globals before. Objects are allocated without a collection, since nothing refers to them yet.
// Nothing if there is no more space for an object: the heap says why.
[[nodiscard]] std::optional<ConstantValue> evaluate_constant(const Expression& expression,
                                                             const Instance& instance);

}  // namespace heddle::engine
