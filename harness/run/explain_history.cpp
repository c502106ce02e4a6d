#include "harness/run/explain_history.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

#include "harness/linear/explain.hpp"

namespace heddle::harness {

namespace {

constexpr std::size_t kShownMax = 8;  // configurations
constexpr std::size_t kWordsMax = 64;

class Words {
 public:
  Words(const core::History& history, const Calls& part, const Model& model)
      : history_(history), part_(part), model_(model) {}

  [[nodiscard]] std::string word(std::int64_t value) const {
    if (model_.takes_integers() && value != kEmptyResult) return fmt::format("{}", value);
    return history_.data.to_string({value});
  }

  [[nodiscard]] std::string result(const ModelCall& call, std::int64_t value) const {
    if (value == kEmptyResult && call.verb != Verb::Read) return "empty";
    return word(value);
  }

  [[nodiscard]] std::string configuration(const Configuration& at) const {
    std::vector<std::string> state;
    for (std::size_t i = 0; i < at.state.size() && i < kWordsMax; ++i) {
      state.push_back(word(at.state[i]));
    }
    if (at.state.size() > kWordsMax) state.emplace_back("...");
    std::string text = model_.text_of(at.state);
    if (text.empty()) text = state.empty() ? "empty" : fmt::format("{}", fmt::join(state, " "));
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
  const Explanation explanation = explain(part, model, options);
  if (explanation.kind != core::VerdictKind::Fail) return;
  const Words words(history, part, model);
  const ModelCall& unplaced = part.calls[explanation.unplaced];
  failure.minimal_unplaced = unplaced.operation;
  for (const std::uint32_t call : explanation.order) {
    failure.placed.push_back(part.calls[call].operation);
  }
  for (const std::int64_t result : explanation.results) {
    failure.explained.push_back(words.result(unplaced, result));
  }
  for (const Configuration& at : explanation.configurations) {
    if (failure.configurations.size() == kShownMax) break;
    failure.configurations.push_back(words.configuration(at));
  }
  failure.configurations_left_out = explanation.configuration_count - failure.configurations.size();
}

}  // namespace heddle::harness
