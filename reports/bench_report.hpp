// How many schedules strategies need to find bugs, as a value; drawn for a terminal or as JSON.
//
// Both forms are pure functions of the value. Times are the last thing in either, and can be left
// out. A trial that has found nothing counts with all of its schedules.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace heddle::reports {

// One strategy on one program.
struct BenchCell {
  std::string strategy;
  std::vector<std::uint64_t> schedules;  // of each trial, to the first failure or to the cap
  std::uint64_t found = 0;               // trials that failed
  std::optional<double> goal;            // the mean is to be at most this
  double seconds = 0;
};

struct BenchRow {
  std::string program;
  double events_mean = 0;  // per schedule of all strategies
  double points_mean = 0;
  std::vector<BenchCell> cells;
};

struct BenchReport {
  std::uint64_t trials = 0;
  std::uint64_t cap = 0;
  std::string points;  // the mode
  std::vector<BenchRow> rows;
};

[[nodiscard]] double mean_of(const BenchCell& cell);
[[nodiscard]] double deviation_of(const BenchCell& cell);
// How much longer the portfolio takes than the best of the others; nothing: one of them is not
// there.
[[nodiscard]] std::optional<double> portfolio_factor(const BenchRow& row);

[[nodiscard]] std::string render_text(const BenchReport& report, bool with_time = true);
[[nodiscard]] std::string to_json(const BenchReport& report, bool with_time = true);

}  // namespace heddle::reports
