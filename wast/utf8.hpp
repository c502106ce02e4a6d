// UTF-8, as the text format demands it. Spec: values "Names", text/lexical "Characters".
//
// Surrogates, overlong forms and code points above U+10FFFF are malformed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace heddle::wast {

// The length in bytes (1 to 4) of the character at the front of `bytes`, or 0 if it is malformed or
// `bytes` is empty.
[[nodiscard]] std::size_t utf8_length(std::string_view bytes);

[[nodiscard]] bool is_utf8(std::string_view bytes);

// `code_point` must be a scalar value: below 0x110000 and not a surrogate.
void append_utf8(std::string& text, std::uint32_t code_point);

}  // namespace heddle::wast
