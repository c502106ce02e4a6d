#include "harness/cli/commands.hpp"
#include "harness/run/language.hpp"
#include "harness/run/module_file.hpp"
#include "reports/printable.hpp"

namespace heddle::harness {

ExitCode validate(Terminal& terminal, const ValidateCommand& command) {
  const auto language = make_language(command.disable, command.enable);
  if (!language) return complain(terminal, language.error());
  ExitCode code = ExitCode::Pass;
  for (const std::string& path : command.paths) {
    const std::vector<core::Error> errors = find_invalid(path, language->features);
    for (const core::Error& error : errors) code = complain(terminal, error);
    if (errors.empty()) terminal.out << reports::printable(path) << ": valid\n";
  }
  return code;
}

}  // namespace heddle::harness
