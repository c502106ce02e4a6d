#include "reports/shrinking_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reports/json.hpp"
#include "reports/printable.hpp"

namespace heddle::reports {
namespace {

std::string row_text(const ShrinkingRow& row, bool with_time) {
  std::string text =
      fmt::format("{:<22}{:<12} {:>3}", printable(row.program), printable(row.strategy), row.seed);
  if (row.rule.empty())
    return text + fmt::format("  nothing found in {} schedules\n", row.schedules);
  const std::string needed =
      row.preemptions_needed ? fmt::format("{}", *row.preemptions_needed) : "?";
  text += fmt::format("{:>10}{:>8}{:>8}{:>8}{:>10}", row.schedules, row.preemptions_found,
                      row.preemptions_shrunk, needed, row.attempts);
  if (with_time) text += fmt::format("{:>8.2f}", row.seconds);
  if (!is_small(row)) text += "  MISSED";
  return text + "\n";
}

std::string summary(const ShrinkingReport& report, bool with_time) {
  const auto found =
      std::ranges::count_if(report.rows, [](const ShrinkingRow& row) { return !row.rule.empty(); });
  const auto missed =
      std::ranges::count_if(report.rows, [](const ShrinkingRow& row) { return !is_small(row); });
  std::string text = fmt::format("\n{} failures, {} of them with no more preemptions than needed",
                                 found, found - missed);
  if (!with_time) return text + "\n";
  double longest = 0;
  double sum = 0;
  for (const ShrinkingRow& row : report.rows) {
    longest = std::max(longest, row.seconds);
    sum += row.seconds;
  }
  return text + fmt::format("; the longest took {:.2f} s, all {:.1f} s\n", longest, sum);
}

}  // namespace

bool is_small(const ShrinkingRow& row) {
  return !row.preemptions_needed || row.preemptions_shrunk <= *row.preemptions_needed;
}

std::string render_text(const ShrinkingReport& report, bool with_time) {
  if (report.rows.empty()) return "nothing to measure\n";
  std::string text = fmt::format(
      "preemptions of the first failure found (in at most {} schedules), before and after "
      "shrinking\n\n",
      report.schedules_max);
  text += fmt::format("{:<22}{:<12}{:>4}{:>10}{:>8}{:>8}{:>8}{:>10}", "", "strategy", "seed",
                      "schedules", "before", "after", "needed", "attempts");
  text += with_time ? fmt::format("{:>8}\n", "seconds") : "\n";
  for (const ShrinkingRow& row : report.rows) text += row_text(row, with_time);
  return text + summary(report, with_time);
}

std::string to_json(const ShrinkingReport& report, bool with_time) {
  Json json;
  json["heddle"] = "shrinking-report/1";
  json["cap"] = report.schedules_max;
  json["rows"] = Json::array();
  for (const ShrinkingRow& row : report.rows) {
    Json item;
    item["program"] = row.program;
    item["strategy"] = row.strategy;
    item["seed"] = seed_json(row.seed);
    item["schedules"] = row.schedules;
    item["rule"] = row.rule.empty() ? Json(nullptr) : Json(row.rule);
    item["preemptions_found"] = row.preemptions_found;
    item["preemptions_shrunk"] = row.preemptions_shrunk;
    item["preemptions_needed"] =
        row.preemptions_needed ? Json(*row.preemptions_needed) : Json(nullptr);
    item["steps_found"] = row.steps_found;
    item["steps_shrunk"] = row.steps_shrunk;
    item["attempts"] = row.attempts;
    if (with_time) item["seconds"] = row.seconds;
    json["rows"].push_back(std::move(item));
  }
  return json_text(json);
}

}  // namespace heddle::reports
