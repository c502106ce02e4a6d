// Who is blocked at the end of an execution, on what, and because of whom.
//
// Agents that only join another blocked agent are consequences; the others are causes: those on a
// wait queue, those that spin, and those in a cycle of joins. Of a location that a cause waits for,
// the last writer is told: of a lock, that is who holds it. Writes of agents that wait for the same
// location themselves do not count: they only left a mark that they wait.
#pragma once

#include <string>
#include <vector>

#include "core/execution.hpp"

namespace heddle::harness {

struct Blocked {
  std::vector<std::string> causes;        // each in words
  std::vector<std::string> consequences;  // likewise
  std::string cycle;                      // "a waits for b, b waits for a"; empty if there is none
  std::string place;                      // of the causes' instructions, sorted
  std::vector<core::EventId> events;      // of the causes: last ones, and those of last writers
  bool someone_waits = false;             // on a wait queue
  bool someone_spins = false;
};

[[nodiscard]] Blocked blocked_of(const core::Execution& execution);

}  // namespace heddle::harness
