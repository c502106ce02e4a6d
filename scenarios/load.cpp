#include "scenarios/load.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "core/schedule.hpp"
#include "scenarios/calls.hpp"
#include "scenarios/fields.hpp"

namespace heddle::scenarios {
namespace {

// Those that are switched on and off by a word.
struct CheckWord {
  std::string_view word;
  bool Checks::* is_on;
};
constexpr std::array kCheckWords{
    CheckWord{"assertions", &Checks::assertions},     CheckWord{"traps", &Checks::traps},
    CheckWord{"deadlock", &Checks::deadlock},         CheckWord{"livelock", &Checks::livelock},
    CheckWord{"lost-wakeups", &Checks::lost_wakeups}, CheckWord{"races", &Checks::races}};

// The text of an inline module, as it stands in the file: a block scalar has lost its indentation,
// and is given it back, so that columns in messages are those of the file.
core::Source inline_source(const YamlNode& node, std::string_view text, std::string_view file) {
  core::Source source{.file = std::string(file), .text = node.text, .first_line = node.span.line};
  if (node.style != YamlNode::Style::Literal) return source;
  ++source.first_line;
  const std::size_t visible = node.text.find_first_not_of(" \n");
  if (visible == std::string::npos) return source;
  const core::Span first = core::locate("", node.text, visible);
  std::size_t begin = text.find('\n', node.span.offset);
  for (std::uint32_t line = 1; line < first.line && begin != std::string_view::npos; ++line) {
    begin = text.find('\n', begin + 1);
  }
  if (begin == std::string_view::npos) return source;
  const std::size_t in_file = text.find_first_not_of(' ', begin + 1) - (begin + 1);
  const std::string indent(in_file - std::min<std::size_t>(in_file, first.column - 1), ' ');
  source.text.clear();
  bool at_line_begin = true;
  for (const char byte : node.text) {
    if (at_line_begin && byte != '\n') source.text += indent;
    source.text += byte;
    at_line_begin = byte == '\n';
  }
  return source;
}

core::Result<core::Source> file_source(const YamlNode& node, const FileReader& read_file,
                                       Scenario& scenario) {
  HEDDLE_LET(const std::string path, text_of(node, "the name of a .wat or .wasm file"));
  const bool is_text = path.ends_with(".wat");
  if (!is_text && !path.ends_with(".wasm")) {
    return error_at(node, fmt::format("module_file '{}' must end in .wat or .wasm", path));
  }
  if (path.starts_with('/') || path.contains('\\')) {
    return error_at(node, "module_file must be relative to the scenario, with forward slashes");
  }
  auto bytes = read_file(path);
  if (!bytes) return error_at(node, bytes.error().message);
  scenario.files[path] = *bytes;
  return core::Source{.file = path, .text = *std::move(bytes), .is_text = is_text};
}

core::Result<void> read_module(const Fields& fields, const FileReader& read_file,
                               Scenario& scenario) {
  const YamlNode* const text = fields.find("module");
  const YamlNode* const path = fields.find("module_file");
  if ((text == nullptr) == (path == nullptr)) {
    return error_at(fields.node(), "a scenario needs either the key 'module' or 'module_file'");
  }
  if (path != nullptr) {
    HEDDLE_LET(core::Source source, file_source(*path, read_file, scenario));
    scenario.module = std::make_shared<const core::Source>(std::move(source));
    return {};
  }
  HEDDLE_TRY(text_of(*text, "the text of a module"));
  if (text->style != YamlNode::Style::Literal && text->text.contains('\n')) {
    return error_at(*text, "a module of several lines must be a literal block: 'module: |'");
  }
  scenario.module =
      std::make_shared<const core::Source>(inline_source(*text, scenario.text, scenario.file));
  return {};
}

core::Result<Linearizability> read_linearizability(const YamlNode& node) {
  HEDDLE_LET(const Fields fields, Fields::of(node, "linearizability", {"model", "initial"}));
  HEDDLE_LET(const YamlNode* const model, fields.require("model"));
  Linearizability linearizability{.span = node.span};
  HEDDLE_LET(linearizability.model, text_of(*model, "the name of a model"));
  if (const YamlNode* const initial = fields.find("initial")) {
    HEDDLE_LET(linearizability.initial, integer_of(*initial, "the initial state"));
  }
  return linearizability;
}

core::Result<void> read_check_word(const YamlNode& node, bool is_on, Checks& checks) {
  HEDDLE_LET(const std::string word, text_of(node, "the name of a check"));
  const auto known = std::ranges::find(kCheckWords, word, &CheckWord::word);
  if (known == kCheckWords.end()) {
    std::vector<std::string_view> words;
    for (const CheckWord& each : kCheckWords) words.push_back(each.word);
    return error_at(node, fmt::format("unknown check '{}'; a check is one of {}, linearizability: "
                                      "{{model: ...}}, atomic: [...], without: [...]",
                                      word, fmt::join(words, ", ")));
  }
  checks.*(known->is_on) = is_on;
  return {};
}

core::Result<void> read_atomic(const YamlNode& node, Checks& checks) {
  HEDDLE_TRY(check_sequence(node, "a list of exported functions"));
  checks.atomic_span = node.span;
  for (const YamlNode& item : node.items) {
    HEDDLE_LET(std::string name, text_of(item, "the name of an exported function"));
    checks.atomic.push_back(std::move(name));
  }
  return {};
}

core::Result<void> read_checks(const YamlNode& node, Checks& checks) {
  HEDDLE_TRY(check_sequence(node, "a list of checks"));
  for (const YamlNode& item : node.items) {
    if (item.kind != YamlNode::Kind::Mapping) {
      HEDDLE_TRY(read_check_word(item, true, checks));
      continue;
    }
    HEDDLE_LET(const Fields fields,
               Fields::of(item, "a check", {"linearizability", "atomic", "without"}));
    if (const YamlNode* const value = fields.find("linearizability")) {
      if (checks.linearizability) return error_at(item, "linearizability is checked only once");
      HEDDLE_LET(checks.linearizability, read_linearizability(*value));
    }
    if (const YamlNode* const value = fields.find("atomic")) {
      HEDDLE_TRY(read_atomic(*value, checks));
    }
    if (const YamlNode* const value = fields.find("without")) {
      HEDDLE_TRY(check_sequence(*value, "a list of checks"));
      for (const YamlNode& word : value->items) HEDDLE_TRY(read_check_word(word, false, checks));
    }
  }
  return {};
}

core::Result<void> read_expect(const YamlNode& node, Scenario& scenario) {
  std::vector<std::string_view> rules;
  for (const Rule rule : kRules) rules.push_back(to_string(rule));
  const std::string forms = fmt::format("expect is 'pass' or '{{fail: RULE}}' with RULE one of {}",
                                        fmt::join(rules, ", "));
  if (node.kind == YamlNode::Kind::Scalar && node.text == "pass") return {};
  if (node.kind != YamlNode::Kind::Mapping) return error_at(node, forms);
  HEDDLE_LET(const Fields fields, Fields::of(node, "expect", {"fail"}));
  HEDDLE_LET(const YamlNode* const fail, fields.require("fail"));
  HEDDLE_LET(const std::string word, text_of(*fail, "a rule"));
  scenario.expected_failure = parse_rule(word);
  if (!scenario.expected_failure) return error_at(*fail, forms);
  return {};
}

core::Result<void> read_instances(const YamlNode& node, Scenario& scenario) {
  HEDDLE_LET(const std::string word, text_of(node, "'per_process' or 'one'"));
  if (word != "per_process" && word != "one") {
    return error_at(node, fmt::format("instances is 'per_process' or 'one', not '{}'", word));
  }
  scenario.instances = word == "one" ? Instances::One : Instances::PerProcess;
  return {};
}

core::Result<void> read_number(const Fields& fields, std::string_view key,
                               std::optional<std::uint64_t>& number) {
  if (const YamlNode* const value = fields.find(key)) {
    HEDDLE_LET(number, number_of(*value, key));
  }
  return {};
}

core::Result<double> read_rate(const YamlNode& node, std::string_view what) {
  HEDDLE_LET(const std::string text, text_of(node, what));
  double rate = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rate);
  if (error == std::errc() && end == text.data() + text.size() && rate >= 0 && rate <= 1) {
    return rate;
  }
  return error_at(node, fmt::format("{} is a rate from 0 to 1, not '{}'", what, text));
}

core::Result<void> read_faults(const YamlNode& node, Scenario& scenario) {
  HEDDLE_LET(const Fields fields,
             Fields::of(node, "faults",
                        {"pause", "starve", "timeout_early", "timeout_late", "grow", "table_grow",
                         "spawn", "collect", "depth", "clock", "quiet_after"}));
  core::FaultRates& rates = scenario.faults.emplace();
  for (const core::FaultRateName& known : core::kFaultRateNames) {
    if (const YamlNode* const rate = fields.find(known.name)) {
      HEDDLE_LET(rates.*(known.rate), read_rate(*rate, known.name));
    }
  }
  if (const YamlNode* const quiet = fields.find("quiet_after")) {
    HEDDLE_LET(rates.quiet_after, number_of(*quiet, "quiet_after"));
  }
  return {};
}

// Its choices only: there is no other tail than `first`.
core::Result<void> read_schedule(const YamlNode& node, ExploreDefaults& explore) {
  HEDDLE_LET(const std::string words, text_of(node, "the choices of a schedule"));
  auto schedule = core::parse_schedule("heddle-schedule 1\n" + words + "\ntail first\n");
  if (!schedule) return error_at(node, schedule.error().message);
  if (explore.strategy != "replay") {
    return error_at(node, "a schedule is for the strategy 'replay'");
  }
  explore.schedule = std::move(schedule->choices);
  return {};
}

core::Result<void> read_options(const Fields& fields, Scenario& scenario) {
  if (const YamlNode* const faults = fields.find("faults")) {
    HEDDLE_TRY(read_faults(*faults, scenario));
  }
  if (const YamlNode* const limits = fields.find("limits")) {
    HEDDLE_LET(const Fields inner, Fields::of(*limits, "limits", {"steps", "instructions"}));
    HEDDLE_TRY(read_number(inner, "steps", scenario.limits.steps));
    HEDDLE_TRY(read_number(inner, "instructions", scenario.limits.instructions));
  }
  if (const YamlNode* const explore = fields.find("explore")) {
    HEDDLE_LET(const Fields inner, Fields::of(*explore, "explore",
                                              {"strategy", "schedules", "preemptions", "depth",
                                               "seed", "points", "schedule"}));
    if (const YamlNode* const points = inner.find("points")) {
      HEDDLE_LET(const std::string word, text_of(*points, "all, shared or sync"));
      scenario.explore.points = core::parse_point_mode(word);
      if (!scenario.explore.points) {
        return error_at(*points, fmt::format("points is all, shared or sync, not '{}'", word));
      }
    }
    HEDDLE_TRY(read_number(inner, "depth", scenario.explore.depth));
    if (const YamlNode* const strategy = inner.find("strategy")) {
      HEDDLE_LET(scenario.explore.strategy, text_of(*strategy, "the name of a strategy"));
    }
    HEDDLE_TRY(read_number(inner, "schedules", scenario.explore.schedules));
    HEDDLE_TRY(read_number(inner, "preemptions", scenario.explore.preemptions));
    HEDDLE_TRY(read_number(inner, "seed", scenario.explore.seed));
    if (const YamlNode* const schedule = inner.find("schedule")) {
      HEDDLE_TRY(read_schedule(*schedule, scenario.explore));
    }
  }
  return read_number(fields, "preemptions", scenario.preemptions);
}

bool is_on(const Scenario& scenario, Rule rule) {
  const Checks& checks = scenario.checks;
  switch (rule) {
    case Rule::Assertion:
      return checks.assertions;
    case Rule::Trap:
      return checks.traps;
    case Rule::Deadlock:
      return checks.deadlock;
    case Rule::Livelock:
      return checks.livelock;
    case Rule::LostWakeup:
      return checks.lost_wakeups;
    case Rule::DataRace:
      return checks.races;
    case Rule::Linearizability:
      return checks.linearizability.has_value();
    case Rule::Atomicity:
      return !checks.atomic.empty();
    case Rule::Liveness:
      return scenario.faults && scenario.faults->quiet_after != 0;
  }
  return false;
}

// What needs more than one key to be seen. A check that is off cannot fail.
core::Result<void> check_combinations(const Fields& fields, const Scenario& scenario) {
  if (!scenario.expected_failure) {
    if (const YamlNode* const node = fields.find("preemptions")) {
      return error_at(*node, "'preemptions' describes a failure: it needs 'expect: {fail: RULE}'");
    }
    return {};
  }
  const Rule rule = *scenario.expected_failure;
  if (is_on(scenario, rule)) return {};
  return error_at(*fields.find("expect"),
                  fmt::format("a failure of {} is expected, but not checked", to_string(rule)));
}

core::Result<std::string> read_whole(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return core::make_error(fmt::format("{} is a directory", path.string()),
                            {.file = path.string()});
  }
  std::ifstream stream(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (!stream) {
    return core::make_error(fmt::format("cannot read {}", path.string()), {.file = path.string()});
  }
  return bytes;
}

}  // namespace

