// The words of choices, read: the reverse of to_string(Choice). "t3", "timeout:t3", "grow:1".
#pragma once

#include <optional>
#include <string_view>

#include "core/choice.hpp"

namespace heddle::core {

// Nothing: it is none.
[[nodiscard]] std::optional<Choice> parse_choice(std::string_view word);

}  // namespace heddle::core
