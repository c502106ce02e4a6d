#include "harness/jepsen/jepsen.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "harness/jepsen/checkers.hpp"

namespace heddle::harness {

namespace {

constexpr std::array<JepsenChecker, 8> kCheckers{{
    {"set", "what was added is in the last read, and nothing else is", check_set},
    {"set-full", "no element that was known is missing from later reads", check_set_full},
    {"queue", "every dequeued element was enqueued before", check_queue},
    {"total-queue", "what goes in comes out, once the queue is drained", check_total_queue},
    {"unique-ids", "no id is generated twice", check_unique_ids},
    {"counter", "reads lie within the bounds of what was added", check_counter},
    {"bank", "each read shows the same total, and no negative balance", check_bank},
    {"long-fork", "no two reads see two writes in opposite orders", check_long_fork},
}};

constexpr std::size_t kFindingsShown = 10;

// In the order of the keys' first operations.
using Parts = std::vector<std::pair<core::Datum, std::vector<std::uint32_t>>>;

Parts parts_of(const core::History& history) {
  Parts parts;
  std::map<core::Datum, std::size_t> index;
  for (std::uint32_t i = 0; i < history.operations.size(); ++i) {
    const core::Datum key = history.operations[i].key;
    const auto [found, is_new] = index.try_emplace(key, parts.size());
    if (is_new) parts.emplace_back(key, std::vector<std::uint32_t>());
    parts[found->second].second.push_back(i);
  }
  return parts;
}

core::Result<CheckerReport> check_parts(const JepsenChecker& checker, const core::History& history,
                                        const CheckerOptions& options) {
  CheckerReport report{.checker = std::string(checker.name)};
  for (const auto& [key, operations] : parts_of(history)) {
    const CheckerInput input{.history = history, .operations = operations, .options = options};
    HEDDLE_LET(CheckerReport part, checker.check(input));
    part.checker = report.checker;
    if (key != core::kUnknown) part.key = history.data.to_string(key);
    report.valid = std::max(report.valid, part.valid);
    report.parts.push_back(std::move(part));
  }
  return report;
}

std::string_view word_of(core::VerdictKind valid) {
  switch (valid) {
    case core::VerdictKind::Pass:
      return "valid";
    case core::VerdictKind::Unknown:
      return "unknown";
    case core::VerdictKind::Fail:
      return "not valid";
  }
  return "unknown";
}

std::string text_of(const CheckerValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *number);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return fmt::format("{}", fmt::join(std::get<std::vector<std::string>>(value), ", "));
}

}  // namespace

std::span<const JepsenChecker> jepsen_checkers() { return kCheckers; }

core::Result<CheckerReport> run_checker(std::string_view name, const core::History& history,
                                        const CheckerOptions& options) {
  const auto checker = std::ranges::find(kCheckers, name, &JepsenChecker::name);
  if (checker == kCheckers.end()) {
    std::vector<std::string_view> names;
    for (const JepsenChecker& known : kCheckers) names.push_back(known.name);
    return core::make_error(
        fmt::format("there is no checker '{}': there are {}", name, fmt::join(names, ", ")));
  }
  const bool is_keyed = std::ranges::any_of(
      history.operations,
      [](const core::Operation& operation) { return operation.key != core::kUnknown; });
  if (is_keyed) return check_parts(*checker, history, options);
  std::vector<std::uint32_t> all;
  for (std::uint32_t i = 0; i < history.operations.size(); ++i) all.push_back(i);
  const CheckerInput input{.history = history, .operations = all, .options = options};
  HEDDLE_LET(CheckerReport report, checker->check(input));
  report.checker = std::string(checker->name);
  return report;
}

std::string to_text(const CheckerReport& report) {
  std::string text = fmt::format("{}: {}\n", report.checker, word_of(report.valid));
  if (!report.key.empty()) text = fmt::format("key {}, {}", report.key, text);
  for (std::size_t i = 0; i < std::min(report.findings.size(), kFindingsShown); ++i) {
    text += fmt::format("  {}\n", report.findings[i].message);
  }
  if (report.findings.size() > kFindingsShown) {
    text += fmt::format("  and {} more\n", report.findings.size() - kFindingsShown);
  }
  for (const CheckerEntry& entry : report.entries) {
    text += fmt::format("  {}: {}\n", entry.name, text_of(entry.value));
  }
  for (const CheckerReport& part : report.parts) text += to_text(part);
  return text;
}

}  // namespace heddle::harness
