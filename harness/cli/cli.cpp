#include "harness/cli/cli.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <functional>
#include <memory>
#include <system_error>
#include <utility>

#include "harness/cli/check_options.hpp"
#include "harness/cli/commands.hpp"
#include "harness/explore/make_strategy.hpp"

namespace heddle::harness {

namespace {

constexpr std::string_view kVersion = "heddle 0.1.0";

constexpr std::string_view kAbout =
    "Heddle runs WebAssembly with threads under schedules of its choice: it finds the interleaving "
    "that breaks a program, writes it to a file, and shows it again.\n";

constexpr std::string_view kFooter =
    "\nExamples:\n"
    "  heddle run tests/                                  run all .wast scripts of a folder\n"
    "  heddle run adder.wasm --invoke add 1 2             call an exported function\n"
    "  heddle explore scenarios/atomics/lost_update.yaml  look for a schedule that fails\n"
    "  heddle replay repros/lost_update-3f2a91.repro.yaml see the failure again\n"
    "  heddle check history.edn --model cas-register      is it linearizable?\n"
    "\nExit codes: 0 pass, 1 a property or conformance failure, 2 bad usage or input,\n"
    "            3 unknown (a limit was reached, or it was interrupted), 4 a bug of Heddle's own\n"
    "\nHelp on a command: heddle COMMAND --help. The manual is docs/cli.md.";

// All words after --invoke, up to the next option (numbers like -1 are no options). They are taken
// out before anything else is read, because they are the module's business.
std::vector<std::string> take_invoke(std::vector<std::string>& arguments) {
  const auto begin = std::ranges::find(arguments, "--invoke");
  if (begin == arguments.end()) return {};
  const auto end = std::find_if(begin + 1, arguments.end(),
                                [](const std::string& word) { return word.starts_with("--"); });
  std::vector<std::string> words(begin + 1, end);
  arguments.erase(words.empty() ? begin + 1 : begin, end);
  return words;
}

// Digits only: CLI11 would take -1 for a large number, and too large a number for the largest.
std::string check_number(const std::string& word) {
  std::uint64_t number = 0;
  const char* const end = word.data() + word.size();
  const auto [stopped_at, error] = std::from_chars(word.data(), end, number);
  if (error == std::errc() && stopped_at == end) return {};
  return fmt::format("\"{}\" is not a number from 0 to 2^64-1", word);
}

// The same for a positive number of seconds.
std::string check_seconds(const std::string& word) {
  double seconds = 0;
  const char* const end = word.data() + word.size();
  const auto [stopped_at, error] = std::from_chars(word.data(), end, seconds);
  if (error == std::errc() && stopped_at == end && seconds > 0 && std::isfinite(seconds)) return {};
  return fmt::format("\"{}\" is not a number of seconds above 0", word);
}

// Options with the name of what they take, and nothing else: what must be given is in the usage.
class HelpFormatter final : public CLI::Formatter {
 public:
  [[nodiscard]] std::string make_option_opts(const CLI::Option* option) const override {
    const std::string name = option->get_type_size() == 0 ? "" : option->get_type_name();
    return name.empty() || option->get_positional() ? "" : " " + name;
  }
};

// Everything that can be asked for, and how.
class Parser {
 public:
  Parser() : app_(std::string(kAbout), "heddle") {
    app_.footer(std::string(kFooter));
    app_.set_version_flag("--version", std::string(kVersion));
    app_.require_subcommand(1);
    app_.formatter(std::make_shared<HelpFormatter>());
    app_.get_formatter()->column_width(34);
    add_run();
    add_explore();
    add_merge();
    add_bench();
    add_check();
    add_replay();
    add_shrink();
    add_test();
    add_list();
    add_validate();
    add_print();
    add_encode();
    add_help();
  }

  ExitCode parse_and_execute(std::vector<std::string> arguments, Terminal& terminal) {
    if (!arguments.front().starts_with('-') && !has_command(arguments.front())) {
      terminal.err << fmt::format("error: unknown command '{}'\nsee: heddle --help\n",
                                  arguments.front());
      return ExitCode::BadInput;
    }
    run_.invoke = take_invoke(arguments);
    explore_.invoke = run_.invoke;
    std::ranges::reverse(arguments);
    try {
      app_.parse(std::move(arguments));
    } catch (const CLI::ParseError& error) {
      return report(error, terminal);
    }
    if (!run_.invoke.empty() && chosen_ != "run" && chosen_ != "explore") {
      terminal.err << "error: --invoke belongs to run and explore\n";
      return ExitCode::BadInput;
    }
    return execute(terminal);
  }

