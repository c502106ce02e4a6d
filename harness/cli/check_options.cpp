#include "harness/cli/check_options.hpp"

#include <map>
#include <string>

namespace heddle::harness {

namespace {

// One of a few words; sets what it stands for.
template <typename Value>
void add_choice(CLI::App& command, const std::string& name, Value& value,
                const std::map<std::string, Value>& choices, const std::string& about) {
  std::string names;
  for (const auto& [word, meaning] : choices) names += (names.empty() ? "" : "|") + word;
  command
      .add_option_function<std::string>(
          name, [&value, choices](const std::string& word) { value = choices.at(word); }, about)
      ->type_name(names)
      ->check(CLI::IsMember(choices).description(""));
}

void add_assumptions(CLI::App& command, CheckCommand& check) {
  Semantics& semantics = check.request.semantics;
  command
      .add_option("--initial", check.request.initial,
                  "the object's first state, as EDN: 0, nil, [1 2], {:x 0} (of the model)")
      ->type_name("VALUE");
  add_choice<Ties>(command, "--ties", semantics.ties,
                   {{"closed", Ties::Closed}, {"ordered", Ties::Ordered}},
                   "a return and a call at the same time: concurrent, or in this order (closed)");
  add_choice<Fails>(command, "--fails", semantics.fails,
                    {{"dropped", Fails::Dropped}, {"observed", Fails::Observed}},
                    "`fail`: it did not happen, or it is an answer (dropped)");
  add_choice<PendingPolicy>(command, "--pending", semantics.pending,
                            {{"optional", PendingPolicy::Optional},
                             {"must", PendingPolicy::Must},
                             {"drop", PendingPolicy::Drop}},
                            "without an answer: it may have happened, it has, it has not "
                            "(optional)");
  add_choice<std::optional<NilReads>>(
      command, "--nil-reads", check.request.nil_reads,
      {{"unknown", NilReads::Unknown}, {"value", NilReads::Value}},
      "reading nil says nothing, or nil was there (value, if the initial state is nil)");
  command
      .add_option("--empty", semantics.empty,
                  "what taking from an empty object gives, besides nil and :empty (-1)")
      ->type_name("N");
}

void add_reading(CLI::App& command, CheckCommand& check) {
  histories::ReadOptions& reading = check.request.reading;
  using histories::Format;
  std::map<std::string, std::optional<Format>> formats;
  for (const Format format :
       {Format::Edn, Format::Json, Format::JepsenLog, Format::Intervals, Format::Calls}) {
    formats[std::string(to_string(format))] = format;
  }
  add_choice(command, "--format", reading.format, formats, "of the files (by their content)");
  add_choice<histories::Keyed>(command, "--keyed", reading.keyed,
                               {{"auto", histories::Keyed::Auto},
                                {"yes", histories::Keyed::Yes},
                                {"no", histories::Keyed::No}},
                               "values are [key value]: each key is an object (auto)");
}

void add_budget(CLI::App& command, CheckCommand& check) {
  command.add_option("--time-limit", check.seconds_max, "unknown after S seconds (none)")
      ->type_name("S")
      ->check(CLI::PositiveNumber.description(""));
  command.add_option("--nodes", check.nodes_max, "unknown after N positions (10000000)")
      ->type_name("N")
      ->check(CLI::PositiveNumber.description(""));
  command.add_option("--memory", check.megabytes_max, "unknown beyond N MiB of a search (2048)")
      ->type_name("N")
      ->check(CLI::Range(1, 1 << 20).description(""));
  command.add_option("--workers", check.workers, "threads; the result is the same (1)")
      ->type_name("N")
      ->check(CLI::Range(1, 256).description(""));
}

// Options that would have no effect beside others are errors.
void add_conflicts(CLI::App& command) {
  const auto exclude = [&](const std::string& name, const std::vector<std::string>& others) {
    for (const std::string& other : others) command.get_option(name)->excludes(other);
  };
  exclude("--follow", {"--witness", "--minimal", "--convert", "--json", "--search", "--workers"});
  exclude("--checker", {"--model", "--initial", "--follow", "--witness", "--minimal"});
  exclude("--verdicts", {"FILE", "--model", "--initial", "--checker", "--follow", "--witness",
                         "--minimal", "--convert", "--json"});
  for (const char* const name : {"--group-size", "--total", "--allow-negative", "--linearizable"}) {
    command.get_option(name)->needs("--checker");
  }
}

void add_checker(CLI::App& command, CheckCommand& check) {
  std::vector<std::string> names;
  for (const JepsenChecker& checker : jepsen_checkers()) names.emplace_back(checker.name);
  command
      .add_option("--checker", check.checker,
                  "one of Jepsen's checkers instead of a model: " + CLI::detail::join(names, ", "))
      ->type_name("NAME")
      ->check(CLI::IsMember(names).description(""));
  CheckerOptions& options = check.checker_options;
  command
      .add_option("--group-size", options.group_size,
                  "of long-fork: how many keys are read at once (as the first read)")
      ->type_name("N");
  command.add_option("--total", options.total, "of bank: of all balances (of the first read)")
      ->type_name("N");
  command.add_flag("--allow-negative", options.allows_negative, "of bank: balances below 0");
  command.add_flag("--linearizable", options.is_linearizable,
                   "of set-full: what is seen late is an error");
}

}  // namespace

void add_check_options(CLI::App& command, CheckCommand& check) {
  command.add_option("FILE", check.paths, "histories; - is the standard input");
  command
      .add_option("--model", check.request.model,
                  "what it is held against: a name (heddle list models), or a file of your own "
                  "(docs/models.md)")
      ->type_name("NAME|FILE");
  add_assumptions(command, check);
  add_reading(command, check);
  add_budget(command, check);
  command.add_flag("--follow", check.follows,
                   "read a growing file, or standard input, and stop at the first violation");
  command.add_flag("--search", check.only_searches, "use the general search only");
  command.add_flag_callback(
      "--no-witness", [&check] { check.finds_witness = false; },
      "do not look for an order if there is one: faster");
  command.add_flag_callback(
      "--no-explain", [&check] { check.explains = false; }, "say only whether it is linearizable");
  command.add_flag_callback(
      "--no-picture", [&check] { check.draws = false; }, "list operations, do not draw them");
  command.add_option("--witness", check.witness, "write the order that was found")
      ->type_name("FILE");
  command.add_option("--minimal", check.minimal, "write the smallest part that is wrong")
      ->type_name("FILE");
  command
      .add_option("--convert", check.converted, "write the history: .edn, or .jsonl for JSON lines")
      ->type_name("FILE");
  add_checker(command, check);
  command
      .add_option("--verdicts", check.verdicts,
                  "check the histories of a table (file, model, operations, true or false) and "
                  "compare")
      ->type_name("FILE");
  command.add_flag("--json", check.is_json,
                   "write the result as JSON (docs/formats/report-json.md)");
  add_conflicts(command);
  command.footer(
      "\nExit code 0: linearizable; 1: not; 2: the file is malformed or does not fit the model;\n"
      "3: unknown, a limit was reached.");
}

}  // namespace heddle::harness
