// --regress: a failure as a scenario, written and told of.
#pragma once

#include <string>

#include "core/repro.hpp"
#include "harness/cli/terminal.hpp"

namespace heddle::harness {

// Pass: it was written.
[[nodiscard]] ExitCode write_scenario(Terminal& terminal, const core::Repro& repro,
                                      const std::string& path);

}  // namespace heddle::harness
