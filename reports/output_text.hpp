// What the program itself has written, for people: the lines next to the failure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace heddle::reports {

// "the program has written:" and its last lines, printable and indented; empty if there is nothing.
[[nodiscard]] std::string output_text(std::string_view output, std::size_t lines_max = 20);

}  // namespace heddle::reports
