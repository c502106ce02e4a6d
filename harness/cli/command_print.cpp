#include "harness/cli/commands.hpp"
#include "harness/run/language.hpp"
#include "harness/run/module_file.hpp"
#include "wast/print.hpp"

namespace heddle::harness {

ExitCode print(Terminal& terminal, const PrintCommand& command) {
  const auto language = make_language(command.disable, command.enable);
  if (!language) return complain(terminal, language.error());
  const auto module = load_module(command.path, language->features);
  if (!module) return complain(terminal, module.error());
  terminal.out << wast::print(*module);
  return ExitCode::Pass;
}

}  // namespace heddle::harness
