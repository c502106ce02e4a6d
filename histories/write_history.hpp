// write_edn, write_json_lines: a history as a file, one event a line, that read_history reads.
//
// Invariants:
//   1. What was read from events is read again as the same history (same_history.hpp).
//   2. Of any history the precedence of operations survives: at equal times invocations come before
//      returns, except of one process.
#pragma once

#include <string>

#include "core/history.hpp"

namespace heddle::histories {

[[nodiscard]] std::string write_edn(const core::History& history);
[[nodiscard]] std::string write_json_lines(const core::History& history);

}  // namespace heddle::histories
