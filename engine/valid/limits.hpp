// What Heddle accepts at most, where the specification sets no bound a machine could meet.
// Spec: appendix "Implementation Limitations".
//
// They keep the work that one byte of a module can ask for below a constant, here and in the
// compiler (which gives each local and operand a frame slot). Most are those that all browsers
// agree on (JavaScript interface, "Implementation-defined Limits"). How deep types may be nested is
// kSubtypeDepthMax (type_table.hpp).
#pragma once

#include <cstdint>

#include "engine/syntax/instruction.hpp"

namespace heddle::engine {

inline constexpr std::uint32_t kTypesMax = 1'000'000;     // of a module
inline constexpr std::uint32_t kParametersMax = 1'000;    // of a function type
inline constexpr std::uint32_t kResultsMax = 1'000;       // of a function type
inline constexpr std::uint32_t kFieldsMax = 10'000;       // of a structure type
inline constexpr std::uint32_t kFixedArrayMax = 10'000;   // operands of array.new_fixed
inline constexpr std::uint32_t kLocalsMax = 50'000;       // of a function, parameters included
inline constexpr std::uint32_t kOperandsMax = 1'000'000;  // on the operand stack at once

// Immediates that hold a ValueType say exactly which type is meant.
static_assert(kTypesMax <= kEncodedIndexMax);

}  // namespace heddle::engine
