// From a Scenario back to YAML: what is printed loads again as the same scenario, with its module
// inline, so that the file stands for itself.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "scenarios/scenario.hpp"

namespace heddle::scenarios {

// `module` is the module's text. Errors: a name that a line of YAML cannot hold.
[[nodiscard]] core::Result<std::string> print_scenario(const Scenario& scenario,
                                                       std::string_view module);

}  // namespace heddle::scenarios
