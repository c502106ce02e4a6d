// The command line: from words to a command, and from its result to an exit code.
#pragma once

#include <string>
#include <vector>

#include "harness/cli/terminal.hpp"

namespace heddle::harness {

// `arguments` without the program's name. Never throws for bad input; what is thrown is a bug of
// Heddle's own, and becomes ExitCode::Internal in main.
[[nodiscard]] ExitCode run_command(std::vector<std::string> arguments, Terminal& terminal);

}  // namespace heddle::harness