 private:
  [[nodiscard]] bool has_command(std::string_view name) {
    return std::ranges::any_of(app_.get_subcommands(nullptr), [name](const CLI::App* command) {
      return command->get_name() == name;
    });
  }

  // Help is no error; anything else is, with a hint.
  ExitCode report(const CLI::ParseError& error, Terminal& terminal) {
    const bool is_help = error.get_exit_code() == 0;
    if (is_help) {
      app_.exit(error, terminal.out, terminal.err);
      return ExitCode::Pass;
    }
    terminal.err << "error: " << describe(error) << '\n'
                 << (chosen_.empty() ? "see: heddle --help\n"
                                     : fmt::format("see: heddle {} --help\n", chosen_));
    return ExitCode::BadInput;
  }

  // An option that does not exist says more than what else is missing.
  [[nodiscard]] std::string describe(const CLI::ParseError& error) const {
    if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr && !chosen_.empty()) {
      for (const std::string& word : app_.get_subcommand(chosen_)->remaining()) {
        if (word.starts_with('-')) return "unknown option " + word;
      }
    }
    return error.what();
  }

  CLI::App& add(const std::string& name, const std::string& about,
                std::function<ExitCode(Terminal&)> action) {
    CLI::App* command = app_.add_subcommand(name, about);
    // Known before its options are read, so that errors can name it.
    command->preparse_callback([this, name](std::size_t) { chosen_ = name; });
    command->final_callback([this, action = std::move(action)] { action_ = action; });
    return *command;
  }

  static void add_invoke(CLI::App& command) {
    // For the help only: take_invoke has removed it. What is left lacks the function's name.
    command.add_option("--invoke")
        ->type_name("NAME ARGS...")
        ->expected(1, -1)
        ->description(
            "of a module: call this exported function; all words up to the next option "
            "are its arguments, written as in the text format (-1, 0x1f, 1e3, nan, null)");
  }

  static void add_limits(CLI::App& command, std::optional<std::uint64_t>& steps,
                         std::optional<std::uint64_t>& instructions) {
    command
        .add_option("--steps", steps,
                    "end an execution after N visible actions (1000000; running a module: none)")
        ->type_name("N")
        ->check(check_number);
    command
        .add_option("--instructions", instructions,
                    "end an execution after N back edges and calls (1000000000)")
        ->type_name("N")
        ->check(check_number);
  }

  static void add_collections(CLI::App& command, bool& collects_always) {
    command.add_flag("--gc-stress", collects_always,
                     "collect garbage at every allocation: slow, and must change nothing");
  }

  static void add_choices(CLI::App& command, CampaignChoices& choices) {
    std::vector<std::string> names(strategy_names().begin(), strategy_names().end());
    command
        .add_option("--strategy", choices.strategy,
                    "which schedules to try: " + CLI::detail::join(names, ", ") + " (portfolio)")
        ->type_name("NAME")
        ->check(CLI::IsMember(names).description(""));
    command
        .add_option("--schedules", choices.schedules,
                    "how many at most; 0: no limit (at random: 10000, others: 1000000)")
        ->type_name("N")
        ->check(check_number);
    command.add_option("--seed", choices.seed, "of the strategy: same seed, same schedules (1)")
        ->type_name("N")
        ->check(check_number);
    command
        .add_option("--preemptions", choices.preemptions,
                    "of preemption, bounded and exhaustive: only schedules with at most N")
        ->type_name("N")
        ->check(check_number);
    command.add_option("--depth", choices.depth, "of pct and delay: how deep the bugs are (3)")
        ->type_name("N")
        ->check(check_number);
    command
        .add_option_function<std::string>(
            "--points",
            [&choices](const std::string& word) { choices.points = core::parse_point_mode(word); },
            "where another agent may go on: all visible actions, those to shared locations, or "
            "synchronisation only (scripts: all; others: shared)")
        ->type_name("all|shared|sync")
        ->check(CLI::IsMember({"all", "shared", "sync"}).description(""));
    add_limits(command, choices.steps, choices.instructions);
    add_collections(command, choices.collects_always);
    command.add_flag("--races", choices.checks_races,
                     "data races are failures (always so with --points sync)");
  }

