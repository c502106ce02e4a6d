// From a trace to the rows of its diagram: what is shown, not where.
//
// Invariants:
//   1. Rows are in trace order; consecutive rows of one agent that say the same are one row.
//   2. The number of rows is bounded by the options, not by the trace.
//   3. If not all can be shown, private events (private_events.hpp) that are no evidence are left
//      out first, and then what is in the middle.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/execution.hpp"
#include "core/trace.hpp"
#include "core/verdict.hpp"

namespace heddle::reports {

struct DiagramRow {
  std::uint64_t number = 0;  // of the first event, from 1; 0: no event of its own
  std::uint32_t agent = 0;
  std::string text;        // printable
  std::string file;        // of the source line, without folders; empty if there is none
  std::uint32_t line = 0;  // likewise 0
  bool is_evidence = false;
  std::uint64_t repeats = 1;
  // Left out between the row above and this one: private ones only, or any.
  std::uint64_t private_events_before = 0;
  std::uint64_t events_before = 0;
  // What each agent is doing meanwhile: ' ' nothing, '|' inside a call, ':' asleep. Index =
  // AgentId.
  std::string lifelines;
};

[[nodiscard]] std::vector<DiagramRow> rows_of(const core::Trace& trace,
                                              std::span<const core::Finding> findings,
                                              std::span<const core::AgentEnd> ends,
                                              std::size_t rows_max);

}  // namespace heddle::reports
