// Result<T>: a value, or the reason why bad input could not become one.
//
// Bad input is the only thing that travels as an Error. Wasm's own failures are Outcomes, violated
// properties are Findings, and bugs of Heddle's own stop the process through HEDDLE_CHECK
// (check.hpp).
//
//   HEDDLE_LET(const Module module, parse_module(source));   // binds, or returns the Error upward
//   HEDDLE_TRY(check_limits(module.memory));                 // for Result<void>
#pragma once

#include <expected>
#include <string>
#include <utility>

#include "core/source.hpp"

namespace heddle::core {

// What is wrong with an input. `message` begins with the specification's wording where the
// specification's test suite expects one ("unknown operator", "type mismatch", ...).
struct Error {
  std::string message{};
  Span span{};

  bool operator==(const Error&) const = default;
};

template <typename T>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> make_error(std::string message, Span span = {}) {
  return std::unexpected(Error{.message = std::move(message), .span = std::move(span)});
}

}  // namespace heddle::core

#define HEDDLE_CONCAT_INNER(a, b) a##b
#define HEDDLE_CONCAT(a, b) HEDDLE_CONCAT_INNER(a, b)
#define HEDDLE_TRY(expression)                                       \
  do {                                                               \
    if (auto heddle_try_result = (expression); !heddle_try_result) { \
      return std::unexpected(std::move(heddle_try_result).error());  \
    }                                                                \
  } while (false)
#define HEDDLE_LET_IMPL(temporary, declaration, expression)             \
  auto temporary = (expression);                                        \
  if (!temporary) return std::unexpected(std::move(temporary).error()); \
  declaration = *std::move(temporary)
#define HEDDLE_LET(declaration, expression) \
  HEDDLE_LET_IMPL(HEDDLE_CONCAT(heddle_let_result_, __LINE__), declaration, expression)
