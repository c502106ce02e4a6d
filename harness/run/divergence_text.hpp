// Where a strict replay has left what was recorded, for a person: both sides, with the names of
// functions.
#pragma once

#include <string>

#include "core/trace.hpp"
#include "harness/explore/replay.hpp"

namespace heddle::harness {

// Lines, the last one without a line break. `trace` is that of the execution that has diverged: it
// knows its agents and functions. `is_same_program`: the recorded side's places are in it too.
[[nodiscard]] std::string divergence_text(const Divergence& divergence, const core::Trace& trace,
                                          bool is_same_program);

}  // namespace heddle::harness
