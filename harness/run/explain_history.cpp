#include "harness/run/explain_history.hpp"

#include <memory>
#include <string>
#include <vector>

#include "harness/linear/explain.hpp"
#include "harness/run/words_text.hpp"

namespace heddle::harness {

namespace {

constexpr std::size_t kShownMax = 8;  // configurations
class Configurations {
 public:
  Configurations(const core::History& history, const Calls& part, const Model& model)
      : history_(history), part_(part), model_(model) {}

  [[nodiscard]] std::string text_of(const Configuration& at) const {
    std::string text = state_text(history_.data, model_, at.state);
    for (const std::uint32_t call : at.placed) text += "; after " + operation(call);
    for (const std::uint32_t call : at.used) text += "; after " + operation(call);
    return text;
  }

 private:
  [[nodiscard]] std::string operation(std::uint32_t call) const {
    return core::to_string(history_, history_.operations[part_.calls[call].operation]);
  }

  const core::History& history_;
  const Calls& part_;
  const Model& model_;
};

}  // namespace

void explain_part(const core::History& history, const Calls& part, const Model& model,
                  const DecideOptions& options, reports::HistoryFailure& failure) {
  const std::unique_ptr<Model> narrowed = model.narrowed(part);
  const Model& seen = narrowed ? *narrowed : model;
  const Explanation explanation = explain(part, seen, options);
  if (explanation.kind != core::VerdictKind::Fail) return;
  const Configurations configurations(history, part, seen);
  const ModelCall& unplaced = part.calls[explanation.unplaced];
  failure.minimal_unplaced = unplaced.operation;
  for (const std::uint32_t call : explanation.order) {
    failure.placed.push_back(part.calls[call].operation);
  }
  for (const std::int64_t result : explanation.results) {
    failure.explained.push_back(result_text(history.data, model, unplaced, result));
  }
  for (const Configuration& at : explanation.configurations) {
    if (failure.configurations.size() == kShownMax) break;
    failure.configurations.push_back(configurations.text_of(at));
  }
  failure.configurations_left_out = explanation.configuration_count - failure.configurations.size();
}

}  // namespace heddle::harness
