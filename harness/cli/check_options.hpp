// The options of `heddle check`, apart because they are many.
#pragma once

#include <CLI/CLI.hpp>

#include "harness/cli/commands.hpp"

namespace heddle::harness {

void add_check_options(CLI::App& command, CheckCommand& check);

}  // namespace heddle::harness
