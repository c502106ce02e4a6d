// What an instance wants done before anything in it is called: its export `_initialize`, as WASI's
// reactors have it, if it takes and returns nothing.
//
// C programs with threads (scenarios/structures/include) get a stack and thread-local storage
// there.
#pragma once

#include "engine/exec/machine.hpp"
#include "harness/run/prepared_module.hpp"

namespace heddle::harness {

// False: it did not return, and what it did is the agent's outcome.
[[nodiscard]] bool initialize(engine::Agent& agent, const engine::Instance& instance,
                              const PreparedModule& module);

}  // namespace heddle::harness
