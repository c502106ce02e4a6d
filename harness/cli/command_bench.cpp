#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "harness/cli/commands.hpp"
#include "harness/explore/make_strategy.hpp"
#include "harness/run/bench_histories.hpp"
#include "harness/run/bench_schedulers.hpp"
#include "harness/run/bench_shrinking.hpp"
#include "harness/run/files.hpp"
#include "harness/run/load_program.hpp"
#include "scenarios/scenario.hpp"

namespace heddle::harness {

namespace {

using ProgramPointer = std::unique_ptr<Program>;

core::Result<ProgramPointer> load(const BenchCommand& command, const std::string& path) {
  return load_program(path, {}, [](Language language) { return language; }, command.modules);
}

std::vector<std::string> paths_with_goals(const BenchCommand& command) {
  if (!command.paths.empty()) return command.paths;
  std::vector<std::string> paths;
  for (const BenchGoal& goal : bench_goals()) {
    std::string path =
        (std::filesystem::path(command.folder) / (std::string(goal.program) + ".yaml")).string();
    if (std::ranges::find(paths, path) == paths.end()) paths.push_back(std::move(path));
  }
  return paths;
}

std::vector<std::string> strategies_of(const BenchCommand& command) {
  if (!command.strategies.empty()) return command.strategies;
  if (command.what == "shrinking") return {"surw", "pos", "pct", "random", "portfolio"};
  std::vector<std::string> names;
  for (const StrategyInfo& strategy : strategies()) {
    if (strategy.is_sampled) names.emplace_back(strategy.name);
  }
  return names;
}

ExitCode bench_finding(Terminal& terminal, const BenchCommand& command,
                       const BenchOptions& options) {
  reports::BenchReport report{
      .trials = options.trials,
      .cap = options.schedules_max,
      .points = std::string(options.points ? to_string(*options.points) : "as explore has them"),
      .rows = {}};
  for (const std::string& path : paths_with_goals(command)) {
    const auto program = load(command, path);
    if (!program) return complain(terminal, program.error());
    auto row = bench_schedulers(**program, options, terminal.should_stop);
    if (!row) return complain(terminal, row.error());
    report.rows.push_back(*std::move(row));
    if (terminal.should_stop()) break;
  }
  terminal.out << (command.is_json ? reports::to_json(report) : reports::render_text(report));
  return terminal.should_stop() ? ExitCode::Unknown : ExitCode::Pass;
}

// Of the whole folder, the scenarios that say how many preemptions their failure needs.
core::Result<std::vector<ProgramPointer>> load_failing(const BenchCommand& command) {
  std::vector<std::string> paths = command.paths;
  if (paths.empty()) {
    HEDDLE_LET(paths, list_files(command.folder, scenario_endings()));
  }
  std::vector<ProgramPointer> programs;
  for (const std::string& path : paths) {
    HEDDLE_LET(ProgramPointer program, load(command, path));
    const scenarios::Scenario* const scenario = program->scenario();
    const bool is_measured = scenario != nullptr && scenario->preemptions.has_value();
    if (is_measured || !command.paths.empty()) programs.push_back(std::move(program));
  }
  return programs;
}

ExitCode bench_shrinking(Terminal& terminal, const BenchCommand& command,
                         const BenchOptions& options) {
  const auto programs = load_failing(command);
  if (!programs) return complain(terminal, programs.error());
  reports::ShrinkingReport report{.schedules_max = options.schedules_max, .rows = {}};
  for (const ProgramPointer& program : *programs) {
    if (terminal.should_stop()) break;
    auto rows = bench_shrinking(*program, options, terminal.should_stop);
    if (!rows) return complain(terminal, rows.error());
    report.rows.insert(report.rows.end(), rows->begin(), rows->end());
  }
  terminal.out << (command.is_json ? reports::to_json(report) : reports::render_text(report));
  if (terminal.should_stop()) return ExitCode::Unknown;
  return std::ranges::all_of(report.rows, reports::is_small) ? ExitCode::Pass : ExitCode::Failure;
}

ExitCode bench_checking(Terminal& terminal, const BenchCommand& command) {
  BenchHistoriesOptions options{.repeats = command.trials.value_or(5)};
  if (!command.paths.empty()) options.folder = command.paths[0];
  const auto bench = bench_histories(options, terminal.should_stop);
  if (!bench) return complain(terminal, bench.error());
  if (bench->folder_is_missing) {
    terminal.err << fmt::format("{} is not there: its histories are skipped\n", options.folder);
  }
  terminal.out << (command.is_json ? reports::to_json(bench->report)
                                   : reports::render_text(bench->report));
  if (terminal.should_stop()) return ExitCode::Unknown;
  return reports::is_right(bench->report) ? ExitCode::Pass : ExitCode::Failure;
}

}  // namespace

ExitCode bench(Terminal& terminal, const BenchCommand& command) {
  if (command.what == "histories") return bench_checking(terminal, command);
  const bool is_shrinking = command.what == "shrinking";
  const BenchOptions options{.strategies = strategies_of(command),
                             .trials = command.trials.value_or(is_shrinking ? 5 : 20),
                             .schedules_max = command.schedules_max,
                             .points = command.points};
  return is_shrinking ? bench_shrinking(terminal, command, options)
                      : bench_finding(terminal, command, options);
}

}  // namespace heddle::harness
