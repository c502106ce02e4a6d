// What the names of operations tell about their values, in files that do not tell it themselves.
#pragma once

#include <string_view>

namespace heddle::histories {

// Of one that has a result and takes no argument: read, dequeue, pop, peek, ... Where a file has
// one value for both, it is such an operation's result, and another's argument.
[[nodiscard]] bool only_gives(std::string_view function);

}  // namespace heddle::histories
