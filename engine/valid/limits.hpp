// What Heddle accepts at most, where the specification sets no bound a machine could meet.
// Spec: appendix "Implementation Limitations".
//
// They keep the work that one byte of a module can ask for below a constant, here and in the
// compiler (which gives each local and operand a frame slot). Parameters, results and locals are
// those that all browsers agree on (JavaScript interface, "Implementation-defined Limits").
#pragma once

#include <cstdint>

namespace heddle::engine {

inline constexpr std::uint32_t kParametersMax = 1'000;    // of a function type
inline constexpr std::uint32_t kResultsMax = 1'000;       // of a function type
inline constexpr std::uint32_t kLocalsMax = 50'000;       // of a function, parameters included
inline constexpr std::uint32_t kOperandsMax = 1'000'000;  // on the operand stack at once

}  // namespace heddle::engine
