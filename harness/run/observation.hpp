// Observation: what the end of an execution looks like from outside, as text.
//
// One line; two executions with equal observations ended alike. It does not depend on the order in
// which agents were made: agents are named by their path ("main/T1/T11"), in alphabetical order,
// each with its calls in its own order; then the contents of the shared memories.
#pragma once

#include <string>

#include "core/execution.hpp"
#include "engine/runtime/store.hpp"

namespace heddle::harness {

// `execution` is complete: its trace and ends are filled in.
[[nodiscard]] std::string observe(const core::Execution& execution, const engine::Store& store);

}  // namespace heddle::harness
