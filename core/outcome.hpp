// Outcome: how an agent, or a call, ended. Wasm's own failures are outcomes, never errors.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/value.hpp"

namespace heddle::core {

enum class OutcomeKind : std::uint8_t {
  Returned,    // values
  Trapped,     // message: the specification's ("integer divide by zero")
  Thrown,      // an uncaught exception
  Exhausted,   // message: "call stack exhausted"
  Blocked,     // waits for something that will never come
  Unfinished,  // a limit was reached, or the execution was abandoned
};
[[nodiscard]] std::string_view to_string(OutcomeKind kind);

struct Outcome {
  OutcomeKind kind = OutcomeKind::Unfinished;
  std::vector<Value> values{};
  std::string message{};

  bool operator==(const Outcome&) const = default;
};

// "returned i32:3", "trapped: unreachable", "blocked: waits on memory0+0x10 with no notify left".
[[nodiscard]] std::string to_string(const Outcome& outcome);

}  // namespace heddle::core
