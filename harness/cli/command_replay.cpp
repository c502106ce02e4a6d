#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "harness/cli/commands.hpp"
#include "harness/run/divergence_text.hpp"
#include "harness/run/history_file.hpp"
#include "harness/run/load_program.hpp"
#include "harness/run/replay_program.hpp"
#include "harness/run/repro_files.hpp"
#include "reports/diagram.hpp"
#include "reports/events_json.hpp"
#include "reports/json.hpp"
#include "reports/output_text.hpp"
#include "reports/printable.hpp"

namespace heddle::harness {

namespace {

bool is_the_failure(const core::Repro& repro, const Replayed& replayed) {
  return replayed.verdict.kind == core::VerdictKind::Fail &&
         replayed.verdict.signature() == repro.signature;
}

// One sentence on what replaying has shown.
std::string describe(const core::Repro& repro, const Replayed& replayed) {
  const core::Verdict& verdict = replayed.verdict;
  if (is_the_failure(repro, replayed)) return "reproduced: " + to_string(repro.signature);
  std::string recorded = "the recorded failure was " + to_string(repro.signature);
  switch (verdict.kind) {
    case core::VerdictKind::Pass:
      return "not reproduced: the program passes under this schedule; " + recorded;
    case core::VerdictKind::Unknown:
      return fmt::format("unknown: {}; {}", verdict.findings.front().message, recorded);
    case core::VerdictKind::Fail:
      return fmt::format("another failure: {}; {}", to_string(verdict.signature()), recorded);
  }
  return recorded;
}

void print_text(Terminal& terminal, const core::Repro& repro, const Replayed& replayed) {
  const core::Execution& execution = replayed.execution;
  terminal.out << reports::printable(fmt::format("{}: {}", repro.name, describe(repro, replayed)))
               << '\n'
               << reports::draw_diagram(execution.trace, replayed.verdict.findings, execution.ends)
               << reports::output_text(execution.output)
               << fmt::format("{} steps, {} preemptions, trace {}\n", execution.steps,
                              execution.preemptions, to_string(core::digest_of(execution.trace)));
}

void print_json(Terminal& terminal, const core::Repro& repro, const Replayed& replayed) {
  reports::Json json;
  json["heddle"] = "replay-report/1";
  json["program"] = repro.name;
  json["verdict"] = std::string(to_string(replayed.verdict.kind));
  json["reproduced"] = is_the_failure(repro, replayed);
  json["rule"] = replayed.verdict.signature().rule;
  json["place"] = replayed.verdict.signature().place;
  json["message"] =
      replayed.verdict.findings.empty() ? "" : replayed.verdict.findings.front().message;
  json["steps"] = replayed.execution.steps;
  json["preemptions"] = replayed.execution.preemptions;
  json["trace"] = to_string(core::digest_of(replayed.execution.trace));
  json["findings"] = reports::findings_json(replayed.execution.trace, replayed.verdict.findings);
  json["interleaving"] = reports::interleaving_json(replayed.execution.trace);
  json["output"] = replayed.execution.output;
  terminal.out << reports::json_text(json);
}

// A strict replay must give the recorded trace. Nothing: it does.
std::optional<ExitCode> check_trace(Terminal& terminal, const ReplayCommand& command,
                                    const Program& program, const core::Repro& repro,
                                    const Replayed& replayed) {
  const core::Digest trace = core::digest_of(replayed.execution.trace);
  if (trace == repro.trace) return std::nullopt;
  const Replayed again = replay(program, repro.schedule, ReplayMode::Strict, options_of(repro));
  const core::Digest other = core::digest_of(again.execution.trace);
  if (other != trace) {
    throw NotDeterministic(fmt::format("the same schedule gave two traces ({} and {})",
                                       to_string(trace), to_string(other)));
  }
  return complain(terminal,
                  {.message = fmt::format("the trace is not the recorded one: {} instead of {}",
                                          to_string(trace), to_string(repro.trace)),
                   .span = {.file = command.path}},
                  "the file was edited, or made by a version of Heddle that records other events; "
                  "--lenient does not compare traces");
}

ExitCode complain_of_divergence(Terminal& terminal, const ReplayCommand& command,
                                const Replayed& replayed, bool is_same_program) {
  const std::string text =
      divergence_text(*replayed.divergence, replayed.execution.trace, is_same_program);
  const std::size_t first_line = std::min(text.find('\n'), text.size());
  complain(terminal,
           {.message = "the schedule does not fit the program: " + text.substr(0, first_line),
            .span = {.file = command.path}});
  terminal.err << text.substr(std::min(first_line + 1, text.size()))
               << (first_line < text.size() ? "\n" : "") << "--lenient drops what does not fit\n";
  return ExitCode::BadInput;
}

// The program is not the one of the schedule: says so, and where it leaves it.
ExitCode complain_of_program(Terminal& terminal, const ReplayCommand& command, core::Repro repro,
                             const core::Error& error) {
  constexpr std::string_view kHint = "--lenient takes a program that was edited";
  const bool was_edited = repro.schedule.program.has_value();
  repro.schedule.program.reset();
  const auto edited = load_program(repro);
  if (!was_edited || !edited) return complain_of_part(terminal, command.path, error, kHint);
  ExecuteOptions options = options_of(repro);
  options.should_stop = terminal.should_stop;
  const Replayed replayed =
      replay(**edited, repro.schedule, ReplayMode::Strict, options, repro.record);
  complain_of_part(terminal, command.path, error, kHint);
  if (was_interrupted(replayed.execution)) return ExitCode::Unknown;
  if (replayed.divergence) return complain_of_divergence(terminal, command, replayed, false);
  terminal.err << "the schedule fits it all the same\n";
  return ExitCode::BadInput;
}

}  // namespace

ExitCode replay(Terminal& terminal, const ReplayCommand& command) {
  auto repro = load_repro(command.path);
  if (!repro) return complain(terminal, repro.error());
  if (command.is_lenient) repro->schedule.program.reset();  // whatever the program is by now
  const auto program = load_program(*repro);
  if (!program) {
    return command.is_lenient ? complain_of_part(terminal, command.path, program.error())
                              : complain_of_program(terminal, command, *repro, program.error());
  }
  const ReplayMode mode = command.is_lenient ? ReplayMode::Lenient : ReplayMode::Strict;
  ExecuteOptions options = options_of(*repro);
  options.should_stop = terminal.should_stop;
  const Replayed replayed = replay(**program, repro->schedule, mode, options, repro->record);
  if (was_interrupted(replayed.execution)) {
    terminal.err << "interrupted\n";
    return ExitCode::Unknown;
  }
  if (replayed.divergence) return complain_of_divergence(terminal, command, replayed, true);
  if (!command.is_lenient) {
    if (const auto code = check_trace(terminal, command, **program, *repro, replayed)) return *code;
  }
  if (!command.history.empty()) {
    const auto written = write_history_of(**program, replayed.execution, command.history);
    if (!written) return complain(terminal, written.error());
  }
  if (command.is_json) {
    print_json(terminal, *repro, replayed);
  } else {
    print_text(terminal, *repro, replayed);
  }
  return exit_code_of(replayed.verdict.kind);
}

}  // namespace heddle::harness
