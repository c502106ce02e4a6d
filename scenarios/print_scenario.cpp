#include "scenarios/print_scenario.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "core/schedule.hpp"
#include "core/value.hpp"
#include "scenarios/yaml_print.hpp"

namespace heddle::scenarios {
namespace {

std::string literal_text(const Literal& literal) {
  if (const auto* const value = std::get_if<core::Value>(&literal.value)) return to_string(*value);
  const UntypedInteger& integer = std::get<UntypedInteger>(literal.value);
  return fmt::format("{}{}", integer.is_negative ? "-" : "", integer.magnitude);
}

// Without the blanks that all lines begin with: an inline module has those of its file.
std::string unindented(std::string_view lines) {
  std::size_t margin = std::string_view::npos;
  std::vector<std::string_view> each;
  for (std::size_t begin = 0; begin < lines.size();) {
    const std::size_t end = std::min(lines.find('\n', begin), lines.size());
    each.push_back(lines.substr(begin, end - begin));
    margin = std::min(margin, each.back().find_first_not_of(' '));
    begin = end + 1;
  }
  std::string text;
  for (const std::string_view line : each) {
    text += line.substr(std::min(margin, line.size()));
    text += '\n';
  }
  return text;
}

class Printer {
 public:
  explicit Printer(const Scenario& scenario) : scenario_(scenario) {}

  core::Result<std::string> print(std::string_view module) {
    text_ += field("name", scenario_.name);
    if (!scenario_.about.empty()) text_ += field("about", scenario_.about);
    text_ += field("module", unindented(module));
    if (scenario_.instances == Instances::One) text_ += "instances: one\n";
    add_calls("setup", scenario_.setup, 0);
    text_ += "processes:\n";
    for (const Process& process : scenario_.processes) {
      text_ += fmt::format("  - name: {}\n", word(process.name));
      if (process.operations.empty()) text_ += "    operations: []\n";
      add_calls("operations", process.operations, 4);
    }
    add_calls("finally", scenario_.finally, 0);
    add_checks();
    add_limits();
    add_faults();
    add_explore();
    add_expectation();
    if (!error_.empty()) return core::make_error(error_);
    return std::move(text_);
  }

 private:
  std::string field(std::string_view key, std::string_view value) {
    std::string line = print_field(key, value);
    if (line.starts_with(fmt::format("{}_base64", key))) {
      error_ = fmt::format("the {} of the scenario is no text that YAML can hold", key);
    }
    return line;
  }

  // In quotes, on one line.
  std::string word(std::string_view value) {
    const std::string line = print_field("k", value);
    if (!line.starts_with("k: \"")) {
      error_ = "a name of the scenario is no text that a line of YAML can hold";
      return "?";
    }
    return line.substr(3, line.size() - 4);
  }

  void add_calls(std::string_view key, const std::vector<CallStep>& calls, std::size_t indent) {
    if (calls.empty()) return;
    const std::string margin(indent, ' ');
    text_ += fmt::format("{}{}:\n", margin, key);
    for (const CallStep& call : calls) {
      text_ += fmt::format("{}  - {{call: {}", margin, word(call.function));
      if (!call.arguments.empty()) text_ += fmt::format(", args: {}", literals(call.arguments));
      if (call.operation >= 0) text_ += ", as: " + operation(call.operation);
      if (call.returns) text_ += fmt::format(", returns: {}", literals(*call.returns));
      text_ += "}\n";
    }
  }

  std::string literals(const std::vector<Literal>& all) {
    std::vector<std::string> texts;
    for (const Literal& literal : all)
      texts.push_back(fmt::format("\"{}\"", literal_text(literal)));
    return fmt::format("[{}]", fmt::join(texts, ", "));
  }

  std::string operation(std::int32_t index) {
    const SpecOperation& known = scenario_.operations[static_cast<std::size_t>(index)];
    if (known.arguments.empty()) return word(known.name);
    return fmt::format("{{{}: [{}]}}", word(known.name), fmt::join(known.arguments, ", "));
  }

