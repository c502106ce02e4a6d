// How fast histories are checked, as a value; drawn for a terminal or as JSON.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace heddle::reports {

// A group of histories, or one.
struct HistoriesBenchRow {
  std::string name;
  std::string what;  // what was timed: "checking", "reading and checking", "with its report"
  std::size_t histories = 0;
  std::size_t operations = 0;
  std::size_t wrong_verdicts = 0;
  double total_ms = 0;  // of the medians
  double worst_ms = 0;  // the largest median
  std::optional<double> total_goal_ms;
  std::optional<double> worst_goal_ms;
  std::string deciders;  // "queue monitor 3, search 1"
};

struct HistoriesBenchReport {
  std::size_t repeats = 0;
  std::vector<HistoriesBenchRow> rows;
};

// All verdicts right, whatever the times.
[[nodiscard]] bool is_right(const HistoriesBenchReport& report);
[[nodiscard]] std::string render_text(const HistoriesBenchReport& report);
[[nodiscard]] std::string to_json(const HistoriesBenchReport& report);

}  // namespace heddle::reports
