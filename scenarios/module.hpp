// The module of a scenario, from text.
#pragma once

#include "core/result.hpp"
#include "engine/syntax/module.hpp"
#include "scenarios/scenario.hpp"

namespace heddle::scenarios {

// Binary modules are not for this folder: engine/binary decodes Scenario::module->text.
[[nodiscard]] core::Result<engine::Module> parse_scenario_module(const Scenario& scenario);

}  // namespace heddle::scenarios
