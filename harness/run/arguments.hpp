// Arguments of calls from outside: do they match a function's type, and how a person writes them on
// a command line.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/value.hpp"
#include "engine/syntax/types.hpp"

namespace heddle::harness {

[[nodiscard]] bool arguments_match(const engine::FunctionType& type,
                                   std::span<const core::Value> arguments);

// One word per parameter, in the text format's number syntax: "-1", "0x1f", "1e3", "nan", "null"
// for references, a number for an external reference. The error says which argument is wrong, and
// what the function's type is.
[[nodiscard]] core::Result<std::vector<core::Value>> parse_arguments(
    const engine::FunctionType& type, std::span<const std::string> words);

}  // namespace heddle::harness
