#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <optional>

#include "harness/cli/commands.hpp"
#include "harness/cli/progress.hpp"
#include "harness/run/expectations.hpp"
#include "harness/run/files.hpp"
#include "harness/run/history_file.hpp"
#include "harness/run/load_program.hpp"
#include "harness/run/module_program.hpp"
#include "harness/run/run_program.hpp"
#include "reports/json.hpp"
#include "reports/printable.hpp"
#include "reports/run_report.hpp"

namespace heddle::harness {

namespace {

constexpr std::size_t kSeedsShown = 20;

// What all files together came to.
struct Total {
  reports::RunReport report;
  core::VerdictKind verdict = core::VerdictKind::Pass;
  bool has_bad_input = false;
  bool was_interrupted = false;
  Expectations known;
  const RunCommand* command = nullptr;

  // What is known of the file, then what the command line asks for, whose names have been checked.
  [[nodiscard]] Language language_of(const std::string& path, Language language) const {
    language = known.language_of(path, language);
    std::ignore = enable(language, command->enable);
    std::ignore = disable(language, command->disable);
    if (command->ignores_messages) language.ignores_messages = true;
    return language;
  }

  [[nodiscard]] ExitCode exit_code() const {
    if (has_bad_input) return ExitCode::BadInput;
    if (verdict == core::VerdictKind::Fail) return ExitCode::Failure;
    return was_interrupted ? ExitCode::Unknown : exit_code_of(verdict);
  }
};

// Folders stand for the scripts in them. Nothing: something cannot be read; it has been said what.
std::optional<std::vector<std::string>> find_files(Terminal& terminal, const RunCommand& command) {
  std::vector<std::string> files;
  for (const std::string& path : command.paths) {
    if (!is_folder(path)) {
      files.push_back(path);
      continue;
    }
    const auto found = list_files(path, {".wast"}, command.skip);
    if (!found) {
      complain(terminal, found.error());
      return std::nullopt;
    }
    if (found->empty()) {
      complain(terminal, {.message = "no .wast files in this folder", .span = {.file = path}});
      return std::nullopt;
    }
    files.insert(files.end(), found->begin(), found->end());
  }
  return files;
}

RunOptions options_of(const RunCommand& command, const Program& program) {
  RunOptions options;
  options.first_seed = command.seeds == 0 ? command.seed : 1;
  options.seed_count = std::max<std::uint64_t>(command.seeds, 1);
  options.execute = program.default_options();
  if (command.steps) options.execute.steps_max = *command.steps;
  if (command.instructions) options.execute.instructions_max = *command.instructions;
  options.execute.collects_always = command.collects_always;
  return options;
}

// A module's own form: what its call returned.

// Nobody looks at the trace, and only its digest can be asked for: a call may take as many steps as
// it likes.
RunOptions module_options(const RunCommand& command, const Program& program) {
  RunOptions options = options_of(command, program);
  if (!command.steps) options.execute.steps_max = std::numeric_limits<std::uint64_t>::max();
  options.execute.recording =
      command.shows_digest || command.is_json ? core::Recording::Digest : core::Recording::Nothing;
  return options;
}

void print_module(Terminal& terminal, const RunResult& result, const core::Repro& program,
                  bool is_json) {
  const core::Outcome& outcome = result.last.ends.front().outcome;
  if (is_json) {
    reports::Json json;
    json["heddle"] = "run-module/1";
    json["module"] = program.name;
    json["verdict"] = std::string(to_string(result.verdict));
    json["outcome"] = std::string(to_string(outcome.kind));
    json["message"] = outcome.message;
    json["values"] = reports::Json::array();
    for (const core::Value& value : outcome.values) json["values"].push_back(to_string(value));
    json["trace"] = to_string(result.digest);
    terminal.out << reports::json_text(json);
    return;
  }
  for (const core::Value& value : outcome.values) terminal.out << to_string(value) << '\n';
  if (outcome.kind != core::OutcomeKind::Returned)
    terminal.err << reports::printable(to_string(outcome)) << '\n';
}

void print_exports(Terminal& terminal, const Program& program, const Language& language) {
  const auto module =
      prepare_file(std::make_shared<const core::Source>(
                       core::Source{.file = program.name(), .text = program.repro_base().program}),
                   language.features);
  const std::vector<std::string> lines = describe_exports(module.code->module());
  terminal.out << reports::printable(program.name()) << " was instantiated"
               << (lines.empty() ? "; it exports nothing\n" : "; it exports:\n");
  for (const std::string& line : lines) terminal.out << "  " << reports::printable(line) << '\n';
  if (!lines.empty()) terminal.out << "call a function with: --invoke NAME ARGS...\n";
}

ExitCode run_module(Terminal& terminal, const RunCommand& command, const Program& program,
                    const Language& language) {
  const RunResult result =
      run_program(program, module_options(command, program), terminal.should_stop);
  if (result.last.ends.empty()) {
    terminal.err << "interrupted\n";
    return ExitCode::Unknown;
  }
  print_module(terminal, result, program.repro_base(), command.is_json);
  const bool has_returned = result.last.ends.front().outcome.kind == core::OutcomeKind::Returned;
  // A call that has returned is in the trace.
  if (has_returned && result.last.trace.calls.empty() && !command.is_json) {
    print_exports(terminal, program, language);
  }
  if (command.shows_digest) {
    (command.is_json ? terminal.err : terminal.out)
        << "digest " << to_string(result.digest) << '\n';
  }
  return exit_code_of(result.verdict);
}

// Scripts and scenarios: counts.

void add_seeds(RunResult& result) {
  if (result.failing_seeds.empty()) return;
  std::string text = "failing seeds:";
  const std::size_t shown = std::min(result.failing_seeds.size(), kSeedsShown);
  for (std::size_t i = 0; i < shown; ++i) text += fmt::format(" {}", result.failing_seeds[i]);
  if (shown < result.failing_seeds.size()) {
    text += fmt::format(" ... ({} in all)", result.failing_seeds.size());
  }
  result.file.failures.push_back({.place = "", .message = std::move(text)});
}

// A file that cannot be run is a failure of a suite, too.
void add_bad_input(Terminal& terminal, const std::string& path, const core::Error& error,
                   Total& total) {
  reports::FileResult file;
  file.file = path;
  file.counts.failed = 1;
  file.failures.push_back({.place = core::describe(error.span), .message = error.message});
  total.known.apply(file);
  if (file.counts.failed != 0) {
    complain(terminal, error);
    total.has_bad_input = true;
  }
  total.report.files.push_back(std::move(file));
}

void run_file(Terminal& terminal, const RunCommand& command, const std::string& path,
              const Program& program, Total& total) {
  RunResult result = run_program(program, options_of(command, program), terminal.should_stop);
  result.file.file = path;
  if (!command.history.empty() && !result.was_interrupted) {
    const auto written = write_history_of(program, result.last, command.history);
    if (!written) {
      complain(terminal, written.error());
      total.has_bad_input = true;
    }
  }
  if (command.seeds > 0) add_seeds(result);
  const bool had_failed = result.file.counts.failed != 0;
  total.known.apply(result.file);
  // What is expected is no failure of the run; what came unexpectedly is one.
  if (result.file.counts.failed != 0) result.verdict = core::VerdictKind::Fail;
  if (had_failed && result.file.counts.failed == 0) result.verdict = core::VerdictKind::Pass;
  total.verdict = std::max(total.verdict, result.verdict);
  total.was_interrupted = total.was_interrupted || result.was_interrupted;
  total.report.files.push_back(std::move(result.file));
  if (command.shows_digest) {
    terminal.clear_progress();
    (command.is_json ? terminal.err : terminal.out)
        << reports::printable(path) << ": digest " << to_string(result.digest) << '\n';
  }
}

ExitCode print_total(Terminal& terminal, const RunCommand& command, const Total& total) {
  terminal.out << (command.is_json ? reports::to_json(total.report)
                                   : reports::render_text(total.report));
  if (total.was_interrupted) terminal.err << "interrupted: the counts are those until then\n";
  return total.exit_code();
}

ExitCode run_one(Terminal& terminal, const RunCommand& command, const std::string& path,
                 Total total) {
  const auto choose = [&](Language language) { return total.language_of(path, language); };
  const auto program = load_program(path, command.invoke, choose, command.modules);
  if (!program) {
    if (!total.known.is_out_of_scope(path)) return complain(terminal, program.error());
    add_bad_input(terminal, path, program.error(), total);
    return print_total(terminal, command, total);
  }
  if (!command.history.empty()) {
    const auto has_operations = check_has_operations(**program);
    if (!has_operations) return complain(terminal, has_operations.error());
  }
  if ((*program)->repro_base().kind == core::ProgramKind::Module) {
    return run_module(terminal, command, **program, choose({}));
  }
  run_file(terminal, command, path, **program, total);
  return print_total(terminal, command, total);
}

ExitCode run_many(Terminal& terminal, const RunCommand& command,
                  const std::vector<std::string>& files, Total total) {
  {
    Progress progress(terminal, "files");
    const auto begin = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < files.size(); ++i) {
      total.was_interrupted = total.was_interrupted || terminal.should_stop();
      if (total.was_interrupted) break;
      const auto program = load_program(
          files[i], {}, [&](Language language) { return total.language_of(files[i], language); },
          command.modules);
      if (program) {
        run_file(terminal, command, files[i], **program, total);
      } else {
        add_bad_input(terminal, files[i], program.error(), total);
      }
      const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
      progress.update(i + 1, files.size(), passed.count());
    }
  }
  return print_total(terminal, command, total);
}

}  // namespace

ExitCode run(Terminal& terminal, const RunCommand& command) {
  const auto files = find_files(terminal, command);
  if (!files) return ExitCode::BadInput;
  Total total;
  for (auto [apply, names] : {std::pair{&disable, &command.disable}, {&enable, &command.enable}}) {
    Language checked;
    const auto known = apply(checked, *names);
    if (!known) return complain(terminal, known.error());
  }
  total.command = &command;
  if (!command.expectations.empty()) {
    const auto text = read_file(command.expectations);
    if (!text) return complain(terminal, text.error());
    auto known = Expectations::parse(*text, command.expectations);
    if (!known) return complain(terminal, known.error());
    total.known = *std::move(known);
  }
  if (files->size() == 1) return run_one(terminal, command, files->front(), std::move(total));
  if (!command.invoke.empty()) {
    return complain(terminal, {.message = "--invoke needs exactly one module", .span = {}});
  }
  if (!command.history.empty()) {
    return complain(terminal, {.message = "--history needs exactly one scenario", .span = {}});
  }
  return run_many(terminal, command, *files, std::move(total));
}

}  // namespace heddle::harness
