#include "reports/history_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

#include "reports/history_lanes.hpp"
#include "reports/json.hpp"
#include "reports/printable.hpp"

namespace heddle::reports {

namespace {

using core::VerdictKind;

constexpr std::size_t kWordsMax = 300;  // of one operation's text

std::string_view word_of(VerdictKind verdict) {
  switch (verdict) {
    case VerdictKind::Pass:
      return "linearizable";
    case VerdictKind::Unknown:
      return "unknown";
    case VerdictKind::Fail:
      return "not linearizable";
  }
  return "unknown";
}

std::string operation_text(const core::History& history, std::uint32_t index) {
  const core::Operation& operation = history.operations[index];
  std::string text = printable(core::to_string(history, operation));
  if (text.size() > kWordsMax) text = text.substr(0, kWordsMax) + "...";
  if (operation.line != 0) text += fmt::format("  (line {})", operation.line);
  return text;
}

std::string size_text(const ObjectReport& object) {
  std::string text = fmt::format("{} operation{}, {}", object.operations,
                                 object.operations == 1 ? "" : "s", object.decider);
  if (object.nodes > 0) {
    text += fmt::format(", {} position{}", object.nodes, object.nodes == 1 ? "" : "s");
  }
  return text;
}

class TextRenderer {
 public:
  TextRenderer(const HistoryReport& report, const HistoryReportOptions& options)
      : report_(report), options_(options) {}

  std::string render() && {
    const bool is_keyed = report_.objects.size() != 1 || !report_.objects[0].key.empty();
    text_ += fmt::format("{}: {}{}\n", printable(report_.file), word_of(report_.verdict()),
                         is_keyed ? keys_text() : "");
    text_ += fmt::format("  model {}; {}\n", printable(report_.model), report_.assumptions);
    std::size_t told = 0;
    for (const ObjectReport& object : report_.objects) {
      const bool is_told = object.verdict != VerdictKind::Pass || !is_keyed;
      if (is_told && told++ < options_.objects_max) tell(object);
    }
    if (told > options_.objects_max) {
      text_ += fmt::format("... and {} keys more\n", told - options_.objects_max);
    }
    return std::move(text_);
  }

 private:
  [[nodiscard]] std::string keys_text() const {
    const auto count = [&](VerdictKind verdict) {
      return std::ranges::count(report_.objects, verdict, &ObjectReport::verdict);
    };
    return fmt::format(" ({} keys: {} linearizable, {} not, {} unknown)", report_.objects.size(),
                       count(VerdictKind::Pass), count(VerdictKind::Fail),
                       count(VerdictKind::Unknown));
  }

  void tell(const ObjectReport& object) {
    text_ += object.key.empty()
                 ? "  "
                 : fmt::format("\nkey {}: {}, ", printable(object.key), word_of(object.verdict));
    text_ += size_text(object);
    if (!object.cause.empty()) text_ += fmt::format(": {}", object.cause);
    if (object.is_witness_replayed) text_ += "; the witness was replayed";
    text_ += '\n';
    if (object.failure) tell(*object.failure);
  }

  void tell(const HistoryFailure& failure) {
    const core::History& history = *report_.history;
    if (failure.unplaced) {
      text_ += fmt::format("  cannot be placed: {}\n", operation_text(history, *failure.unplaced));
    }
    tell_minimal(failure);
    if (!failure.configurations.empty()) {
      text_ += "  with only these, before !! the object could be:\n";
      for (const std::string& configuration : failure.configurations) {
        text_ += fmt::format("    {}\n", printable(configuration));
      }
      if (failure.configurations_left_out > 0) {
        text_ += fmt::format("    ... and {} more\n", failure.configurations_left_out);
      }
    }
    if (!failure.explained.empty()) {
      text_ += fmt::format("  and !! could return: {}\n",
                           printable(fmt::format("{}", fmt::join(failure.explained, " or "))));
    }
    for (const HistoryLevel& level : failure.levels) {
      const std::string_view verdict = level.kind == VerdictKind::Pass   ? "yes"
                                       : level.kind == VerdictKind::Fail ? "no"
                                                                         : "unknown";
      text_ += fmt::format("  {}: {}{}{}\n", level.name, verdict, level.note.empty() ? "" : ", ",
                           level.note);
    }
  }

