// Text of unknown origin, made safe for a terminal and of known width.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace heddle::reports {

// Control bytes and bytes beyond ASCII as \xx: the result has one column per character.
[[nodiscard]] std::string printable(std::string_view text);

// At most `columns` long; what was cut is marked by a final '~'.
[[nodiscard]] std::string cut(std::string text, std::size_t columns);

// Broken into lines of at most `columns`, between words where possible; each line after the first
// is preceded by `margin` blanks.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t columns, std::size_t margin);

// Every non-empty line preceded by `margin` blanks.
[[nodiscard]] std::string indented(std::string_view lines, std::size_t margin);

// "1 failure", "2 failures".
[[nodiscard]] std::string counted(std::size_t count, std::string_view noun);

}  // namespace heddle::reports
