#include "harness/linear/explain.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "harness/linear/explorer.hpp"

namespace heddle::harness {

namespace {

// Explaining is a courtesy: results are looked for in as many positions as deciding took, and
// these.
constexpr std::uint64_t kExtraNodes = 20'000;
constexpr std::size_t kResultsTried = 64;

// A model that writes down what one call returns: two words behind the state say whether it has its
// place, and its result. That call has a code of its own.
class WatchingModel final : public Model {
 public:
  WatchingModel(const Model& model, const ModelCall& watched)
      : model_(model), watched_(watched), code_(watched_code(model)) {
    watched_.has_result = false;
  }

  static std::uint16_t watched_code(const Model& model) {
    return static_cast<std::uint16_t>(model.operations().size());
  }

  [[nodiscard]] std::string_view name() const override { return model_.name(); }
  [[nodiscard]] std::span<const ModelOperation> operations() const override {
    return model_.operations();
  }
  [[nodiscard]] bool sees_processes() const override { return model_.sees_processes(); }
  [[nodiscard]] ModelState initial() const override {
    ModelState state = model_.initial();
    state.insert(state.end(), {0, 0});
    return state;
  }

  [[nodiscard]] bool step(const ModelState& state, const ModelCall& call, const core::Data& data,
                          ModelState& next) const override {
    const ModelState inner(state.begin(), state.end() - 2);
    if (call.code != code_) {
      if (!model_.step(inner, call, data, next)) return false;
      next.insert(next.end(), state.end() - 2, state.end());
      return true;
    }
    const std::optional<std::int64_t> result = model_.result_of(inner, watched_);
    if (!result || !model_.step(inner, watched_, data, next)) return false;
    next.insert(next.end(), {1, *result});
    return true;
  }

  [[nodiscard]] std::optional<std::int64_t> result_of(const ModelState&,
                                                      const ModelCall&) const override {
    return std::nullopt;
  }

 private:
  const Model& model_;
  ModelCall watched_;
  std::uint16_t code_;
};

std::vector<std::int64_t> possible_results(const Calls& calls, const Model& model,
                                           const SearchPlan& plan, std::size_t next_return,
                                           const DecideOptions& options, std::uint64_t nodes) {
  const std::uint32_t watched = plan.returns[next_return];
  if (!calls.calls[watched].has_result) return {};
  Calls changed = calls;
  changed.calls[watched].has_result = false;
  changed.calls[watched].code = WatchingModel::watched_code(model);
  const WatchingModel watching(model, calls.calls[watched]);
  const SearchPlan changed_plan = plan_search(changed, watching);
  DecideOptions limits = options;
  limits.nodes_max = std::min(options.nodes_max, nodes + kExtraNodes);
  Explorer explorer(changed, watching, changed_plan, limits);
  explorer.end_before(next_return + 1);
  explorer.begin();
  std::set<std::int64_t> results;
  while (results.size() < kResultsTried && explorer.next_end() == core::VerdictKind::Pass) {
    results.insert(explorer.transitions().row(explorer.end_state()).back());
  }
  std::vector<std::int64_t> smallest(results.begin(), results.end());
  smallest.resize(std::min(smallest.size(), kExplainedResultsMax));
  return smallest;
}

std::vector<Configuration> configurations_at(Explorer& explorer, const SearchPlan& plan,
                                             std::size_t next_return) {
  std::vector<Configuration> configurations;
  OpenCalls& open = explorer.open_calls();
  open.go_to(next_return);
  for (std::size_t i = 0; i < explorer.positions().size(); ++i) {
    const Position& position = explorer.positions()[i];
    if (position.next_return != next_return) continue;
    Configuration& made = configurations.emplace_back();
    const std::span<const std::int64_t> state = explorer.transitions().row(position.state);
    made.state.assign(state.begin(), state.end());
    for (const std::uint32_t slot : explorer.slot_masks().numbers_of(position.placed)) {
      made.placed.push_back(open.call_in(slot));
    }
    for (const std::uint32_t number : explorer.pending_masks().numbers_of(position.used)) {
      made.used.push_back(plan.pending[number]);
    }
    std::ranges::sort(made.placed);
    std::ranges::sort(made.used);
  }
  std::ranges::sort(configurations);
  return configurations;
}

}  // namespace

Explanation explain(const Calls& calls, const Model& model, const DecideOptions& options) {
  Explanation explanation;
  const SearchPlan plan = plan_search(calls, model);
  std::size_t furthest = 0;
  std::uint64_t nodes = 0;
  {
    Explorer explorer(calls, model, plan, options);
    explorer.begin();
    explanation.kind = explorer.next_end();
    explanation.cause = explorer.cause();
    furthest = explorer.furthest_return();
    nodes = explorer.nodes();
  }
  if (explanation.kind != core::VerdictKind::Fail) return explanation;
  explanation.unplaced = plan.returns[furthest];

  // Once more, now that it is known where to look.
  DecideOptions limits = options;
  limits.nodes_max = nodes;
  limits.should_stop = nullptr;
  Explorer explorer(calls, model, plan, limits);
  explorer.note_longest_at(furthest);
  explorer.begin();
  std::ignore = explorer.next_end();
  explanation.order = explorer.longest();
  explanation.configurations = configurations_at(explorer, plan, furthest);
  explanation.configuration_count = explanation.configurations.size();
  if (explanation.configurations.size() > kConfigurationsMax) {
    explanation.configurations.resize(kConfigurationsMax);
  }
  explanation.results = possible_results(calls, model, plan, furthest, options, nodes);
  return explanation;
}

}  // namespace heddle::harness
