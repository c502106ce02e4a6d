// execute_body: one execution of a body as agent 0 of a fresh machine. What all programs share.
#pragma once

#include "core/digest.hpp"
#include "engine/exec/machine.hpp"
#include "harness/run/program.hpp"

namespace heddle::harness {

// The body's findings and assertion counts are for the caller to add.
[[nodiscard]] core::Execution execute_body(core::Chooser& chooser, const ExecuteOptions& options,
                                           const core::Digest& program,
                                           const engine::AgentBody& body);

}  // namespace heddle::harness
