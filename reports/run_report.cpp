#include "reports/run_report.hpp"

#include <fmt/format.h>

#include "reports/json.hpp"
#include "reports/printable.hpp"

namespace heddle::reports {
namespace {

std::string counts_line(std::string_view name, const core::AssertionCounts& counts) {
  return fmt::format("{}: {} passed, {} failed, {} skipped\n", name, counts.passed, counts.failed,
                     counts.skipped);
}

void put_counts(Json& json, const core::AssertionCounts& counts) {
  json["passed"] = counts.passed;
  json["failed"] = counts.failed;
  json["skipped"] = counts.skipped;
}

Json file_json(const FileResult& file) {
  Json json;
  json["file"] = file.file;
  put_counts(json, file.counts);
  json["failures"] = Json::array();
  for (const RunFailure& failure : file.failures) {
    Json item;
    item["place"] = failure.place;
    item["message"] = failure.message;
    json["failures"].push_back(std::move(item));
  }
  return json;
}

}  // namespace

core::AssertionCounts total_of(const RunReport& report) {
  core::AssertionCounts total;
  for (const FileResult& file : report.files) {
    total.passed += file.counts.passed;
    total.failed += file.counts.failed;
    total.skipped += file.counts.skipped;
  }
  return total;
}

std::string render_text(const RunReport& report) {
  std::string text;
  for (const FileResult& file : report.files) {
    text += counts_line(printable(file.file), file.counts);
    for (const RunFailure& failure : file.failures) {
      const std::string place = failure.place.empty() ? "" : printable(failure.place) + ": ";
      text += "  " + place + printable(failure.message) + "\n";
    }
  }
  return text + counts_line("total", total_of(report));
}

std::string to_json(const RunReport& report) {
  Json json;
  json["heddle"] = "run-report/1";
  json["files"] = Json::array();
  for (const FileResult& file : report.files) json["files"].push_back(file_json(file));
  put_counts(json["total"], total_of(report));
  return json_text(json);
}

}  // namespace heddle::reports
