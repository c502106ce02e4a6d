#include "harness/cli/checker_json.hpp"

#include <variant>

#include "reports/json.hpp"

namespace heddle::harness {

namespace {

reports::Json json_of(const CheckerReport& report) {
  reports::Json json;
  if (!report.key.empty()) json["key"] = report.key;
  json["verdict"] = core::to_string(report.valid);
  json["entries"] = reports::Json::object();
  for (const CheckerEntry& entry : report.entries) {
    std::visit([&](const auto& value) { json["entries"][entry.name] = value; }, entry.value);
  }
  json["findings"] = reports::Json::array();
  for (const CheckerFinding& finding : report.findings) {
    reports::Json item;
    item["message"] = finding.message;
    item["operations"] = finding.operations;
    json["findings"].push_back(std::move(item));
  }
  if (report.parts.empty()) return json;
  json["parts"] = reports::Json::array();
  for (const CheckerReport& part : report.parts) json["parts"].push_back(json_of(part));
  return json;
}

}  // namespace

std::string checker_json(const CheckerReport& report, const std::string& file) {
  reports::Json json;
  json["heddle"] = "checker-report/1";
  json["file"] = file;
  json["checker"] = report.checker;
  json.update(json_of(report));
  return reports::json_text(json);
}

}  // namespace heddle::harness
