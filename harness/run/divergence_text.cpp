#include "harness/run/divergence_text.hpp"

#include <fmt/format.h>

#include "core/module_names.hpp"
#include "reports/printable.hpp"

namespace heddle::harness {

namespace {

using core::ChoiceRecord;

constexpr std::size_t kOptionsShown = 20;

std::string options_text(const ChoiceRecord& record) {
  std::string text;
  for (std::size_t i = 0; i < record.options.size() && i < kOptionsShown; ++i) {
    text += (text.empty() ? "" : " ") + to_string(record.options[i]);
  }
  if (record.options.size() <= kOptionsShown) return text;
  return text + fmt::format(" and {} more", record.options.size() - kOptionsShown);
}

std::string agent_text(const ChoiceRecord& record, const core::Trace& trace) {
  const bool is_agent = record.choice.kind == core::ChoiceKind::NextAgent ||
                        record.choice.kind == core::ChoiceKind::TimeoutFires;
  std::string text = to_string(record.choice);
  if (!is_agent || record.choice.operand >= trace.agents.size()) return text;
  return text + fmt::format(" ({})", reports::printable(trace.agents[record.choice.operand].name));
}

std::string action_text(const ChoiceRecord& record, const core::Trace& trace, bool is_named) {
  if (record.choice.kind != core::ChoiceKind::NextAgent) return "";
  std::string text = fmt::format(": {}", to_string(record.action));
  if (record.location != core::Location{}) {
    text += fmt::format(" of {} byte{} at {}", record.size_bytes, record.size_bytes == 1 ? "" : "s",
                        to_string(record.location));
  }
  if (record.where.function == core::CodeLocation::kNoFunction) return text;
  const std::string where = is_named ? where_text(trace, record.where) : "";
  if (!where.empty()) return text + " " + reports::printable(where);
  return text + fmt::format(" in function {} at {:#x}", record.where.function, record.where.offset);
}

std::string side_text(const ChoiceRecord& record, const core::Trace& trace, bool is_named) {
  return fmt::format("after {} steps {}{}; options: {}", record.step, agent_text(record, trace),
                     action_text(record, trace, is_named), options_text(record));
}

// What is not alike, in the order in which one thing follows from another.
std::string differences(const ChoiceRecord& recorded, const ChoiceRecord& actual) {
  std::string text;
  const auto add = [&text](bool is_different, std::string_view what) {
    if (is_different) text += (text.empty() ? "" : ", ") + std::string(what);
  };
  add(recorded.step != actual.step, "the step");
  add(recorded.options != actual.options, "the options");
  add(recorded.choice != actual.choice, "the choice");
  if (recorded.choice == actual.choice) {
    add(recorded.action != actual.action || recorded.size_bytes != actual.size_bytes,
        "the operation");
    add(recorded.location != actual.location, "the location");
    add(recorded.where != actual.where, "the place in the code");
  }
  return text;
}

}  // namespace

std::string divergence_text(const Divergence& divergence, const core::Trace& trace,
                            bool is_same_program) {
  std::string text = to_string(divergence);
  if (divergence.recorded && divergence.actual) {
    text += fmt::format("\n  different: {}", differences(*divergence.recorded, *divergence.actual));
  }
  if (divergence.recorded) {
    text += "\n  recorded:  " + side_text(*divergence.recorded, trace, is_same_program);
  }
  if (divergence.actual) {
    text += "\n  actual:    " + side_text(*divergence.actual, trace, true);
  } else if (divergence.recorded) {
    text += "\n  actual:    the execution has ended";
  }
  return text;
}

}  // namespace heddle::harness
