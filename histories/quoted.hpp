// Strings in double quotes, of EDN and of JSON: nearly the same in both.
//
// JSON (RFC 8259, section 7) has \/ and forbids control characters; EDN has octal escapes (as
// Clojure reads them). Both write characters beyond 16 bits as two \u escapes.
#pragma once

#include <string>
#include <string_view>

#include "histories/text_cursor.hpp"

namespace heddle::histories {

enum class Dialect : std::uint8_t { Edn, Json };

// The cursor stands on the opening quote. `text` is what was written: a part of the input, or of
// `buffer` if there were escapes.
bool read_quoted(TextCursor& cursor, Dialect dialect, std::string& buffer, std::string_view& text);

// The value of so many hexadecimal digits; nothing but digits, or -1.
[[nodiscard]] std::int32_t hexadecimal_value(std::string_view digits);

void append_utf8(std::uint32_t code_point, std::string& text);

}  // namespace heddle::histories
