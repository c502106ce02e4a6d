#include "reports/histories_bench.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reports/json.hpp"

namespace heddle::reports {

namespace {

std::string goal_text(std::optional<double> goal, double actual) {
  if (!goal) return "";
  return fmt::format("{:g}{}", *goal, actual <= *goal ? "" : " missed");
}

}  // namespace

bool is_right(const HistoriesBenchReport& report) {
  return std::ranges::all_of(report.rows,
                             [](const HistoriesBenchRow& row) { return row.wrong_verdicts == 0; });
}

std::string render_text(const HistoriesBenchReport& report) {
  std::string text = fmt::format(
      "medians of {} on one core, in ms\n{:<34} {:<21} {:>9} {:>9} "
      "{:<12} {:>8} {:<12} {}\n",
      report.repeats, "histories", "timed", "ops", "total", "  goal", "worst", "  goal",
      "deciders");
  for (const HistoriesBenchRow& row : report.rows) {
    text += fmt::format(
        "{:<34} {:<21} {:>9} {:>9.2f}   {:<10} {:>8.3f}   {:<10} {}{}\n", row.name, row.what,
        row.operations, row.total_ms, goal_text(row.total_goal_ms, row.total_ms), row.worst_ms,
        goal_text(row.worst_goal_ms, row.worst_ms), row.deciders,
        row.wrong_verdicts == 0 ? "" : fmt::format("  {} WRONG VERDICTS", row.wrong_verdicts));
  }
  return text;
}

std::string to_json(const HistoriesBenchReport& report) {
  Json json;
  json["heddle"] = "histories-bench-report/1";
  json["repeats"] = report.repeats;
  json["rows"] = Json::array();
  for (const HistoriesBenchRow& row : report.rows) {
    Json item;
    item["name"] = row.name;
    item["timed"] = row.what;
    item["histories"] = row.histories;
    item["operations"] = row.operations;
    item["wrong_verdicts"] = row.wrong_verdicts;
    item["total_ms"] = row.total_ms;
    item["worst_ms"] = row.worst_ms;
    if (row.total_goal_ms) item["total_goal_ms"] = *row.total_goal_ms;
    if (row.worst_goal_ms) item["worst_goal_ms"] = *row.worst_goal_ms;
    item["deciders"] = row.deciders;
    json["rows"].push_back(std::move(item));
  }
  return json_text(json);
}

}  // namespace heddle::reports
