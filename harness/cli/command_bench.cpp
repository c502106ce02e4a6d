#include <algorithm>
#include <filesystem>

#include "harness/cli/commands.hpp"
#include "harness/explore/make_strategy.hpp"
#include "harness/run/bench_schedulers.hpp"
#include "harness/run/load_program.hpp"

namespace heddle::harness {

namespace {

std::vector<std::string> paths_of(const BenchCommand& command) {
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
  std::vector<std::string> names;
  for (const StrategyInfo& strategy : strategies()) {
    if (strategy.is_sampled) names.emplace_back(strategy.name);
  }
  return names;
}

}  // namespace

ExitCode bench(Terminal& terminal, const BenchCommand& command) {
  const BenchOptions options{.strategies = strategies_of(command),
                             .trials = command.trials,
                             .schedules_max = command.schedules_max,
                             .points = command.points};
  reports::BenchReport report{
      .trials = options.trials,
      .cap = options.schedules_max,
      .points = std::string(options.points ? to_string(*options.points) : "as explore has them"),
      .rows = {}};
  for (const std::string& path : paths_of(command)) {
    const auto program =
        load_program(path, {}, [](Language language) { return language; }, command.modules);
    if (!program) return complain(terminal, program.error());
    auto row = bench_schedulers(**program, options, terminal.should_stop);
    if (!row) return complain(terminal, row.error());
    report.rows.push_back(*std::move(row));
    if (terminal.should_stop()) break;
  }
  terminal.out << (command.is_json ? reports::to_json(report) : reports::render_text(report));
  return terminal.should_stop() ? ExitCode::Unknown : ExitCode::Pass;
}

}  // namespace heddle::harness
