// Writing YAML: one field after the other, so that what is written reads well and reads back
// exactly.
//
// Invariants:
//   1. Any byte string survives: as `key: "..."` where it is one short line, as a literal block
//   where
//      it is plain text of several lines, and as `key_base64:` otherwise.
//   2. parse_field reads back what print_field wrote.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "scenarios/fields.hpp"

namespace heddle::scenarios {

// `indent` columns before the key.
[[nodiscard]] std::string print_field(std::string_view key, std::string_view text,
                                      std::size_t indent = 0);

// The field `key`, or `key_base64`; exactly one of them.
[[nodiscard]] core::Result<std::string> parse_field(const Fields& fields, std::string_view key);

}  // namespace heddle::scenarios
