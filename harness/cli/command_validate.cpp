#include "harness/cli/commands.hpp"
#include "harness/run/language.hpp"
#include "harness/run/module_file.hpp"
#include "reports/printable.hpp"

namespace heddle::harness {

ExitCode validate(Terminal& terminal, const ValidateCommand& command) {
  Language language;
  const auto known = disable(language, command.disable);
  if (!known) return complain(terminal, known.error());
  ExitCode code = ExitCode::Pass;
  for (const std::string& path : command.paths) {
    const std::vector<core::Error> errors = find_invalid(path, language.features);
    for (const core::Error& error : errors) code = complain(terminal, error);
    if (errors.empty()) terminal.out << reports::printable(path) << ": valid\n";
  }
  return code;
}

}  // namespace heddle::harness
