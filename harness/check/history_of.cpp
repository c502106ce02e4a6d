#include "harness/check/history_of.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace heddle::harness {
namespace {

constexpr std::int64_t kListEnd = -1;

// Where each call begins and ends, by its index in Trace::calls.
struct Interval {
  std::optional<std::uint64_t> call;
  std::optional<std::uint64_t> ret;
};

std::vector<Interval> intervals_of(const core::Trace& trace) {
  std::vector<Interval> intervals(trace.calls.size());
  for (std::size_t i = 0; i < trace.events.size(); ++i) {
    for (const core::Action& action : trace.actions_of(trace.events[i])) {
      const bool is_invoke = action.kind == core::ActionKind::Invoke;
      const bool is_return = action.kind == core::ActionKind::Return;
      if ((!is_invoke && !is_return) || action.written_value >= intervals.size()) continue;
      Interval& interval = intervals[static_cast<std::size_t>(action.written_value)];
      (is_invoke ? interval.call : interval.ret) = i;
    }
  }
  return intervals;
}

std::int64_t number_of(const core::Value& value) {
  if (value.kind == core::ValueKind::I32) return static_cast<std::int32_t>(value.low);
  return static_cast<std::int64_t>(value.low);
}

// Several results are a list that ends at the first -1, or with the last.
core::Datum output_of(const std::vector<core::Value>& results, core::Data& data) {
  if (results.empty()) return core::kUnknown;
  if (results.size() == 1) return data.integer(number_of(results.front()));
  std::vector<core::Datum> items;
  for (const core::Value& result : results) {
    const std::int64_t item = number_of(result);
    if (item == kListEnd) break;
    items.push_back(data.integer(item));
  }
  return data.vector(items);
}

core::Datum input_of(const OperationSpec& spec, core::Data& data) {
  if (spec.arguments.empty()) return core::kNil;
  if (spec.arguments.size() == 1) return data.integer(spec.arguments[0]);
  std::vector<core::Datum> items;
  items.reserve(spec.arguments.size());
  for (const std::int64_t argument : spec.arguments) items.push_back(data.integer(argument));
  return data.vector(items);
}

}  // namespace

Projection::Projection(std::span<const OperationSpec> operations) {
  for (const OperationSpec& spec : operations) {
    known_.push_back({.function = empty_.function_of(spec.name),
                      .input = input_of(spec, empty_.data),
                      .has_result = spec.has_result});
  }
}

core::History Projection::history_of(const core::Trace& trace) const {
  const std::vector<Interval> intervals = intervals_of(trace);
  core::History history = empty_;
  for (std::size_t i = 0; i < trace.calls.size(); ++i) {
    const core::Call& call = trace.calls[i];
    if (call.operation < 0 || static_cast<std::size_t>(call.operation) >= known_.size()) continue;
    if (!intervals[i].call) continue;  // it had no effect
    const Known& known = known_[static_cast<std::size_t>(call.operation)];
    core::Operation& operation = history.operations.emplace_back();
    operation.process = std::int64_t{call.agent.index};
    operation.function = known.function;
    operation.input = known.input;
    operation.call = *intervals[i].call;
    if (!call.returned || !intervals[i].ret) continue;
    operation.completion = core::Completion::Ok;
    operation.ret = *intervals[i].ret;
    if (known.has_result) operation.output = output_of(call.results, history.data);
  }
  std::ranges::stable_sort(history.operations, {}, &core::Operation::call);
  return history;
}

core::History history_of(const core::Trace& trace, std::span<const OperationSpec> operations) {
  return Projection(operations).history_of(trace);
}

std::string call_text(const core::History& history, const core::Operation& operation) {
  std::vector<std::string> arguments;
  if (history.data.kind_of(operation.input) == core::DatumKind::Vector) {
    for (const core::Datum item : history.data.items_of(operation.input)) {
      arguments.push_back(history.data.to_string(item));
    }
  } else if (operation.input != core::kNil && operation.input != core::kUnknown) {
    arguments.push_back(history.data.to_string(operation.input));
  }
  std::string text = fmt::format("{}({})", history.name_of(operation), fmt::join(arguments, ", "));
  if (operation.output != core::kUnknown) {
    text += " = " + history.data.to_string(operation.output);
  }
  if (operation.completion == core::Completion::Info) text += " (pending)";
  return text;
}

}  // namespace heddle::harness
