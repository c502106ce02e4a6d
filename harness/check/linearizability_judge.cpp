#include "harness/check/linearizability_judge.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <utility>

namespace heddle::harness {
namespace {

// "get() = 0 or 2"
std::string expected_text(const PlainOperation& operation,
                          const std::vector<std::int64_t>& explained) {
  if (explained.empty()) return "";
  PlainOperation call = operation;
  call.result.reset();
  return fmt::format("{} = {}", to_string(call), fmt::join(explained, " or "));
}

// Calls and returns of the operations that the failing one could see: those called before its
// return.
std::vector<core::EventId> events_until(const PlainHistory& history, std::uint64_t ret) {
  std::vector<core::EventId> events;
  for (const PlainOperation& operation : history.operations) {
    if (operation.call > ret) continue;
    events.push_back({static_cast<std::uint32_t>(operation.call)});
    if (operation.ret && *operation.ret <= ret) {
      events.push_back({static_cast<std::uint32_t>(*operation.ret)});
    }
  }
  std::ranges::sort(events);
  const auto repeated = std::ranges::unique(events);
  events.erase(repeated.begin(), repeated.end());
  return events;
}

}  // namespace

LinearizabilityJudge::LinearizabilityJudge(PlainModel model, std::vector<OperationSpec> operations,
                                           LinearizabilityOptions options)
    : model_(std::move(model)), operations_(std::move(operations)), options_(options) {}

core::Verdict LinearizabilityJudge::judge(const core::Execution& execution) const {
  const PlainHistory history = history_of(execution.trace, operations_);
  const Linearization linearization = linearize(history, model_, options_);
  core::Finding finding;
  finding.rule = "linearizability";
  finding.place = model_.name;
  switch (linearization.kind) {
    case core::VerdictKind::Pass:
      return core::Verdict::pass();
    case core::VerdictKind::Unknown:
      finding.message = linearization.cause;
      return core::Verdict::unknown(std::move(finding));
    case core::VerdictKind::Fail:
      break;
  }
  const PlainOperation& unplaced = history.operations[*linearization.unplaced];
  finding.message = fmt::format("no order of these calls explains {}", to_string(unplaced));
  finding.actual = to_string(unplaced);
  finding.expected = expected_text(unplaced, linearization.explained);
  finding.events = events_until(history, *unplaced.ret);
  return core::Verdict::fail(std::move(finding));
}

}  // namespace heddle::harness
