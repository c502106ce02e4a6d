// `heddle check --follow`: one history, while it is being written.
#pragma once

#include "harness/cli/commands.hpp"

namespace heddle::harness {

[[nodiscard]] ExitCode follow(Terminal& terminal, const CheckCommand& command);

}  // namespace heddle::harness