  void tell_minimal(const HistoryFailure& failure) {
    if (failure.minimal.empty()) return;
    const core::History& history = *report_.history;
    text_ += fmt::format("  {} operation{} {} already wrong", failure.minimal.size(),
                         failure.minimal.size() == 1 ? "" : "s",
                         failure.minimal.size() == 1 ? "is" : "are");
    if (failure.is_minimal) text_ += ", and without any of them nothing would be";
    if (!failure.confirmed_by.empty()) {
      text_ += fmt::format(" (confirmed by {})", fmt::join(failure.confirmed_by, " and "));
    }
    text_ += ":\n";
    if (options_.draws) {
      text_ += draw_lanes({.history = &history,
                           .operations = failure.minimal,
                           .order = failure.placed,
                           .unplaced = failure.minimal_unplaced,
                           .returns_first = report_.returns_first,
                           .columns = options_.columns});
      return;
    }
    for (const std::uint32_t index : failure.minimal) {
      text_ += fmt::format("    {}{}\n", index == failure.minimal_unplaced ? "!! " : "",
                           operation_text(history, index));
    }
  }

  const HistoryReport& report_;
  const HistoryReportOptions& options_;
  std::string text_;
};

Json operation_json(const core::History& history, std::uint32_t index) {
  const core::Operation& operation = history.operations[index];
  Json json;
  json["index"] = index;
  json["text"] = core::to_string(history, operation);
  if (operation.line != 0) json["line"] = operation.line;
  return json;
}

Json operations_json(const core::History& history, const std::vector<std::uint32_t>& indices) {
  Json json = Json::array();
  for (const std::uint32_t index : indices) json.push_back(operation_json(history, index));
  return json;
}

Json failure_json(const core::History& history, const HistoryFailure& failure) {
  Json json;
  if (failure.unplaced) json["unplaced"] = operation_json(history, *failure.unplaced);
  json["explained"] = failure.explained;
  json["minimal"] = operations_json(history, failure.minimal);
  json["is_minimal"] = failure.is_minimal;
  json["confirmed_by"] = failure.confirmed_by;
  json["placed"] = failure.placed;
  if (failure.minimal_unplaced) json["minimal_unplaced"] = *failure.minimal_unplaced;
  json["configurations"] = failure.configurations;
  json["configurations_left_out"] = failure.configurations_left_out;
  json["levels"] = Json::array();
  for (const HistoryLevel& level : failure.levels) {
    Json item;
    item["name"] = level.name;
    item["verdict"] = core::to_string(level.kind);
    if (!level.note.empty()) item["note"] = level.note;
    json["levels"].push_back(std::move(item));
  }
  return json;
}

Json report_json(const HistoryReport& report) {
  Json json;
  json["file"] = report.file;
  json["model"] = report.model;
  json["assumptions"] = report.assumptions;
  json["verdict"] = core::to_string(report.verdict());
  json["objects"] = Json::array();
  for (const ObjectReport& object : report.objects) {
    Json item;
    if (!object.key.empty()) item["key"] = object.key;
    item["verdict"] = core::to_string(object.verdict);
    item["operations"] = object.operations;
    item["decider"] = object.decider;
    item["positions"] = object.nodes;
    if (!object.cause.empty()) item["cause"] = object.cause;
    if (object.is_witness_replayed) item["witness"] = object.witness;
    if (object.failure) item["failure"] = failure_json(*report.history, *object.failure);
    json["objects"].push_back(std::move(item));
  }
  return json;
}

}  // namespace

VerdictKind HistoryReport::verdict() const {
  VerdictKind verdict = VerdictKind::Pass;
  for (const ObjectReport& object : objects) verdict = std::max(verdict, object.verdict);
  return verdict;
}

std::string render_text(const HistoryReport& report, const HistoryReportOptions& options) {
  return TextRenderer(report, options).render();
}

std::string to_json(const std::vector<HistoryReport>& reports) {
  Json json;
  json["heddle"] = "check-report/1";
  json["files"] = Json::array();
  for (const HistoryReport& report : reports) json["files"].push_back(report_json(report));
  return json_text(json);
}

std::string verdict_table(const std::vector<VerdictRow>& rows, bool with_time) {
  std::size_t width = 4;
  for (const VerdictRow& row : rows) width = std::max(width, row.file.size());
  std::string text =
      fmt::format("{:<{}}  {:<16} {:>7}  {:<8} {:<8} {:<18}{}\n", "file", width, "model", "ops",
                  "expected", "found", "decider", with_time ? "      ms" : "");
  std::size_t equal = 0;
  for (const VerdictRow& row : rows) {
    const bool is_equal = row.expected == row.actual;
    equal += is_equal ? 1 : 0;
    text +=
        fmt::format("{:<{}}  {:<16} {:>7}  {:<8} {:<8} {:<18}", printable(row.file), width,
                    printable(row.model), row.operations, row.expected, row.actual, row.decider);
    if (with_time) text += fmt::format("{:>8.3f}", row.milliseconds);
    text += is_equal ? "\n" : "  DIFFERENT\n";
  }
  return text + fmt::format("total: {} passed, {} failed, 0 skipped\n", equal, rows.size() - equal);
}

}  // namespace heddle::reports
