// Execution: the complete result of running one program under one chooser.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/digest.hpp"
#include "core/outcome.hpp"
#include "core/points.hpp"
#include "core/schedule.hpp"
#include "core/trace.hpp"
#include "core/verdict.hpp"

namespace heddle::core {

// Why an agent cannot go on; only set for agents whose Outcome is Blocked.
struct BlockedOn {
  enum class Kind : std::uint8_t {
    Nothing,
    WaitQueue,
    Agent,
    Spin,  // repeats the same reads, which find the same values: see docs/decisions, "Spinning
           // agents are blocked"
  };
  Kind kind = Kind::Nothing;
  Location location{};                // of the wait queue; of Spin: the first that it reads
  AgentId agent{};                    // that is joined
  std::vector<Location> locations{};  // of Spin: all that it reads, in order

  bool operator==(const BlockedOn&) const = default;
};

struct AgentEnd {
  Outcome outcome{};
  BlockedOn blocked_on{};
  CodeLocation where{};  // the last or pending instruction; of an agent that returned: nowhere

  bool operator==(const AgentEnd&) const = default;
};

// Where an agent was when it made an event.
struct Backtrace {
  EventId event{};
  std::vector<CodeLocation> frames{};  // innermost first; none of an event that is no instruction's

  bool operator==(const Backtrace&) const = default;
};

// Counts for the summary lines of scripts.
struct AssertionCounts {
  std::uint64_t passed = 0;
  std::uint64_t failed = 0;
  std::uint64_t skipped = 0;
};

struct Execution {
  Schedule schedule{};  // as recorded: choices with two or more options only
  Trace trace;
  // The trace's, of an execution whose events were not kept (Recording::Digest).
  std::optional<Digest> trace_digest{};
  std::vector<AgentEnd> ends{};  // index = AgentId
  std::vector<Finding>
      findings{};  // of the program's own checks: assertions of scripts and scenarios
  AssertionCounts assertions;
  std::uint64_t steps = 0;        // visible actions made
  std::uint64_t preemptions = 0;  // switches away from an agent that could have gone on
  // Whoever had it executed wants to know of data races, whatever the program's own checks are.
  bool checks_races = false;
  bool hit_limit = false;  // steps or instructions ran out: the verdict cannot be Pass
  std::string limit{};     // which one, for a person
  // What the end looks like to an observer: results of calls and contents of shared memories in a
  // canonical, printable form. Two executions with equal observations ended alike.
  std::string observation{};
  // Of PointMode::Shared: what two agents have used, with a write among their accesses that neither
  // spawning nor joining orders, and that was not in the set.
  SharedLocations newly_shared{};
  std::vector<Backtrace> backtraces{};  // those asked for, in order
  std::string output{};                 // what the program has written (WASI's fd_write)
};

// The trace's, kept or not. Of Recording::Nothing there is none: it is that of a trace without
// events.
[[nodiscard]] inline Digest trace_digest_of(const Execution& execution) {
  return execution.trace_digest ? *execution.trace_digest : digest_of(execution.trace);
}

}  // namespace heddle::core
