#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <sstream>
#include <string>
#include <utility>

#include "harness/cli/checker_json.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/follow.hpp"
#include "harness/jepsen/jepsen.hpp"
#include "harness/run/check_history.hpp"
#include "harness/run/files.hpp"
#include "harness/run/history_file.hpp"
#include "harness/run/history_parts.hpp"
#include "harness/run/verdict_table.hpp"
#include "reports/history_report.hpp"
#include "reports/printable.hpp"

namespace heddle::harness {

namespace {

core::Result<core::Source> read_source(const std::string& path) {
  if (path == "-") {
    std::string text{std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
    return core::Source{.file = "<standard input>", .text = std::move(text)};
  }
  HEDDLE_LET(std::string text, read_file(path));
  return core::Source{.file = path, .text = std::move(text)};
}

// Bad input counts most, then a failure.
ExitCode worse_of(ExitCode left, ExitCode right) {
  for (const ExitCode code : {ExitCode::BadInput, ExitCode::Failure, ExitCode::Unknown}) {
    if (left == code || right == code) return code;
  }
  return ExitCode::Pass;
}

ExitCode complain_about(Terminal& terminal, const core::Source& source, core::Error error) {
  if (error.span.line != 0 && error.span.file.empty()) error.span.file = source.file;
  terminal.clear_progress();
  terminal.err << core::render(error, error.span.file == source.file ? source.text : "");
  return ExitCode::BadInput;
}

class Checker {
 public:
  Checker(Terminal& terminal, const CheckCommand& command)
      : terminal_(terminal), command_(command) {}

  ExitCode check_all() {
    ExitCode code = ExitCode::Pass;
    for (const std::string& path : command_.paths) {
      if (&path != command_.paths.data() && terminal_.should_stop()) {
        code = worse_of(code, ExitCode::Unknown);  // of this one, and those behind it
        break;
      }
      code = worse_of(code, check_file(path));
    }
    if (command_.is_json && command_.checker.empty()) terminal_.out << reports::to_json(reports_);
    return code;
  }

 private:
  ExitCode check_file(const std::string& path) {
    const auto source = read_source(path);
    if (!source) return complain(terminal_, source.error());
    if (!command_.checker.empty()) return run_checker_on(*source);
    if (!command_.converted.empty() && command_.request.model.empty()) return convert(*source);
    auto setup = set_up_check(*source, command_.request);
    if (!setup) return complain_about(terminal_, *source, std::move(setup).error());
    if (!command_.converted.empty()) {
      const auto written = write_history_file(command_.converted, *setup->history);
      if (!written) return complain(terminal_, written.error());
    }
    auto report = check_history(setup->history, *setup->model, options_of(*setup));
    if (!report) return complain_about(terminal_, *source, std::move(report).error());
    report->file = source->file;
    report->assumptions = setup->assumptions;
    return tell(*std::move(report));
  }

  [[nodiscard]] CheckOptions options_of(const CheckSetup& setup) const {
    CheckOptions options{.semantics = setup.semantics,
                         .decide = {.wants_witness = command_.finds_witness,
                                    .only_searches = command_.only_searches,
                                    .nodes_max = command_.nodes_max,
                                    .bytes_max = command_.megabytes_max << 20},
                         .workers = command_.workers,
                         .explains = command_.explains,
                         .has_processes = setup.has_processes};
    options.decide.should_stop = stops_after(terminal_, command_.seconds_max);
    return options;
  }

  ExitCode tell(reports::HistoryReport report) {
    const ExitCode code = exit_code_of(report.verdict());
    const auto written = write_parts(report);
    if (!written) return complain(terminal_, written.error());
    if (command_.is_json) {
      reports_.push_back(std::move(report));
    } else {
      terminal_.out << reports::render_text(report, {.draws = command_.draws});
    }
    return code;
  }

  // Of all objects, one behind the other.
  core::Result<void> write_parts(const reports::HistoryReport& report) const {
    std::vector<std::uint32_t> witness;
    std::vector<std::uint32_t> minimal;
    for (const reports::ObjectReport& object : report.objects) {
      witness.insert(witness.end(), object.witness.begin(), object.witness.end());
      if (!object.failure) continue;
      minimal.insert(minimal.end(), object.failure->minimal.begin(), object.failure->minimal.end());
    }
    std::ranges::sort(minimal);
    if (!command_.witness.empty() && report.verdict() == core::VerdictKind::Pass) {
      HEDDLE_TRY(write_history_file(command_.witness, in_sequence(*report.history, witness)));
    }
    if (!command_.minimal.empty() && report.verdict() == core::VerdictKind::Fail) {
      HEDDLE_TRY(write_history_file(command_.minimal, part_of(*report.history, minimal)));
    }
    return {};
  }

  ExitCode convert(const core::Source& source) {
    auto history = histories::read_history(source, command_.request.reading);
    if (!history) return complain_about(terminal_, source, std::move(history).error());
    const auto written = write_history_file(command_.converted, *history);
    return written ? ExitCode::Pass : complain(terminal_, written.error());
  }

  ExitCode run_checker_on(const core::Source& source) {
    auto history = histories::read_history(source, command_.request.reading);
    if (!history) return complain_about(terminal_, source, std::move(history).error());
    if (!command_.converted.empty()) {
      const auto written = write_history_file(command_.converted, *history);
      if (!written) return complain(terminal_, written.error());
    }
    const auto report = run_checker(command_.checker, *history, command_.checker_options);
    if (!report) return complain_about(terminal_, source, report.error());
    if (command_.is_json) {
      terminal_.out << checker_json(*report, source.file);
    } else {
      terminal_.out << reports::printable(source.file) << ": ";
      std::istringstream lines(to_text(*report));
      for (std::string line; std::getline(lines, line);) {
        terminal_.out << reports::printable(line) << '\n';
      }
    }
    return exit_code_of(report->valid);
  }

  Terminal& terminal_;
  const CheckCommand& command_;
  std::vector<reports::HistoryReport> reports_;
};

ExitCode check_table(Terminal& terminal, const CheckCommand& command) {
  const auto table = read_verdict_table(command.verdicts);
  if (!table) return complain(terminal, table.error());
  std::vector<reports::VerdictRow> rows;
  for (const VerdictTable::Row& row : table->rows) {
    if (terminal.should_stop()) return ExitCode::Unknown;
    const auto checked = check_row(row);
    if (!checked) return complain(terminal, checked.error());
    rows.push_back(*checked);
  }
  terminal.out << reports::verdict_table(rows);
  const bool are_equal = std::ranges::all_of(
      rows, [](const reports::VerdictRow& row) { return row.expected == row.actual; });
  return are_equal ? ExitCode::Pass : ExitCode::Failure;
}

}  // namespace

ExitCode check(Terminal& terminal, const CheckCommand& command) {
  if (!command.verdicts.empty()) return check_table(terminal, command);
  if (command.paths.empty()) {
    return complain(terminal, {.message = "no history is given: heddle check FILE --model NAME"});
  }
  if (command.follows) return follow(terminal, command);
  const bool writes_one =
      !command.converted.empty() || !command.witness.empty() || !command.minimal.empty();
  if (writes_one && command.paths.size() > 1) {
    return complain(
        terminal, {.message = "--convert, --witness and --minimal are for one history at a time"});
  }
  return Checker(terminal, command).check_all();
}

}  // namespace heddle::harness
