#include <fmt/format.h>

#include "harness/cli/commands.hpp"
#include "harness/cli/write_scenario.hpp"
#include "harness/run/deciding_pair.hpp"
#include "harness/run/load_program.hpp"
#include "harness/run/replay_program.hpp"
#include "harness/run/repro_files.hpp"
#include "reports/pair_text.hpp"
#include "reports/printable.hpp"

namespace heddle::harness {

namespace {

// "x.repro.yaml" gives "x.shrunk.repro.yaml": the input stays as it is.
std::string output_of(const ShrinkCommand& command) {
  if (!command.output.empty()) return command.output;
  std::string_view stem = command.path;
  for (const std::string_view ending : {".repro.yaml", ".yaml", ".yml"}) {
    if (!stem.ends_with(ending)) continue;
    stem.remove_suffix(ending.size());
    break;
  }
  return std::string(stem) + ".shrunk.repro.yaml";
}

}  // namespace

ExitCode shrink(Terminal& terminal, const ShrinkCommand& command) {
  const auto repro = load_repro(command.path);
  if (!repro) return complain(terminal, repro.error());
  const auto program = load_program(*repro);
  if (!program) return complain_of_part(terminal, command.path, program.error());
  ExecuteOptions options = options_of(*repro);
  options.should_stop = terminal.should_stop;
  const Replayed failing = replay(**program, repro->schedule, ReplayMode::Lenient, options);
  const auto shrunk =
      shrink_failure(**program, failing.execution, repro->signature, options, terminal.should_stop);
  if (!shrunk) {
    if (terminal.should_stop()) {
      terminal.err << "interrupted\n";
      return ExitCode::Unknown;
    }
    return complain(terminal,
                    {.message = fmt::format("the failure ({}) does not occur under this schedule: "
                                            "nothing to shrink",
                                            to_string(repro->signature)),
                     .span = {.file = command.path}});
  }
  options.should_stop = [] { return false; };  // what has been found is executed to its end
  Replayed smallest = replay(**program, shrunk->schedule, ReplayMode::Strict, options);
  smallest.execution.schedule = shrunk->schedule;
  const core::Execution& execution = smallest.execution;
  core::Repro smaller =
      make_repro(**program, execution, smallest.verdict,
                 {.seed = repro->seed, .strategy = repro->strategy, .options = options});
  smaller.record = std::move(smallest.record);
  const std::string path = output_of(command);
  if (const auto written = write_repro(path, smaller); !written) {
    return complain(terminal, written.error());
  }
  terminal.out << fmt::format(
      "{}: preemptions {} -> {}, steps {} -> {} ({} attempts)\nreplay with: heddle replay {}\n",
      reports::printable(repro->name), failing.execution.preemptions, execution.preemptions,
      failing.execution.steps, execution.steps, shrunk->attempts, reports::printable(path));
  const auto pair =
      find_deciding_pair(**program, execution, repro->signature, options, terminal.should_stop);
  if (pair) terminal.out << reports::pair_text(*pair);
  return command.regress.empty() ? ExitCode::Pass
                                 : write_scenario(terminal, smaller, command.regress);
}

}  // namespace heddle::harness