  static void add_json(CLI::App& command, bool& is_json) {
    command.add_flag("--json", is_json, "write the result as JSON (docs/formats/report-json.md)");
  }

  static void add_modules(CLI::App& command, std::string& folder) {
    command
        .add_option("--modules", folder,
                    "where scenarios' modules are that are not next to them (`scenarios` beside "
                    "heddle)")
        ->type_name("DIR");
  }

  static CLI::Option* add_history(CLI::App& command, std::string& path) {
    return command
        .add_option("--history", path,
                    "write what the operations (`as`) returned, and when, for heddle check: EDN, "
                    "or JSON lines if the name ends in .json or .jsonl")
        ->type_name("FILE");
  }

  static void add_skip(CLI::App& command, std::vector<std::string>& skip) {
    command.add_option("--skip", skip, "leave out files and folders of this name (with * and ?)")
        ->type_name("GLOB")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }

  static void add_language(CLI::App& command, std::vector<std::string>& disable,
                           std::vector<std::string>& enable) {
    const auto add = [&](const char* name, std::vector<std::string>& names, const char* about) {
      command.add_option(name, names, about)
          ->type_name("FEATURE")
          ->expected(1)
          ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    };
    add("--disable", disable, "switch features of the language off: simd, gc, threads, ...");
    add("--enable", enable, "switch proposals on: wide-arithmetic, custom-page-sizes");
  }

  void add_run() {
    CLI::App& command =
        add("run", "Run scripts (.wast, folders of them), or call a function of a module",
            [this](Terminal& terminal) { return run(terminal, run_); });
    command.add_option("PATH", run_.paths, "scripts, scenarios, modules; folders: all .wast below")
        ->required();
    add_invoke(command);
    command.add_option("--seed", run_.seed, "of the schedule: same seed, same trace (1)")
        ->type_name("N")
        ->check(check_number);
    command.add_option("--seeds", run_.seeds, "run with each of the seeds 1 to N")
        ->type_name("N")
        ->check(check_number)
        ->excludes("--seed");
    add_skip(command, run_.skip);
    add_modules(command, run_.modules);
    add_language(command, run_.disable, run_.enable);
    command
        .add_option("--expectations", run_.expectations,
                    "what is known about the files: their language, what is out of scope, what "
                    "fails")
        ->type_name("FILE");
    command.add_flag("--ignore-messages", run_.ignores_messages,
                     "modules that must be rejected may be so for any reason");
    add_limits(command, run_.steps, run_.instructions);
    add_collections(command, run_.collects_always);
    command.add_flag("--digest", run_.shows_digest, "also print the digest of the trace");
    add_history(command, run_.history)->excludes("--seeds");
    add_json(command, run_.is_json);
    command.footer(
        "\nPrints `FILE: N passed, N failed, N skipped` for each file and in total. Assertions "
        "that\n"
        "were never reached (a deadlock, a limit) are skipped.");
  }

  void add_explore() {
    CLI::App& command = add("explore", "Look for a schedule under which a program fails",
                            [this](Terminal& terminal) { return explore(terminal, explore_); });
    command.add_option("FILE", explore_.path, "a scenario (.yaml), a script or a module")
        ->required();
    add_invoke(command);
    add_modules(command, explore_.modules);
    add_language(command, explore_.disable, explore_.enable);
    add_choices(command, explore_.choices);
    command.add_option("--time-limit", explore_.seconds_max, "stop after S seconds")
        ->type_name("S")
        ->check(check_seconds);
    command.add_flag("--keep-going", explore_.keeps_going,
                     "go on after the first failure; each different one is reported once");
    command.add_flag_callback(
        "--no-shrink", [this] { explore_.shrinks = false; }, "report schedules as they were found");
    command.add_flag("--outcomes", explore_.shows_outcomes,
                     "count the different results (always done if not at random)");
    command
        .add_option("--workers", explore_.workers,
                    "of exhaustive: how many threads; the result is the same (1)")
        ->type_name("N")
        ->check(CLI::Range(1, 256));
    command.add_flag("--until-saturated", explore_.until_saturated,
                     "stop when the last half of the schedules has shown nothing new");
    command.add_flag_callback(
        "--no-coverage", [this] { explore_.covers = false; },
        "do not count what the schedules have shown: faster");
    command
        .add_option("--shard", explore_.shard,
                    "run part I of N, from 0/N on; `heddle merge` joins the reports (from the "
                    "variables of Slurm arrays and Kubernetes indexed Jobs)")
        ->type_name("I/N");
    command.add_option("--bytes", explore_.bytes, "of bytes: the file to read choices from")
        ->type_name("FILE");
    command.add_option("--schedule", explore_.schedule, "of replay: the file with the schedule")
        ->type_name("FILE");
    command.add_option("--repro-dir", explore_.repro_dir, "where repro files go (repros)")
        ->type_name("DIR");
    add_regress(command, explore_.regress);
    add_json(command, explore_.is_json);
    command.footer(
        "\nA failure is written to a repro file as soon as it is found, then shrunk to the fewest\n"
        "preemptions. Ctrl-C ends the search; what was found is reported.");
  }

