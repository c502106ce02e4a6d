#include "harness/cli/write_scenario.hpp"

#include <fmt/format.h>

#include "harness/run/regress.hpp"
#include "reports/printable.hpp"

namespace heddle::harness {

ExitCode write_scenario(Terminal& terminal, const core::Repro& repro, const std::string& path) {
  const auto written = write_regress(repro, path, terminal.should_stop);
  if (!written) {
    if (terminal.should_stop()) {
      terminal.err << "interrupted\n";
      return ExitCode::Unknown;
    }
    return complain(terminal, written.error());
  }
  const Regress& regress = written->regress;
  terminal.err << fmt::format(
      "scenario of the failure: processes {} -> {}, calls {} -> {}, {}\ntest with: heddle test "
      "{}\n",
      regress.processes_before, regress.processes, regress.calls_before, regress.calls,
      reports::counted(regress.preemptions, "preemption"), reports::printable(written->path));
  return ExitCode::Pass;
}

}  // namespace heddle::harness