core::Result<Scenario> load_scenario(std::string_view text, std::string_view file,
                                     const FileReader& read_file) {
  HEDDLE_LET(const YamlNode root, parse_yaml(text, file));
  HEDDLE_LET(const Fields fields, Fields::of(root, "a scenario",
                                             {"name", "about", "module", "module_file", "instances",
                                              "setup", "processes", "finally", "check", "expect",
                                              "preemptions", "limits", "explore", "faults"}));
  Scenario scenario{.file = std::string(file), .text = std::string(text)};
  HEDDLE_LET(const YamlNode* const name, fields.require("name"));
  HEDDLE_LET(scenario.name, text_of(*name, "the name of a scenario"));
  if (const YamlNode* const about = fields.find("about")) {
    HEDDLE_LET(scenario.about, text_of(*about, "a description"));
  }
  HEDDLE_TRY(read_module(fields, read_file, scenario));
  if (const YamlNode* const node = fields.find("instances")) {
    HEDDLE_TRY(read_instances(*node, scenario));
  }
  if (const YamlNode* const node = fields.find("setup")) {
    HEDDLE_LET(scenario.setup, read_calls(*node, scenario.operations));
  }
  HEDDLE_LET(const YamlNode* const processes, fields.require("processes"));
  HEDDLE_LET(scenario.processes, read_processes(*processes, scenario.operations));
  if (const YamlNode* const node = fields.find("finally")) {
    HEDDLE_LET(scenario.finally, read_calls(*node, scenario.operations));
  }
  if (const YamlNode* const node = fields.find("check")) {
    HEDDLE_TRY(read_checks(*node, scenario.checks));
  }
  HEDDLE_LET(const YamlNode* const expect, fields.require("expect"));
  HEDDLE_TRY(read_expect(*expect, scenario));
  HEDDLE_TRY(read_options(fields, scenario));
  HEDDLE_TRY(check_combinations(fields, scenario));
  return scenario;
}

core::Result<Scenario> load_scenario_file(const std::string& path) {
  HEDDLE_LET(const std::string text, read_whole(path));
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  return load_scenario(text, path, [&folder](std::string_view name) -> core::Result<std::string> {
    const std::filesystem::path module = folder / std::filesystem::path(name);
    std::error_code error;
    if (name.ends_with(".wasm") && !std::filesystem::exists(module, error)) return std::string();
    return read_whole(module);
  });
}

}  // namespace heddle::scenarios
