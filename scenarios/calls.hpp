// The part of a scenario's YAML that says who calls what: lists of calls, and processes.
#pragma once

#include <vector>

#include "core/result.hpp"
#include "scenarios/scenario.hpp"
#include "scenarios/yaml.hpp"

namespace heddle::scenarios {

[[nodiscard]] core::Result<std::vector<CallStep>> read_calls(const YamlNode& node);

// Expands `count` and `repeat`.
[[nodiscard]] core::Result<std::vector<Process>> read_processes(const YamlNode& node);

}  // namespace heddle::scenarios