  void add_merge() {
    CLI::App& command = add("merge", "Join the reports of a campaign that was run in parts",
                            [this](Terminal& terminal) { return merge(terminal, merge_); });
    command.add_option("FILE", merge_.paths, "written by explore --shard I/N --json, or by merge")
        ->required();
    add_json(command, merge_.is_json);
    command.footer(
        "\nThe order of the files does not matter, and a report may be among them twice. Exit\n"
        "code 3: parts are missing, and none of those that are there has failed.");
  }

  void add_bench() {
    CLI::App& command =
        add("bench", "Measure how fast bugs are found and shrunk, histories checked",
            [this](Terminal& terminal) { return bench(terminal, bench_); });
    command.add_option("WHAT", bench_.what, "schedulers, shrinking or histories")
        ->required()
        ->check(CLI::IsMember({"schedulers", "shrinking", "histories"}).description(""));
    command.add_option("PATH", bench_.paths,
                       "scenarios with a bug (those of scenarios/structures that have a goal); of "
                       "histories, their folder (../shared/histories)");
    command
        .add_option("--trials", bench_.trials,
                    "seeds, from 1 on (20; of shrinking 5), or repetitions (5)")
        ->type_name("N")
        ->check(check_number);
    command.add_option("--cap", bench_.schedules_max, "schedules in each trial (10000)")
        ->type_name("N")
        ->check(check_number);
    command.add_option("--strategies", bench_.strategies, "names, with commas")
        ->type_name("NAMES")
        ->delimiter(',');
    command.add_option("--folder", bench_.folder, "of the scenarios (scenarios/structures)")
        ->type_name("DIR");
    command
        .add_option_function<std::string>(
            "--points",
            [this](const std::string& word) { bench_.points = core::parse_point_mode(word); },
            "as of explore")
        ->type_name("all|shared|sync")
        ->check(CLI::IsMember({"all", "shared", "sync"}).description(""));
    add_json(command, bench_.is_json);
    command.footer(
        "\nschedulers: prints the mean number of schedules to the first failure, and the goals.\n"
        "shrinking: prints the preemptions of the first failures, before and after shrinking.\n"
        "histories: prints how long checking takes, and whether the verdicts are right.");
  }

  void add_replay() {
    CLI::App& command = add("replay", "Show the failure of a repro file again",
                            [this](Terminal& terminal) { return replay(terminal, replay_); });
    command.add_option("FILE", replay_.path, "written by explore or shrink")->required();
    command.add_flag("--lenient", replay_.is_lenient,
                     "drop choices that do not fit, do not compare the trace");
    add_history(command, replay_.history);
    add_json(command, replay_.is_json);
    command.footer(
        "\nExit code 1: the program fails under this schedule; 0: it passes; 2: the file is not a\n"
        "repro, or its schedule does not fit. Nothing but the file is needed.");
  }

  static void add_regress(CLI::App& command, std::string& path) {
    command
        .add_option("--regress", path,
                    "also write a scenario of the failure, as small as can be, for heddle test")
        ->type_name("FILE|DIR");
  }

  void add_shrink() {
    CLI::App& command = add("shrink", "Make the schedule of a repro file smaller",
                            [this](Terminal& terminal) { return shrink(terminal, shrink_); });
    command.add_option("FILE", shrink_.path, "a repro file")->required();
    command
        .add_option("-o,--output", shrink_.output,
                    "where the smaller one goes (NAME.shrunk.repro.yaml)")
        ->type_name("FILE");
    add_regress(command, shrink_.regress);
    command.footer("\nExit code 0: a repro of the same failure was written.");
  }

