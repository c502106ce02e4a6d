#include <optional>

#include "harness/cli/commands.hpp"
#include "harness/run/files.hpp"
#include "reports/merge_report.hpp"

namespace heddle::harness {

ExitCode merge(Terminal& terminal, const MergeCommand& command) {
  std::optional<reports::MergeReport> merged;
  for (const std::string& path : command.paths) {
    const auto text = read_file(path);
    if (!text) return complain(terminal, text.error());
    auto part = reports::parse_part(*text, path);
    if (!part) return complain(terminal, part.error());
    if (!merged) {
      merged = *std::move(part);
      continue;
    }
    auto both = reports::merge(*std::move(merged), *part);
    if (!both) {
      return complain(terminal, {.message = both.error().message, .span = {.file = path}});
    }
    merged = *std::move(both);
  }
  terminal.out << (command.is_json ? reports::to_json(*merged) : reports::render_text(*merged));
  return exit_code_of(reports::verdict_of(*merged));
}

}  // namespace heddle::harness
