#include "harness/run/verdict_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <string_view>

#include "harness/jepsen/jepsen.hpp"
#include "harness/linear/decide.hpp"
#include "harness/run/check_setup.hpp"
#include "harness/run/files.hpp"
#include "harness/run/stopwatch.hpp"

namespace heddle::harness {

namespace {

// What published tables call a model, and what it is here.
struct Alias {
  std::string_view name;
  std::string_view model;
  std::string_view initial;
};

constexpr std::array kAliases{
    Alias{"etcd", "cas-register", "nil"},
    Alias{"casreg0", "cas-register", "0"},
    Alias{"kv-append", "append-log", "\"\""},
    Alias{"pq", "priority-queue", ""},
};

constexpr std::string_view kCheckerPrefix = "jepsen-";

std::vector<std::string_view> split(std::string_view line, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = line.find(separator);
    parts.push_back(line.substr(0, end));
    if (end == std::string_view::npos) return parts;
    line.remove_prefix(end + 1);
  }
}

std::string_view word_of(core::VerdictKind verdict) {
  switch (verdict) {
    case core::VerdictKind::Pass:
      return "true";
    case core::VerdictKind::Unknown:
      return "unknown";
    case core::VerdictKind::Fail:
      return "false";
  }
  return "unknown";
}

// "jepsen-long-fork (group-size 3)": the checker's name and its option.
core::Result<reports::VerdictRow> run_checker_row(const VerdictTable::Row& row,
                                                  const core::History& history,
                                                  std::size_t repeats) {
  std::string name = row.model.substr(kCheckerPrefix.size());
  CheckerOptions options;
  if (const std::size_t space = name.find(' '); space != std::string::npos) {
    const std::size_t number = name.find_last_of(' ') + 1;
    std::from_chars(&name[number], name.data() + name.size(), options.group_size);
    name.resize(space);
  }
  reports::VerdictRow result{.file = row.file,
                             .model = row.model.substr(0, row.model.find(' ')),
                             .operations = history.operations.size(),
                             .expected = row.expected,
                             .decider = "linear"};
  std::vector<double> times;
  for (std::size_t i = 0; i < repeats; ++i) {
    const Stopwatch watch;
    HEDDLE_LET(const CheckerReport report, run_checker(name, history, options));
    times.push_back(watch.milliseconds());
    result.actual = word_of(report.valid);
  }
  result.milliseconds = median_of(times);
  return result;
}

}  // namespace

core::Result<VerdictTable> read_verdict_table(const std::string& path) {
  HEDDLE_LET(const std::string text, read_file(path));
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  VerdictTable table;
  std::uint32_t number = 0;
  for (const std::string_view line : split(text, '\n')) {
    ++number;
    if (line.empty() || number == 1) continue;
    const std::vector<std::string_view> fields = split(line, '\t');
    if (fields.size() < 4 || (fields[3] != "true" && fields[3] != "false")) {
      return core::make_error("a row is: file, model, operations, true or false; separated by tabs",
                              {.file = path, .line = number, .column = 1});
    }
    table.rows.push_back({.file = std::string(fields[0]),
                          .path = (folder / std::string(fields[0])).string(),
                          .model = std::string(fields[1]),
                          .expected = std::string(fields[3])});
  }
  return table;
}

core::Result<reports::VerdictRow> check_row(const VerdictTable::Row& row,
                                            const RowOptions& options) {
  HEDDLE_LET(std::string text, read_file(row.path));
  const core::Source source{.file = row.path, .text = std::move(text)};
  if (row.model.starts_with(kCheckerPrefix)) {
    HEDDLE_LET(const core::History history, histories::read_history(source, {}));
    return run_checker_row(row, history, options.repeats);
  }
  CheckRequest request{.model = row.model, .initial = {}};
  for (const Alias& alias : kAliases) {
    if (alias.name != row.model) continue;
    request.model = alias.model;
    request.initial = alias.initial;
  }
  HEDDLE_LET(const CheckSetup setup, set_up_check(source, request));
  reports::VerdictRow result{.file = row.file,
                             .model = std::string(setup.model->name()),
                             .operations = setup.history->operations.size(),
                             .expected = row.expected};
  std::vector<double> times;
  for (std::size_t i = 0; i < options.repeats; ++i) {
    const Stopwatch watch;
    HEDDLE_LET(const reports::HistoryReport report,
               check_history(setup.history, *setup.model,
                             {.semantics = setup.semantics, .explains = options.explains}));
    times.push_back(watch.milliseconds());
    result.actual = word_of(report.verdict());
    result.decider = report.objects.front().decider;
    for (const reports::ObjectReport& object : report.objects) {
      if (object.decider != result.decider) result.decider = "several";
    }
  }
  result.milliseconds = median_of(times);
  return result;
}

}  // namespace heddle::harness
