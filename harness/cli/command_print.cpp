#include "harness/cli/commands.hpp"
#include "harness/run/language.hpp"
#include "harness/run/module_file.hpp"
#include "wast/print.hpp"

namespace heddle::harness {

ExitCode print(Terminal& terminal, const PrintCommand& command) {
  Language language;
  const auto known = disable(language, command.disable);
  if (!known) return complain(terminal, known.error());
  const auto module = load_module(command.path, language.features);
  if (!module) return complain(terminal, module.error());
  terminal.out << wast::print(*module);
  return ExitCode::Pass;
}

}  // namespace heddle::harness
