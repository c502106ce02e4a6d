#include "harness/run/history_file.hpp"

#include <fmt/format.h>

#include "harness/check/history_of.hpp"
#include "harness/run/files.hpp"
#include "histories/write_history.hpp"

namespace heddle::harness {

core::Result<void> write_history_file(const std::string& path, const core::History& history) {
  const bool is_json = path.ends_with(".json") || path.ends_with(".jsonl");
  return write_file(path,
                    is_json ? histories::write_json_lines(history) : histories::write_edn(history));
}

core::Result<void> check_has_operations(const Program& program) {
  if (!program.operations().empty()) return {};
  return core::make_error(
      fmt::format("no call of {} is an operation of an object (`as` in a scenario): there is no "
                  "history",
                  program.name()));
}

core::Result<void> write_history_of(const Program& program, const core::Execution& execution,
                                    const std::string& path) {
  HEDDLE_TRY(check_has_operations(program));
  return write_history_file(path, history_of(execution.trace, program.operations()));
}

}  // namespace heddle::harness
