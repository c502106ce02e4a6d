// Whether a scenario's calls fit its module: exports, numbers and types of arguments and results.
#pragma once

#include "core/result.hpp"
#include "engine/syntax/module.hpp"
#include "scenarios/scenario.hpp"

namespace heddle::scenarios {

// Gives every untyped literal the type that the export declares: afterwards every Literal of the
// scenario holds a core::Value, and every SpecOperation knows whether it has a result. Errors point
// into the scenario's file. Also refuses a module that defines a shared memory of its own while
// every process would get an instance of its own (each would have its own memory, and nothing would
// be shared).
[[nodiscard]] core::Result<void> resolve(Scenario& scenario, const engine::Module& module);

}  // namespace heddle::scenarios
