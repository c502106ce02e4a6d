#include "harness/check/linearizability_judge.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <utility>

#include "harness/linear/explain.hpp"
#include "harness/linear/search.hpp"

namespace heddle::harness {
namespace {

// "get() = 0 or 2"
std::string expected_text(const core::History& history, const core::Operation& operation,
                          const std::vector<std::int64_t>& results, const Model& model) {
  if (results.empty()) return "";
  std::vector<std::string> texts;
  for (const std::int64_t result : results) {
    if (result == kEmptyResult) {
      texts.push_back(std::to_string(Semantics().empty));
    } else {
      texts.push_back(model.takes_integers() ? std::to_string(result)
                                             : history.data.to_string({result}));
    }
  }
  core::Operation call = operation;
  call.output = core::kUnknown;
  return fmt::format("{} = {}", call_text(history, call), fmt::join(texts, " or "));
}

// Calls and returns of the operations that the failing one could see: those called before its
// return.
std::vector<core::EventId> events_until(const core::History& history, std::uint64_t ret) {
  std::vector<core::EventId> events;
  for (const core::Operation& operation : history.operations) {
    if (operation.call > ret) continue;
    events.push_back({static_cast<std::uint32_t>(operation.call)});
    if (operation.ret <= ret) events.push_back({static_cast<std::uint32_t>(operation.ret)});
  }
  std::ranges::sort(events);
  const auto repeated = std::ranges::unique(events);
  events.erase(repeated.begin(), repeated.end());
  return events;
}

}  // namespace

LinearizabilityJudge::LinearizabilityJudge(std::shared_ptr<const Model> model,
                                           const std::vector<OperationSpec>& operations,
                                           std::uint64_t nodes_max)
    : model_(std::move(model)), projection_(operations) {
  options_.nodes_max = nodes_max;
}

core::Verdict LinearizabilityJudge::judge(const core::Execution& execution) const {
  const core::History history = projection_.history_of(execution.trace);
  core::Finding finding;
  finding.rule = "linearizability";
  finding.place = model_->name();
  core::Result<Calls> calls = prepare(history, *model_, {});
  if (!calls) {
    finding.message = calls.error().message;
    return core::Verdict::unknown(std::move(finding));
  }
  // A function that returns nothing says nothing; in a file, "ok" alone says that it worked.
  for (ModelCall& call : calls->calls) {
    if (history.operations[call.operation].output == core::kUnknown) call.has_result = false;
  }
  const Decision decision = search(*calls, *model_, options_);
  switch (decision.kind) {
    case core::VerdictKind::Pass:
      return core::Verdict::pass();
    case core::VerdictKind::Unknown:
      finding.message = decision.cause;
      return core::Verdict::unknown(std::move(finding));
    case core::VerdictKind::Fail:
      break;
  }
  const Explanation explanation = explain(*calls, *model_, options_);
  finding.message = "no order of these calls explains them";
  if (explanation.kind == core::VerdictKind::Fail) {
    const core::Operation& unplaced =
        history.operations[calls->calls[explanation.unplaced].operation];
    finding.message =
        fmt::format("no order of these calls explains {}", call_text(history, unplaced));
    finding.actual = call_text(history, unplaced);
    finding.expected = expected_text(history, unplaced, explanation.results, *model_);
    finding.events = events_until(history, unplaced.ret);
  }
  return core::Verdict::fail(std::move(finding));
}

}  // namespace heddle::harness
