#include "harness/run/regress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

#include "core/check.hpp"
#include "harness/run/candidate_runner.hpp"
#include "harness/run/files.hpp"
#include "harness/run/load_program.hpp"
#include "harness/run/module_file.hpp"
#include "harness/run/replay_program.hpp"
#include "harness/run/repro_files.hpp"
#include "harness/run/shrink_scenario.hpp"
#include "harness/run/test_scenario.hpp"
#include "scenarios/load.hpp"
#include "scenarios/print_scenario.hpp"
#include "shrinker/order.hpp"
#include "wast/print.hpp"

namespace heddle::harness {

namespace {

using scenarios::Scenario;

std::size_t calls_of(const Scenario& scenario) {
  std::size_t calls = scenario.setup.size() + scenario.finally.size();
  for (const scenarios::Process& process : scenario.processes) calls += process.operations.size();
  return calls;
}

core::Result<std::string> module_text(const Scenario& scenario, const Language& language) {
  if (scenario.module->is_text) return scenario.module->text;
  HEDDLE_LET(const engine::Module module, read_module(scenario.module, language.features));
  return wast::print(module);
}

// The same failure where every visible action is a point: a schedule of these needs nothing that
// was learnt, and stays what it is when other things are learnt.
core::Result<core::Execution> failure_at_all_points(const Program& program,
                                                    const core::Repro& repro,
                                                    const ExecuteOptions& options,
                                                    const std::function<bool()>& should_stop) {
  const Replayed found = replay(program, repro.schedule, ReplayMode::Lenient, options_of(repro));
  const CandidateRunner runner(program, repro.signature, options, found.execution.steps,
                               should_stop);
  auto failing = runner.run_failing(
      {.schedule = found.execution.schedule, .order = shrinker::order_of(found.execution.trace)});
  if (failing) return std::move(failing->execution);
  return core::make_error(fmt::format("the failure ({}) does not occur under this schedule",
                                      to_string(repro.signature)));
}

// What the smaller scenario says of itself.
Scenario describe(const Scenario& smaller, const core::Repro& repro, scenarios::Rule rule,
                  const shrinker::ShrinkResult& shrunk) {
  Scenario scenario = smaller;
  scenario.name += ": " + to_string(repro.signature);
  scenario.about = fmt::format("Shrunk from {}: {}", repro.name, repro.message);
  scenario.explore = {
      .strategy = "replay", .points = core::PointMode::All, .schedule = shrunk.schedule.choices};
  scenario.expected_failure = rule;
  scenario.preemptions = shrunk.preemptions;
  if (rule == scenarios::Rule::DataRace) scenario.checks.races = true;
  return scenario;
}

// Loads what was written, from nothing but its text, and tests it.
core::Result<ScenarioResult> test(const std::string& text, const std::string& file,
                                  const std::function<bool()>& should_stop) {
  core::Repro repro;
  repro.kind = core::ProgramKind::Scenario;
  repro.name = file;
  repro.program = text;
  HEDDLE_LET(const std::unique_ptr<Program> program, load_program(repro));
  return test_scenario(*program, campaign_defaults(*program), {.should_stop = should_stop});
}

}  // namespace

core::Result<Regress> make_regress(const core::Repro& repro, const std::string& file,
                                   const std::function<bool()>& should_stop) {
  HEDDLE_LET(const std::unique_ptr<Program> program, load_program(repro));
  HEDDLE_LET(const Language language, language_of(repro));
  const Scenario* const original = program->scenario();
  const auto rule = scenarios::parse_rule(repro.signature.rule);
  if (original == nullptr || !rule) {
    return core::make_error("only the failure of a scenario becomes a scenario");
  }
  ExecuteOptions options = options_of(repro);
  options.points = core::PointMode::All;
  options.shared.reset();
  HEDDLE_LET(const core::Execution failing,
             failure_at_all_points(*program, repro, options, should_stop));
  auto smaller =
      shrink_scenario(*original, language, failing, repro.signature, options, should_stop);
  if (!smaller) return core::make_error("the failure does not occur again");
  const auto shrunk =
      shrink_failure(*smaller->program, smaller->execution, repro.signature, options, should_stop);
  if (!shrunk) return core::make_error("interrupted");
  Scenario scenario = describe(smaller->scenario, repro, *rule, *shrunk);
  HEDDLE_LET(const std::string module, module_text(*original, language));
  HEDDLE_LET(std::string text, print_scenario(scenario, module));
  HEDDLE_LET(ScenarioResult result, test(text, file, should_stop));
  const auto& failures = result.report.failures;
  if (!result.is_as_expected && !failures.empty()) {
    scenario.preemptions = failures.front().preemptions_shrunk;
    HEDDLE_LET(text, print_scenario(scenario, module));
    HEDDLE_LET(result, test(text, file, should_stop));
  }
  if (!result.is_as_expected) return core::make_error("as a scenario: " + result.message);
  return Regress{.text = std::move(text),
                 .processes_before = original->processes.size(),
                 .processes = scenario.processes.size(),
                 .calls_before = calls_of(*original),
                 .calls = calls_of(scenario),
                 .preemptions = *scenario.preemptions};
}

std::string regress_path(const std::string& path, const core::Repro& repro) {
  const std::string extension = std::filesystem::path(path).extension().string();
  if (!is_folder(path) && (extension == ".yaml" || extension == ".yml")) return path;
  std::string name = std::filesystem::path(repro_path("", repro)).filename().string();
  constexpr std::string_view kEnding = ".repro.yaml";
  name.erase(name.size() - kEnding.size());
  // As the names of scenarios are: words that tests of them can be named after.
  std::ranges::replace_if(name, [](char c) { return c == '-' || c == '.'; }, '_');
  return (std::filesystem::path(path) / (name + ".yaml")).string();
}

core::Result<WrittenRegress> write_regress(const core::Repro& repro, const std::string& path,
                                           const std::function<bool()>& should_stop) {
  WrittenRegress written{.path = regress_path(path, repro), .regress = {}};
  HEDDLE_LET(written.regress, make_regress(repro, written.path, should_stop));
  HEDDLE_TRY(write_file(written.path, written.regress.text));
  return written;
}

}  // namespace heddle::harness
