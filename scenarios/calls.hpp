// The part of a scenario's YAML that says who calls what: lists of calls, and processes.
#pragma once

#include <vector>

#include "core/result.hpp"
#include "scenarios/scenario.hpp"
#include "scenarios/yaml.hpp"

namespace heddle::scenarios {

// The meanings of calls (`as`) are appended to `operations`.
[[nodiscard]] core::Result<std::vector<CallStep>> read_calls(
    const YamlNode& node, std::vector<SpecOperation>& operations);

// Expands `count` and `repeat`.
[[nodiscard]] core::Result<std::vector<Process>> read_processes(
    const YamlNode& node, std::vector<SpecOperation>& operations);

}  // namespace heddle::scenarios
