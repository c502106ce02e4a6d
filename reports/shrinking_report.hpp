// How small failures become, as a value; drawn for a terminal or as JSON.
//
// Both forms are pure functions of the value. Times are the last column of the table, and can be
// left out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace heddle::reports {

// One failure: the first that a strategy has found with one seed.
struct ShrinkingRow {
  std::string program;
  std::string strategy;
  std::uint64_t seed = 0;
  std::uint64_t schedules = 0;  // until it was found
  std::string rule;             // by which it fails; empty: nothing was found
  std::uint64_t preemptions_found = 0;
  std::uint64_t preemptions_shrunk = 0;
  std::optional<std::uint64_t> preemptions_needed;  // what the scenario says of this failure
  std::uint64_t steps_found = 0;
  std::uint64_t steps_shrunk = 0;
  std::uint64_t attempts = 0;
  double seconds = 0;  // of shrinking
};

struct ShrinkingReport {
  std::uint64_t schedules_max = 0;  // for each failure to be found
  std::vector<ShrinkingRow> rows;
};

// The failure has become as small as the scenario says that it can; or nothing is said.
[[nodiscard]] bool is_small(const ShrinkingRow& row);

[[nodiscard]] std::string render_text(const ShrinkingReport& report, bool with_time = true);
[[nodiscard]] std::string to_json(const ShrinkingReport& report, bool with_time = true);

}  // namespace heddle::reports
