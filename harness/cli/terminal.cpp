#include "harness/cli/terminal.hpp"

#include <chrono>
#include <utility>

#include "harness/run/files.hpp"

namespace heddle::harness {

ExitCode exit_code_of(core::VerdictKind verdict) {
  switch (verdict) {
    case core::VerdictKind::Pass:
      return ExitCode::Pass;
    case core::VerdictKind::Unknown:
      return ExitCode::Unknown;
    case core::VerdictKind::Fail:
      return ExitCode::Failure;
  }
  std::unreachable();
}

void Terminal::clear_progress() {
  if (shows_progress) err << "\r\x1b[K" << std::flush;
  shows_progress = false;
}

std::function<bool()> stops_after(const Terminal& terminal, std::optional<double> seconds) {
  if (!seconds) return terminal.should_stop;
  return
      [asked = terminal.should_stop, limit = *seconds, begin = std::chrono::steady_clock::now()] {
        const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
        return elapsed.count() > limit || asked();
      };
}

ExitCode complain(Terminal& terminal, const core::Error& error, std::string_view hint) {
  std::string text;
  if (error.span.line != 0) {
    if (auto read = read_file(error.span.file)) text = *std::move(read);
  }
  terminal.clear_progress();
  terminal.out.flush();
  std::string report = core::render(error, text);
  if (!report.ends_with('\n')) report += '\n';
  terminal.err << report;
  if (!hint.empty()) terminal.err << hint << '\n';
  return ExitCode::BadInput;
}

ExitCode complain_of_part(Terminal& terminal, const std::string& file, const core::Error& error,
                          std::string_view hint) {
  const std::string place = core::describe(error.span);
  return complain(terminal,
                  {.message = "its program: " + (place.empty() ? "" : place + ": ") + error.message,
                   .span = {.file = file}},
                  hint);
}

}  // namespace heddle::harness
