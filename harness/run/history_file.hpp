// Histories as files, and the history of an execution (design, law 4) as one of them: what `heddle
// check` then judges again, without the program.
#pragma once

#include <string>

#include "core/history.hpp"
#include "core/result.hpp"
#include "harness/run/program.hpp"

namespace heddle::harness {

// JSON lines if the name ends in .json or .jsonl, else EDN.
[[nodiscard]] core::Result<void> write_history_file(const std::string& path,
                                                    const core::History& history);

// Error: the program does not say what its calls mean, so that its executions have no history.
[[nodiscard]] core::Result<void> check_has_operations(const Program& program);

// Of an execution of the program, recorded in full.
[[nodiscard]] core::Result<void> write_history_of(const Program& program,
                                                  const core::Execution& execution,
                                                  const std::string& path);

}  // namespace heddle::harness
