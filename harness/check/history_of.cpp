#include "harness/check/history_of.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace heddle::harness {
namespace {

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

PlainOperation operation_of(const core::Call& call, const OperationSpec& spec,
                            const Interval& interval) {
  PlainOperation operation{.process = call.agent.index,
                           .name = spec.name,
                           .arguments = spec.arguments,
                           .result = {},
                           .call = *interval.call,
                           .ret = {}};
  if (!call.returned) return operation;
  operation.ret = interval.ret;
  if (spec.has_result && !call.results.empty()) operation.result = number_of(call.results.front());
  return operation;
}

}  // namespace

PlainHistory history_of(const core::Trace& trace, std::span<const OperationSpec> operations) {
  const std::vector<Interval> intervals = intervals_of(trace);
  std::vector<std::pair<std::uint64_t, std::size_t>> order;  // of calls: time, index
  for (std::size_t i = 0; i < trace.calls.size(); ++i) {
    const std::int32_t operation = trace.calls[i].operation;
    if (operation < 0 || static_cast<std::size_t>(operation) >= operations.size()) continue;
    if (intervals[i].call) order.emplace_back(*intervals[i].call, i);  // else it had no effect
  }
  std::ranges::sort(order);
  PlainHistory history;
  for (const auto& [time, i] : order) {
    const core::Call& call = trace.calls[i];
    history.operations.push_back(
        operation_of(call, operations[static_cast<std::size_t>(call.operation)], intervals[i]));
  }
  return history;
}

std::string to_string(const PlainOperation& operation) {
  std::string text = fmt::format("{}({})", operation.name, fmt::join(operation.arguments, ", "));
  if (operation.result) text += fmt::format(" = {}", *operation.result);
  if (!operation.ret) text += " (pending)";
  return text;
}

}  // namespace heddle::harness
