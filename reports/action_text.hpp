// What happened, in a few words: "load  [0x10] -> 0", "store [0x10] <- 1", "notify [0x10] -> woke
// 1".
//
// Verbs are padded, so that accesses stand one below the other. Accesses of four bytes are the
// usual ones and go without a size; others say load8, load16, load64. Atomic accesses go without a
// word; those that are not say "plain".
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/trace.hpp"

namespace heddle::reports {

// One text per action, in order; a read and the wait that it belongs to are one. All are printable.
[[nodiscard]] std::vector<std::string> texts_of(const core::Trace& trace,
                                                std::span<const core::Action> actions);

// "[0x10]", or "[memory1+0x10]" for all memories but the first.
[[nodiscard]] std::string text_of(const core::Location& location);

// Names of agents may be missing from a trace that was cut off.
[[nodiscard]] std::string name_of(const core::Trace& trace, core::AgentId agent);

}  // namespace heddle::reports
