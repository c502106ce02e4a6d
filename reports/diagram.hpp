// The picture of an interleaving: one column per agent, time downwards, one row per event.
//
//      main     a                   b
//   1           call add()
//   2           load  [0x0] -> 0
//   3           |                   call add()
//   ...
//
// Invariants:
//   1. A pure function of its arguments; plain ASCII; no line is longer than `columns_max`.
//   2. At most `rows_max` rows of events (and the lines that count what was left out), whatever the
//      length of the trace: the first, the last, and what findings name.
//   3. Agents that never act have no column.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "core/execution.hpp"
#include "core/trace.hpp"
#include "core/verdict.hpp"

namespace heddle::reports {

struct DiagramOptions {
  std::size_t columns_max = 100;
  std::size_t rows_max = 60;
};

// `findings` are marked and listed below; `ends` (index = AgentId; may be empty) tell how agents
// ended that did not simply return.
[[nodiscard]] std::string draw_diagram(const core::Trace& trace,
                                       std::span<const core::Finding> findings,
                                       std::span<const core::AgentEnd> ends = {},
                                       const DiagramOptions& options = {});

}  // namespace heddle::reports
