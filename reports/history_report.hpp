// What was found about a recorded history, as a value; drawn for a terminal or as JSON.
//
// Both forms are pure functions of the value. All numbers of operations are indices into
// History::operations.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/history.hpp"
#include "core/verdict.hpp"

namespace heddle::reports {

// One weaker level: "sequential consistency" and whether it holds.
struct HistoryLevel {
  std::string name;
  core::VerdictKind kind = core::VerdictKind::Unknown;
  std::string note;  // may be empty
};

// Why a history is not linearizable.
struct HistoryFailure {
  std::optional<std::uint32_t> unplaced;  // the first operation, by its return, without a place
  std::vector<std::string> explained;     // the results of it that could have been
  std::vector<std::uint32_t> minimal;     // operations that fail by themselves, ascending
  bool is_minimal = false;                // none of them can be left out
  std::vector<std::string> confirmed_by;  // the deciders that find the minimal part wrong
  std::vector<std::uint32_t> placed;      // of the minimal part: the longest beginning of an order
  std::optional<std::uint32_t> minimal_unplaced;
  std::vector<std::string> configurations;  // where the object could be before minimal_unplaced
  std::size_t configurations_left_out = 0;
  std::vector<HistoryLevel> levels;
};

// One object: the whole history, or one key of it.
struct ObjectReport {
  std::string key;  // as EDN; empty: the history has no keys
  core::VerdictKind verdict = core::VerdictKind::Unknown;
  std::size_t operations = 0;
  std::string decider;
  std::uint64_t nodes = 0;             // visited by a search
  std::string cause;                   // Unknown: why
  std::vector<std::uint32_t> witness;  // Pass, if it was asked for
  bool is_witness_replayed = false;    // and it was found right
  std::optional<HistoryFailure> failure;
};

struct HistoryReport {
  std::string file;
  std::string model;
  std::string assumptions;  // "initial state 0; ..."
  std::shared_ptr<const core::History> history;
  std::vector<ObjectReport> objects;
  bool returns_first = false;  // at equal times

  [[nodiscard]] core::VerdictKind verdict() const;
};

struct HistoryReportOptions {
  bool draws = true;  // failures as pictures
  std::size_t columns = 100;
  std::size_t objects_max = 10;  // that are told in full
};

[[nodiscard]] std::string render_text(const HistoryReport& report,
                                      const HistoryReportOptions& options = {});
[[nodiscard]] std::string to_json(const std::vector<HistoryReport>& reports);

// The same for files in a table: one line each.
struct VerdictRow {
  std::string file;
  std::string model;
  std::size_t operations = 0;
  std::string expected;
  std::string actual;
  std::string decider;
  double milliseconds = 0;
};
[[nodiscard]] std::string verdict_table(const std::vector<VerdictRow>& rows, bool with_time = true);

}  // namespace heddle::reports
