#include <fmt/format.h>

#include "harness/cli/commands.hpp"
#include "harness/cli/progress.hpp"
#include "harness/cli/write_scenario.hpp"
#include "harness/run/files.hpp"
#include "harness/run/load_program.hpp"
#include "reports/printable.hpp"

namespace heddle::harness {

namespace {

// What its options name is read first.
core::Result<CampaignOptions> options_of(const Terminal& terminal, const ExploreCommand& command,
                                         const Program& program) {
  CampaignOptions options = campaign_defaults(program, command.choices);
  if (!command.bytes.empty()) {
    HEDDLE_LET(options.parameters.bytes, read_file(command.bytes));
  } else if (options.strategy == "bytes") {
    return core::make_error("the strategy 'bytes' needs --bytes FILE");
  }
  if (!command.schedule.empty()) {
    HEDDLE_LET(const std::string text, read_file(command.schedule));
    HEDDLE_LET(options.parameters.schedule, core::parse_schedule(text, command.schedule));
  } else if (options.strategy == "replay" && options.parameters.schedule.choices.empty()) {
    return core::make_error("the strategy 'replay' needs --schedule FILE");
  }
  if (!command.shard.empty()) {
    HEDDLE_LET(options.shard, parse_shard(command.shard));
  } else {
    HEDDLE_LET(const std::optional<Shard> shard, shard_of(terminal.environment));
    options.shard = shard.value_or(Shard{});
  }
  options.until_saturated = command.until_saturated;
  options.workers = command.workers;
  options.covers = command.covers || command.until_saturated;
  options.seconds_max = command.seconds_max;
  options.keep_going = command.keeps_going;
  options.shrinks = command.shrinks;
  options.counts_outcomes = options.counts_outcomes || command.shows_outcomes;
  options.repro_dir = command.repro_dir;
  return options;
}

// Without its file a failure can be seen again by its schedule only.
ExitCode complain_of_repro(Terminal& terminal, const reports::ExploreReport& report) {
  std::string schedules;
  for (const reports::ExploreFailure& failure : report.failures) {
    if (!failure.repro_path.empty()) continue;
    schedules += fmt::format("the schedule of {}:\n{}",
                             reports::printable(to_string(failure.signature)), failure.schedule);
  }
  return complain(terminal, *report.repro_error, schedules);
}

// Of every failure that has a repro, a scenario.
ExitCode write_scenarios(Terminal& terminal, const ExploreCommand& command,
                         const reports::ExploreReport& report) {
  for (const reports::ExploreFailure& failure : report.failures) {
    if (failure.repro_path.empty()) continue;
    const auto repro = load_repro(failure.repro_path);
    if (!repro) return complain(terminal, repro.error());
    if (const ExitCode code = write_scenario(terminal, *repro, command.regress);
        code != ExitCode::Pass) {
      return code;
    }
  }
  return ExitCode::Failure;
}

}  // namespace

ExitCode explore(Terminal& terminal, const ExploreCommand& command) {
  const auto checked = make_language(command.disable, command.enable);
  if (!checked) return complain(terminal, checked.error());
  const auto choose = [&](Language language) {
    std::ignore = enable(language, command.enable);
    std::ignore = disable(language, command.disable);
    return language;
  };
  const auto program = load_program(command.path, command.invoke, choose, command.modules);
  if (!program) return complain(terminal, program.error());
  core::Result<reports::ExploreReport> report;
  {
    Progress progress(terminal, "schedules");
    const CampaignHooks hooks{.should_stop = terminal.should_stop,
                              .on_progress = [&progress](const CampaignProgress& now) {
                                const std::string failures =
                                    now.failures == 0 ? ""
                                                      : fmt::format("failures: {}; ", now.failures);
                                if (now.is_shrinking) {
                                  progress.say(failures + "shrinking", now.seconds);
                                } else {
                                  progress.update_search(now.schedules, now.estimate,
                                                         now.schedules_max, now.seconds, failures);
                                }
                              }};
    const auto options = options_of(terminal, command, **program);
    if (!options) return complain(terminal, options.error());
    report = explore(**program, *options, hooks);
  }
  if (!report) return complain(terminal, report.error());
  terminal.out << (command.is_json ? reports::to_json(*report)
                                   : reports::render_text(*report, {.with_time = false}));
  // Equal runs print equal texts: the time is for whoever watches.
  if (terminal.err_is_terminal) {
    terminal.err << describe_progress(report->schedules, 0, "schedules", report->seconds)
                 << fmt::format(" in {:.2f} s\n", report->seconds);
  }
  if (report->repro_error) return complain_of_repro(terminal, *report);
  if (!command.regress.empty() && !report->failures.empty()) {
    return write_scenarios(terminal, command, *report);
  }
  return exit_code_of(reports::verdict_of(*report));
}

}  // namespace heddle::harness