  void add_test() {
    CLI::App& command = add("test", "Hold scenarios against the verdicts that they declare",
                            [this](Terminal& terminal) { return test(terminal, test_); });
    command.add_option("PATH", test_.paths, "scenarios, or folders of them")->required();
    add_skip(command, test_.skip);
    add_modules(command, test_.modules);
    add_choices(command, test_.choices);
    command
        .add_option("--repro-dir", test_.repro_dir,
                    "where repro files of unexpected failures go (repros)")
        ->type_name("DIR");
    add_json(command, test_.is_json);
    command.footer(
        "\nA scenario with `expect: {fail: RULE}` passes this test if it fails by that rule, with\n"
        "the declared number of preemptions after shrinking.");
  }

  void add_check() {
    add_check_options(add("check", "Check whether recorded histories are linearizable",
                          [this](Terminal& terminal) { return check(terminal, check_); }),
                      check_);
  }

  void add_list() {
    CLI::App& command =
        add("list", "List scenarios, strategies, judges, or models of linearizability",
            [this](Terminal& terminal) { return list(terminal, list_); });
    command.add_option("WHAT", list_.what, "scenarios, strategies, judges or models (scenarios)")
        ->check(CLI::IsMember({"scenarios", "strategies", "judges", "models"}).description(""));
    command.add_option("DIR", list_.folder, "of the scenarios (scenarios)");
    add_json(command, list_.is_json);
  }

  void add_validate() {
    CLI::App& command = add("validate", "Check that modules are valid, without running them",
                            [this](Terminal& terminal) { return validate(terminal, validate_); });
    command.add_option("FILE", validate_.paths, "modules (.wat, .wasm) and scripts (.wast)")
        ->required();
    add_language(command, validate_.disable, validate_.enable);
    command.footer(
        "\nPrints `FILE: valid`, or what is wrong and where. Of a script, all modules are\n"
        "checked but those in assertions. Exit code 2: a file is malformed or invalid.");
  }

  void add_print() {
    CLI::App& command = add("print", "Write a module as text",
                            [this](Terminal& terminal) { return print(terminal, print_); });
    command.add_option("FILE", print_.path, "a module, binary (.wasm) or text (.wat)")->required();
    add_language(command, print_.disable, print_.enable);
    command.footer(
        "\nThe text goes to standard output: one instruction per line, indices in comments. The\n"
        "module need not be valid. Custom sections are listed, not printed.");
  }

  void add_encode() {
    CLI::App& command = add("encode", "Write a module as binary",
                            [this](Terminal& terminal) { return encode(terminal, encode_); });
    command.add_option("FILE", encode_.path, "a module as text (.wat)")->required();
    add_language(command, encode_.disable, encode_.enable);
    command
        .add_option("-o,--output", encode_.output,
                    "where the binary goes (standard output, if it is no terminal)")
        ->type_name("FILE");
    command.footer("\nThe module need not be valid: see heddle validate.");
  }

  // Listed among the commands; run_command has turned it into an option before parsing.
  void add_help() { app_.add_subcommand("help", "Show this help, or that of a command"); }

  ExitCode execute(Terminal& terminal) const { return action_(terminal); }

  CLI::App app_;
  std::string chosen_;
  std::function<ExitCode(Terminal&)> action_;
  RunCommand run_;
  ExploreCommand explore_;
  MergeCommand merge_;
  BenchCommand bench_;
  ReplayCommand replay_;
  ShrinkCommand shrink_;
  TestCommand test_;
  CheckCommand check_;
  ListCommand list_;
  ValidateCommand validate_;
  PrintCommand print_;
  EncodeCommand encode_;
};

}  // namespace

ExitCode run_command(std::vector<std::string> arguments, Terminal& terminal) {
  if (arguments.empty() || arguments.front() == "help") {
    // heddle help COMMAND is heddle COMMAND --help
    if (!arguments.empty()) arguments.erase(arguments.begin());
    arguments.emplace_back("--help");
  }
  return Parser().parse_and_execute(std::move(arguments), terminal);
}

}  // namespace heddle::harness