  void add_checks() {
    const Checks& checks = scenario_.checks;
    std::vector<std::string> on;
    std::vector<std::string> off;
    if (checks.races) on.emplace_back("races");
    if (checks.lost_wakeups) on.emplace_back("lost-wakeups");
    if (!checks.assertions) off.emplace_back("assertions");
    if (!checks.traps) off.emplace_back("traps");
    if (!checks.deadlock) off.emplace_back("deadlock");
    if (!checks.livelock) off.emplace_back("livelock");
    if (checks.linearizability) {
      std::string model = "{linearizability: {model: " + word(checks.linearizability->model);
      if (checks.linearizability->initial) {
        model += fmt::format(", initial: {}", *checks.linearizability->initial);
      }
      on.push_back(model + "}}");
    }
    std::vector<std::string> atomic;
    for (const std::string& function : checks.atomic) atomic.push_back(word(function));
    if (!atomic.empty()) on.push_back(fmt::format("{{atomic: [{}]}}", fmt::join(atomic, ", ")));
    if (!off.empty()) on.push_back(fmt::format("{{without: [{}]}}", fmt::join(off, ", ")));
    if (!on.empty()) text_ += fmt::format("check: [{}]\n", fmt::join(on, ", "));
  }

  void add_map(std::string_view key, const std::vector<std::string>& items) {
    if (!items.empty()) text_ += fmt::format("{}: {{{}}}\n", key, fmt::join(items, ", "));
  }

  static void add_number(std::vector<std::string>& items, std::string_view key,
                         const std::optional<std::uint64_t>& number) {
    if (number) items.push_back(fmt::format("{}: {}", key, *number));
  }

  void add_limits() {
    std::vector<std::string> items;
    add_number(items, "steps", scenario_.limits.steps);
    add_number(items, "instructions", scenario_.limits.instructions);
    add_map("limits", items);
  }

  void add_faults() {
    if (!scenario_.faults) return;
    std::vector<std::string> items;
    for (const core::FaultRateName& known : core::kFaultRateNames) {
      const double rate = (*scenario_.faults).*(known.rate);
      if (rate > 0) items.push_back(fmt::format("{}: {:.17g}", known.name, rate));
    }
    if (scenario_.faults->quiet_after != 0) {
      items.push_back(fmt::format("quiet_after: {}", scenario_.faults->quiet_after));
    }
    if (items.empty()) items.emplace_back("quiet_after: 0");
    add_map("faults", items);
  }

  void add_explore() {
    const ExploreDefaults& explore = scenario_.explore;
    std::vector<std::string> items;
    if (explore.strategy) items.push_back("strategy: " + word(*explore.strategy));
    add_number(items, "schedules", explore.schedules);
    add_number(items, "preemptions", explore.preemptions);
    add_number(items, "depth", explore.depth);
    add_number(items, "seed", explore.seed);
    if (explore.points) items.push_back(fmt::format("points: {}", to_string(*explore.points)));
    if (explore.schedule) {
      items.push_back(fmt::format("schedule: \"{}\"", schedule_words(*explore.schedule)));
    }
    add_map("explore", items);
  }

  // What stands between the schedule's first line and its tail.
  static std::string schedule_words(const std::vector<core::Choice>& choices) {
    std::string words = core::print({.choices = choices});
    words.erase(0, words.find('\n') + 1);
    words.erase(words.rfind("tail"));
    while (words.ends_with('\n')) words.pop_back();
    std::ranges::replace(words, '\n', ' ');
    return words;
  }

  void add_expectation() {
    if (!scenario_.expected_failure) {
      text_ += "expect: pass\n";
      return;
    }
    text_ += fmt::format("expect: {{fail: {}}}\n", to_string(*scenario_.expected_failure));
    if (scenario_.preemptions) text_ += fmt::format("preemptions: {}\n", *scenario_.preemptions);
  }

  const Scenario& scenario_;
  std::string text_;
  std::string error_;
};

}  // namespace

core::Result<std::string> print_scenario(const Scenario& scenario, std::string_view module) {
  return Printer(scenario).print(module);
}

}  // namespace heddle::scenarios
