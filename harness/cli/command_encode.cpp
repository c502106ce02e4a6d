#include "engine/binary/encode.hpp"
#include "harness/cli/commands.hpp"
#include "harness/run/files.hpp"
#include "harness/run/language.hpp"
#include "harness/run/module_file.hpp"

namespace heddle::harness {

ExitCode encode(Terminal& terminal, const EncodeCommand& command) {
  const auto language = make_language(command.disable, command.enable);
  if (!language) return complain(terminal, language.error());
  const auto module = load_module(command.path, language->features);
  if (!module) return complain(terminal, module.error());
  if (!module->source->is_text) {
    return complain(terminal, {.message = "is binary already", .span = {.file = command.path}});
  }
  if (command.output.empty() && terminal.out_is_terminal) {
    return complain(terminal, {.message = "binary is not for terminals", .span = {}},
                    "say where it goes: -o FILE");
  }
  const std::string bytes = engine::encode(*module);
  if (command.output.empty()) {
    terminal.out << bytes;
  } else if (const auto written = write_file(command.output, bytes); !written) {
    return complain(terminal, written.error());
  }
  return ExitCode::Pass;
}

}  // namespace heddle::harness
