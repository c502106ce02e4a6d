// Number literals: what they are and what they mean. Spec: text/values.
//
// Invariants:
//   1. A literal's class follows from its spelling alone; its value may still be out of range.
//   2. Floats are rounded once, from the exact value, to nearest with ties to even.
//   3. A float literal that would round to infinity is out of range; one that rounds to zero is
//   not.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace heddle::wast {

// The specification's uN (no sign), sN (with a sign) and fN (anything else). The classes are
// nested: a natural is an integer, an integer is a float.
enum class NumberClass : std::uint8_t { None, Natural, Integer, Float };
[[nodiscard]] NumberClass classify_number(std::string_view text);

// The parsers take any text and return nothing if it is no literal of the kind, or out of range.

[[nodiscard]] std::optional<std::uint64_t> parse_natural(std::string_view text, std::uint64_t max);

// An integer of `width_bits` (8 to 64), signed or unsigned: its bits, zero-extended.
[[nodiscard]] std::optional<std::uint64_t> parse_integer(std::string_view text, int width_bits);

// The bits of a float, zero-extended.
[[nodiscard]] std::optional<std::uint64_t> parse_f32(std::string_view text);
[[nodiscard]] std::optional<std::uint64_t> parse_f64(std::string_view text);

}  // namespace heddle::wast
