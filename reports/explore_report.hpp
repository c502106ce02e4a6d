// What an exploration found, as a value; drawn for a terminal or as JSON.
//
// Invariants:
//   1. Both forms are pure functions of the value. Wall time is metadata: it is the last thing in
//      either form, and can be left out, so that outputs can be compared.
//   2. A report is Fail if there is a failure, Unknown if an execution was cut off by a limit or
//      the search was cut short, and Pass otherwise.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/execution.hpp"
#include "core/points.hpp"
#include "core/result.hpp"
#include "core/sketch.hpp"
#include "core/trace.hpp"
#include "core/verdict.hpp"

namespace heddle::reports {

// Two neighbouring steps of which the order decides: as it is in the trace, the program fails.
struct DecidingPair {
  core::Trace trace;  // of a failing execution, maybe longer than the smallest one
  core::EventId earlier{};
  core::EventId later{};
  // Of each of the two: who has called whom, innermost first.
  std::vector<core::CodeLocation> earlier_stack;
  std::vector<core::CodeLocation> later_stack;
  bool other_passes = true;  // the other way round: it passes, or something else comes of it
};

struct ExploreFailure {
  core::Signature signature;
  std::string message;
  std::uint64_t schedule_number = 0;     // the first schedule that failed so; from 1
  std::uint64_t execution = 0;           // its number in the whole campaign, from 0
  std::uint64_t seed = 0;                // of that execution
  std::string strategy;                  // of that execution: "surw", "portfolio: surw"
  std::uint64_t preemptions_found = 0;   // in that execution
  std::uint64_t preemptions_shrunk = 0;  // in the smallest failing one
  std::string schedule;                  // of the smallest one, in its text form
  std::string repro_path;                // empty if none was written
  // The smallest failing execution, for the diagram.
  core::Trace trace;
  std::vector<core::Finding> findings;
  std::vector<core::AgentEnd> ends;
  std::string output;  // what the program has written in it
  std::optional<DecidingPair> pair;
};

struct OutcomeCount {
  std::string observation;
  std::uint64_t count = 0;
};

// How many different things the schedules so far have shown. All of the program, not of values.
struct CoverageCounts {
  std::uint64_t schedules = 0;
  std::uint64_t interleavings = 0;  // different orders of events
  std::uint64_t classes = 0;        // of executions in which every read reads from the same write
  std::uint64_t reads_from = 0;  // pairs of instructions: one has read what the other has written
  std::uint64_t hand_offs = 0;   // pairs of instructions: one agent's, then another agent's

  bool operator==(const CoverageCounts&) const = default;
};

struct Coverage {
  CoverageCounts counts;
  std::vector<CoverageCounts> curve;    // after 1, 2, 4, 8, ... schedules
  std::uint64_t last_new_schedule = 0;  // the last that has shown a new pair
  // What was counted, to be joined with that of others.
  core::Sketch interleavings;
  core::Sketch classes;
  core::Sketch reads_from;
  core::Sketch hand_offs;
};

struct ExploreReport {
  std::string program;
  std::string program_digest;
  std::string strategy;
  std::uint64_t seed = 0;
  std::uint64_t schedules = 0;   // run
  std::uint64_t unfinished = 0;  // of these, cut off by a limit
  bool is_complete = false;      // there are no others, within the strategy's bounds
  // Why it ended before its time (it was interrupted, or a search for all executions ran out of
  // schedules); empty if it did not.
  std::string cut_short;
  std::uint64_t estimate = 0;  // schedules in all, of a search; 0: nobody knows
  double events_mean = 0;      // per schedule
  double points_mean = 0;      // of choice; likewise
  core::PointMode points = core::PointMode::All;
  std::uint64_t shard_index = 0;
  std::uint64_t shard_count = 1;
  bool is_saturated = false;  // it ended because nothing new was shown any more
  std::optional<Coverage> coverage;
  std::vector<ExploreFailure> failures;  // in the order in which they were found
  std::vector<OutcomeCount> outcomes;    // in the order of observations
  double seconds = 0;
  // Why a repro could not be written, the first time. Neither form says it: it is about this run of
  // the program, not about what was found.
  std::optional<core::Error> repro_error;
};

[[nodiscard]] core::VerdictKind verdict_of(const ExploreReport& report);

struct ExploreRenderOptions {
  bool with_time = true;
  bool with_diagrams = true;
  bool with_coverage = true;
  std::size_t outcomes_max = 20;  // of the text form
};

[[nodiscard]] std::string render_text(const ExploreReport& report,
                                      const ExploreRenderOptions& options = {});

// docs/formats/report-json.md. Indented, with a line break at the end; keys in a fixed order.
[[nodiscard]] std::string to_json(const ExploreReport& report,
                                  const ExploreRenderOptions& options = {});

}  // namespace heddle::reports
