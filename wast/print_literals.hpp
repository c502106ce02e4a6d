// Literals as the printer writes them. Spec: text/values.
//
// Invariants:
//   1. The lexer and the parsers of number.hpp give back the same bytes and bits.
//   2. Only printable ASCII: everything else is escaped.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace heddle::wast {

// With quotes. Bytes: each that is not printable as \hh.
[[nodiscard]] std::string bytes_literal(std::span<const std::uint8_t> bytes);

// With quotes. A name: as above, but whole characters above ASCII as \u{...}.
[[nodiscard]] std::string name_literal(std::string_view name);

// $name, or $"name" if it has other characters than identifiers may have. Must not be empty.
[[nodiscard]] std::string id_literal(std::string_view name);

// The shortest decimal that is read as the same bits; nan with its payload unless it is canonical.
[[nodiscard]] std::string f32_literal(std::uint32_t bits);
[[nodiscard]] std::string f64_literal(std::uint64_t bits);

}  // namespace heddle::wast
