// `heddle test`: the name command_test.cpp would make this file a test.
#include <fmt/format.h>

#include <chrono>

#include "harness/cli/commands.hpp"
#include "harness/cli/progress.hpp"
#include "harness/run/files.hpp"
#include "harness/run/load_program.hpp"
#include "harness/run/test_scenario.hpp"
#include "reports/json.hpp"
#include "reports/printable.hpp"
#include "scenarios/scenario.hpp"

namespace heddle::harness {

namespace {

struct Total {
  core::AssertionCounts counts;
  bool has_bad_input = false;
  bool has_unknown = false;
  bool was_interrupted = false;
  reports::Json json = reports::Json::array();
};

// Folders stand for the scenarios in them; repros are no scenarios.
std::optional<std::vector<std::string>> find_files(Terminal& terminal, const TestCommand& command) {
  std::vector<std::string> skip = command.skip;
  skip.emplace_back("*.repro.yaml");
  std::vector<std::string> files;
  for (const std::string& path : command.paths) {
    if (!is_folder(path)) {
      files.push_back(path);
      continue;
    }
    const auto found = list_files(path, scenario_endings(), skip);
    if (!found) {
      complain(terminal, found.error());
      return std::nullopt;
    }
    if (found->empty()) {
      complain(terminal, {.message = "no scenarios in this folder", .span = {.file = path}});
      return std::nullopt;
    }
    files.insert(files.end(), found->begin(), found->end());
  }
  return files;
}

core::Result<ScenarioResult> test_file(const TestCommand& command, const std::string& path,
                                       const CampaignHooks& hooks) {
  HEDDLE_LET(const std::unique_ptr<Program> program,
             load_program(path, {}, [](Language language) { return language; }, command.modules));
  if (program->scenario() == nullptr) {
    return core::make_error("is no scenario", {.file = path});
  }
  CampaignOptions options = campaign_defaults(*program, command.choices);
  options.counts_outcomes = false;
  options.repro_dir = command.repro_dir;
  return test_scenario(*program, options, hooks);
}

void add(Terminal& terminal, const TestCommand& command, const std::string& path,
         std::string_view status, const std::string& message, Total& total) {
  if (!command.is_json) {
    terminal.clear_progress();
    terminal.out << reports::printable(fmt::format("{}: {}: {}", status, path, message)) << '\n'
                 << std::flush;
    return;
  }
  reports::Json item;
  item["file"] = path;
  item["status"] = std::string(status);
  item["message"] = message;
  total.json.push_back(std::move(item));
}

void test_one(Terminal& terminal, const TestCommand& command, const std::string& path,
              const CampaignHooks& hooks, Total& total) {
  if (terminal.should_stop()) {
    total.was_interrupted = true;
    ++total.counts.skipped;
    return add(terminal, command, path, "skipped", "interrupted", total);
  }
  const auto result = test_file(command, path, hooks);
  if (!result) {
    complain(terminal, result.error());
    total.has_bad_input = true;
    ++total.counts.failed;
    return add(terminal, command, path, "FAILED", result.error().message, total);
  }
  if (result->was_interrupted) {
    total.was_interrupted = true;
    ++total.counts.skipped;
    return add(terminal, command, path, "skipped", "interrupted", total);
  }
  if (result->is_as_expected) {
    ++total.counts.passed;
    add(terminal, command, path, "passed", result->message, total);
  } else if (result->is_unknown) {
    total.has_unknown = true;
    ++total.counts.skipped;
    add(terminal, command, path, "UNKNOWN", result->message, total);
  } else {
    ++total.counts.failed;
    add(terminal, command, path, "FAILED", result->message, total);
  }
  if (result->report.repro_error) {
    complain(terminal, *result->report.repro_error);
    total.has_bad_input = true;
  }
  const auto& failures = result->report.failures;
  if (!result->is_as_expected && !failures.empty() && !failures.front().repro_path.empty()) {
    terminal.err << "  replay with: heddle replay "
                 << reports::printable(failures.front().repro_path) << '\n';
  }
}

void print_total(Terminal& terminal, const TestCommand& command, Total& total) {
  const core::AssertionCounts& counts = total.counts;
  if (!command.is_json) {
    terminal.out << fmt::format("total: {} passed, {} failed, {} skipped\n", counts.passed,
                                counts.failed, counts.skipped);
    return;
  }
  reports::Json json;
  json["heddle"] = "test-report/1";
  json["passed"] = counts.passed;
  json["failed"] = counts.failed;
  json["skipped"] = counts.skipped;
  json["scenarios"] = std::move(total.json);
  terminal.out << reports::json_text(json);
}

}  // namespace

ExitCode test(Terminal& terminal, const TestCommand& command) {
  const auto files = find_files(terminal, command);
  if (!files) return ExitCode::BadInput;
  Total total;
  for (const std::string& path : *files) {
    Progress progress(terminal, "schedules");
    const CampaignHooks hooks{
        .should_stop = terminal.should_stop, .on_progress = [&](const CampaignProgress& now) {
          if (now.is_shrinking) {
            progress.say(base_name(path) + ": shrinking", now.seconds);
          } else {
            progress.update_search(now.schedules, now.estimate, now.schedules_max, now.seconds,
                                   base_name(path) + ": ");
          }
        }};
    test_one(terminal, command, path, hooks, total);
  }
  print_total(terminal, command, total);
  if (total.has_bad_input) return ExitCode::BadInput;
  if (total.counts.failed > 0) return ExitCode::Failure;
  return total.was_interrupted || total.has_unknown ? ExitCode::Unknown : ExitCode::Pass;
}

}  // namespace heddle::harness
