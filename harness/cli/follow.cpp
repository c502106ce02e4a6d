#include "harness/cli/follow.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "harness/run/follow_history.hpp"
#include "reports/printable.hpp"

namespace heddle::harness {

namespace {

core::Result<FollowOptions> options_of(const std::function<bool()>& should_stop,
                                       const CheckCommand& command) {
  if (command.paths.size() != 1) {
    return core::make_error("one history can be followed at a time: a file, or - for the input");
  }
  if (command.request.model.empty()) {
    return core::make_error(
        "the model is not given: --model NAME, because it cannot be told from "
        "operations that are still to come");
  }
  if (command.request.semantics.pending != PendingPolicy::Optional) {
    return core::make_error("--pending needs the whole history: without --follow");
  }
  // With no operations, all that is made is the model and what is assumed.
  HEDDLE_LET(const CheckSetup setup, set_up_check(core::History(), command.request));
  if (setup.model->acts_by_result()) {
    return core::make_error(
        fmt::format("a {} cannot be followed: what its operations do depends "
                    "on what they will return",
                    setup.model->name()));
  }
  return FollowOptions{.model = setup.model,
                       .semantics = setup.semantics,
                       .decide = {.nodes_max = command.nodes_max,
                                  .bytes_max = command.megabytes_max << 20,
                                  .should_stop = should_stop},
                       .format = command.request.reading.format,
                       .is_keyed = command.request.reading.keyed == histories::Keyed::Yes};
}

ExitCode say(Terminal& terminal, const std::string& path, std::string_view verdict,
             const HistoryFollower& follower, ExitCode code) {
  terminal.out << fmt::format("{}: {} ({} operation{})\n", reports::printable(path), verdict,
                              follower.operations(), follower.operations() == 1 ? "" : "s");
  return code;
}

}  // namespace

ExitCode follow(Terminal& terminal, const CheckCommand& command) {
  const std::function<bool()> should_stop = stops_after(terminal, command.seconds_max);
  auto options = options_of(should_stop, command);
  if (!options) return complain(terminal, options.error());
  const auto lines = GrowingLines::open(command.paths[0]);
  if (!lines) return complain(terminal, lines.error());
  const std::string path = command.paths[0] == "-" ? "<standard input>" : command.paths[0];
  HistoryFollower follower(*std::move(options));
  while (const std::optional<std::string> line = (*lines)->next(should_stop)) {
    const auto verdict = follower.add_line(*line);
    if (!verdict) {
      core::Error error = verdict.error();
      error.span.file = path;
      return complain(terminal, error);
    }
    if (*verdict == core::VerdictKind::Pass) continue;
    terminal.out << reports::printable(path) << ": " << follower.explanation();
    return exit_code_of(*verdict);
  }
  if (should_stop()) {
    return say(terminal, path, "linearizable so far", follower, ExitCode::Unknown);
  }
  return say(terminal, path, "linearizable", follower, ExitCode::Pass);
}

}  // namespace heddle::harness
