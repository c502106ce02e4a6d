#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/cli/commands.hpp"
#include "harness/explore/make_strategy.hpp"
#include "harness/models/models.hpp"
#include "harness/run/files.hpp"
#include "harness/run/load_program.hpp"
#include "harness/run/panel.hpp"
#include "reports/json.hpp"
#include "reports/printable.hpp"
#include "scenarios/load.hpp"

namespace heddle::harness {

namespace {

// What is listed: one line each, with a first column.
struct Entry {
  std::string name;
  std::string description;
};

std::vector<Entry> known_strategies() {
  std::vector<Entry> entries;
  for (const StrategyInfo& strategy : strategies()) {
    entries.push_back({std::string(strategy.name), std::string(strategy.about)});
  }
  return entries;
}

std::vector<Entry> known_models() {
  std::vector<Entry> entries;
  for (const ModelInfo& info : model_infos()) {
    const auto model = make_model(info.name);
    if (!model) continue;  // it needs to be told where to begin
    std::vector<std::string> operations;
    for (const ModelOperation& operation : (*model)->operations()) {
      operations.push_back(fmt::format("{}/{}", operation.name, operation.arguments));
    }
    entries.push_back(
        {std::string(info.name), fmt::format("{}: {}", info.about, fmt::join(operations, " "))});
  }
  return entries;
}

std::vector<Entry> judges() {
  std::vector<Entry> entries;
  for (const JudgeInfo& judge : known_judges()) {
    entries.push_back({std::string(judge.check), fmt::format("[{}] {}", judge.rule, judge.about)});
  }
  return entries;
}

std::string describe(const scenarios::Scenario& scenario) {
  const std::string expected = scenario.expected_failure
                                   ? fmt::format("fails: {}", to_string(*scenario.expected_failure))
                                   : "passes";
  std::string about = scenario.about.substr(0, scenario.about.find('\n'));
  return fmt::format("[{}] {}", expected, about.empty() ? scenario.name : about);
}

core::Result<std::vector<Entry>> scenarios_in(const std::string& folder) {
  HEDDLE_LET(const std::vector<std::string> paths,
             list_files(folder, scenario_endings(), {"*.repro.yaml"}));
  std::vector<Entry> entries;
  for (const std::string& path : paths) {
    const auto scenario = scenarios::load_scenario_file(path);
    entries.push_back({path, scenario ? describe(*scenario) : scenario.error().message});
  }
  return entries;
}

void print(Terminal& terminal, const ListCommand& command, const std::vector<Entry>& entries) {
  if (command.is_json) {
    reports::Json json;
    json["heddle"] = "list/1";
    json[command.what] = reports::Json::array();
    for (const Entry& entry : entries) {
      reports::Json item;
      item["name"] = entry.name;
      item["about"] = entry.description;
      json[command.what].push_back(std::move(item));
    }
    terminal.out << reports::json_text(json);
    return;
  }
  constexpr std::size_t kWidthMax = 50;
  std::size_t width = 0;
  for (const Entry& entry : entries) width = std::max(width, entry.name.size());
  for (const Entry& entry : entries) {
    terminal.out << fmt::format("{:<{}}  {}\n", reports::printable(entry.name),
                                std::min(width, kWidthMax), reports::printable(entry.description));
  }
}

}  // namespace

ExitCode list(Terminal& terminal, const ListCommand& command) {
  if (command.what == "strategies") {
    print(terminal, command, known_strategies());
  } else if (command.what == "judges") {
    print(terminal, command, judges());
  } else if (command.what == "models") {
    print(terminal, command, known_models());
  } else {
    const auto entries = scenarios_in(command.folder);
    if (!entries) {
      return complain(terminal, entries.error(), "another folder: heddle list scenarios DIR");
    }
    print(terminal, command, *entries);
  }
  return ExitCode::Pass;
}

}  // namespace heddle::harness
