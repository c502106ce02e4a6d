#include "reports/bench_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/json.hpp"
#include "reports/printable.hpp"

namespace heddle::reports {
namespace {

constexpr std::string_view kPortfolio = "portfolio";

// "17±11", with the trials that found something if not all did; "-": none did.
std::string cell_text(const BenchCell& cell) {
  if (cell.found == 0) return "-";
  std::string text = fmt::format("{:.0f}±{:.0f}", mean_of(cell), deviation_of(cell));
  if (cell.found < cell.schedules.size()) text += fmt::format(" ({})", cell.found);
  return text;
}

// Counted in characters, not bytes.
std::string padded(const std::string& text, std::size_t columns) {
  const auto characters = static_cast<std::size_t>(std::ranges::count_if(
      text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U; }));
  return std::string(columns - std::min(columns, characters), ' ') + text;
}

constexpr std::size_t kCellColumns = 16;

std::string goals_text(const BenchReport& report) {
  std::string text;
  for (const BenchRow& row : report.rows) {
    for (const BenchCell& cell : row.cells) {
      if (!cell.goal) continue;
      text += fmt::format("  {:<24}{:<12}{:>8.0f}{:>12.1f}  {}\n", printable(row.program),
                          cell.strategy, *cell.goal, mean_of(cell),
                          mean_of(cell) <= *cell.goal ? "met" : "MISSED");
    }
  }
  return text.empty() ? text
                      : "\ngoals:                                    goal    measured\n" + text;
}

std::string portfolio_text(const BenchReport& report) {
  std::string text;
  for (const BenchRow& row : report.rows) {
    const std::optional<double> factor = portfolio_factor(row);
    if (!factor) continue;
    text += fmt::format("  {:<24}{:>8.1f}  {}\n", printable(row.program), *factor,
                        *factor <= 3 ? "met" : "MISSED");
  }
  return text.empty() ? text
                      : "\nportfolio against the best other strategy (goal: at most 3):\n" + text;
}

double rate_of(const BenchCell& cell) {
  std::uint64_t schedules = 0;
  for (const std::uint64_t count : cell.schedules) schedules += count;
  return cell.seconds > 0 ? static_cast<double>(schedules) / cell.seconds : 0;
}

std::string table(const BenchReport& report, const auto& text_of) {
  std::string text = fmt::format("{:<24}", "");
  for (const BenchCell& cell : report.rows.front().cells)
    text += padded(cell.strategy, kCellColumns);
  text += '\n';
  for (const BenchRow& row : report.rows) {
    text += fmt::format("{:<24}", printable(row.program));
    for (const BenchCell& cell : row.cells) text += padded(text_of(cell), kCellColumns);
    text += '\n';
  }
  return text;
}

}  // namespace

double mean_of(const BenchCell& cell) {
  double sum = 0;
  for (const std::uint64_t count : cell.schedules) sum += static_cast<double>(count);
  return cell.schedules.empty() ? 0 : sum / static_cast<double>(cell.schedules.size());
}

double deviation_of(const BenchCell& cell) {
  if (cell.schedules.size() < 2) return 0;
  const double mean = mean_of(cell);
  double squares = 0;
  for (const std::uint64_t count : cell.schedules) {
    squares += (static_cast<double>(count) - mean) * (static_cast<double>(count) - mean);
  }
  return std::sqrt(squares / static_cast<double>(cell.schedules.size() - 1));
}

std::optional<double> portfolio_factor(const BenchRow& row) {
  std::optional<double> portfolio;
  std::optional<double> best;
  for (const BenchCell& cell : row.cells) {
    if (cell.strategy == kPortfolio) {
      portfolio = mean_of(cell);
    } else if (cell.found != 0) {
      best = std::min(best.value_or(mean_of(cell)), mean_of(cell));
    }
  }
  if (!portfolio || !best) return std::nullopt;
  return *portfolio / *best;
}

std::string render_text(const BenchReport& report, bool with_time) {
  if (report.rows.empty()) return "nothing to measure\n";
  std::string text = fmt::format(
      "schedules to the first failure: mean and deviation of {} trials, at most {} schedules each\n"
      "(k): found in k trials only, the others count as {}; points: {}\n\n",
      report.trials, report.cap, report.cap, report.points);
  text += table(report, cell_text);
  text += "\nper schedule:                   events      points\n";
  for (const BenchRow& row : report.rows) {
    text += fmt::format("  {:<24}{:>12.1f}{:>12.1f}\n", printable(row.program), row.events_mean,
                        row.points_mean);
  }
  text += goals_text(report) + portfolio_text(report);
  if (!with_time) return text;
  text += "\nschedules per second:\n";
  text += table(report, [](const BenchCell& cell) { return fmt::format("{:.0f}", rate_of(cell)); });
  return text;
}

namespace {

template <typename Item, typename F>
Json json_of(const std::vector<Item>& items, const F& one) {
  Json json = Json::array();
  for (const Item& item : items) json.push_back(one(item));
  return json;
}

Json json_of(const BenchCell& cell, bool with_time) {
  Json json;
  json["strategy"] = cell.strategy;
  json["mean"] = mean_of(cell);
  json["deviation"] = deviation_of(cell);
  json["found"] = cell.found;
  json["goal"] = cell.goal ? Json(*cell.goal) : Json(nullptr);
  json["schedules"] = cell.schedules;
  if (with_time) json["schedules_per_second"] = rate_of(cell);
  return json;
}

}  // namespace

std::string to_json(const BenchReport& report, bool with_time) {
  Json json;
  json["heddle"] = "bench-report/1";
  json["trials"] = report.trials;
  json["cap"] = report.cap;
  json["points"] = report.points;
  json["rows"] = json_of(report.rows, [with_time](const BenchRow& row) {
    return Json{{"program", row.program},
                {"events_mean", row.events_mean},
                {"points_mean", row.points_mean},
                {"cells", json_of(row.cells, [with_time](const BenchCell& cell) {
                   return json_of(cell, with_time);
                 })}};
  });
  return json_text(json);
}

}  // namespace heddle::reports
