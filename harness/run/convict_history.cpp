#include "harness/run/convict_history.hpp"

#include <algorithm>
#include <utility>

#include "harness/linear/convict.hpp"
#include "harness/linear/decide.hpp"
#include "harness/linear/weaker.hpp"
#include "harness/run/explain_history.hpp"
#include "shrinker/history.hpp"

namespace heddle::harness {

namespace {

using core::VerdictKind;
using Indices = std::vector<std::uint32_t>;

// What is enough for one of the many tests of a minimiser.
constexpr std::uint64_t kTestNodesMax = 200'000;
// Weaker levels are told in passing: they must not take much longer than the verdict.
constexpr std::uint64_t kLevelNodesMax = 20'000;

class HistoryConvict {
 public:
  HistoryConvict(const core::History& history, const Calls& calls, const Model& model,
                 const CheckOptions& options)
      : history_(history),
        calls_(calls),
        model_(model),
        options_(options.decide),
        has_processes_(options.has_processes) {
    options_.wants_witness = false;
  }

  reports::HistoryFailure convict(const Decision& decision) {
    reports::HistoryFailure failure;
    const std::uint32_t end = first_failing_end();
    const Calls beginning = beginning_of(calls_, end);
    if (const auto last = call_returning_at(end - 1)) failure.unplaced = operation(calls_, *last);
    options_.nodes_max = std::min(options_.nodes_max, kTestNodesMax);
    const Convict convict(beginning, model_);
    Indices chosen = failing_part(beginning, convict, decision);
    const bool is_minimal = minimize(beginning, convict, chosen);
    const Calls part = select(beginning, chosen);
    failure.minimal = operations_of(beginning, chosen);
    failure.is_minimal = is_minimal;
    failure.confirmed_by = deciders_of(part);
    explain_part(history_, part, model_, options_, failure);
    options_.nodes_max = std::min(options_.nodes_max, kLevelNodesMax);
    for (const WeakerLevel& level : weaker_levels(calls_, model_, options_, has_processes_)) {
      failure.levels.push_back({.name = std::string(level.name), .kind = level.kind});
    }
    return failure;
  }

 private:
  static std::uint32_t operation(const Calls& calls, std::uint32_t call) {
    return calls.calls[call].operation;
  }

  [[nodiscard]] bool fails(const Calls& calls) const {
    return decide(calls, model_, options_).kind == VerdictKind::Fail;
  }

  // The first rank such that what happened before it cannot be explained.
  [[nodiscard]] std::uint32_t first_failing_end() const {
    std::uint32_t passing = 0;
    std::uint32_t failing = calls_.ranks;
    while (failing - passing > 1) {
      const std::uint32_t middle = passing + (failing - passing) / 2;
      (fails(beginning_of(calls_, middle)) ? failing : passing) = middle;
    }
    return failing;
  }

  [[nodiscard]] std::optional<std::uint32_t> call_returning_at(std::uint32_t rank) const {
    for (std::uint32_t i = 0; i < calls_.calls.size(); ++i) {
      if (calls_.calls[i].ret == rank) return i;
    }
    return std::nullopt;
  }

  // What the decider blames, with all that it needs; all, if that is not enough.
  [[nodiscard]] Indices failing_part(const Calls& beginning, const Convict& convict,
                                     const Decision& decision) const {
    const auto size = static_cast<std::uint32_t>(beginning.calls.size());
    Indices blamed;
    for (const std::uint32_t culprit : decision.culprits) {
      if (culprit < size) blamed.push_back(culprit);
    }
    blamed = convict.closure_of(blamed);
    if (!blamed.empty() && blamed.size() < size && fails(select(beginning, blamed))) return blamed;
    Indices all;
    for (std::uint32_t i = 0; i < size; ++i) all.push_back(i);
    return all;
  }

  // Leaves out of `chosen` what it can; false if it had to stop.
  bool minimize(const Calls& beginning, const Convict& convict, Indices& chosen) const {
    const auto calls_of = [&](std::span<const std::uint32_t> operations) {
      Indices calls;
      for (std::uint32_t i = 0; i < beginning.calls.size(); ++i) {
        if (std::ranges::binary_search(operations, operation(beginning, i))) calls.push_back(i);
      }
      return calls;
    };
    shrinker::MinimizeOptions options;
    options.keeps_origins = false;  // the convict knows what an operation needs
    if (options_.should_stop) options.should_stop = options_.should_stop;
    for (std::size_t i = 1; i < convict.groups().size(); ++i) {
      options.groups.push_back(operations_of(beginning, convict.groups()[i]));
    }
    const shrinker::MinimalHistory smaller = shrinker::minimize_history(
        history_, operations_of(beginning, chosen),
        [&](std::span<const std::uint32_t> operations) {
          const Indices calls = calls_of(operations);
          return !calls.empty() && convict.is_telling(calls) && fails(select(beginning, calls));
        },
        options);
    chosen = calls_of(smaller.operations);
    return smaller.is_minimal;
  }

  static Indices operations_of(const Calls& calls, const Indices& indices) {
    Indices operations;
    for (const std::uint32_t index : indices) operations.push_back(operation(calls, index));
    std::ranges::sort(operations);
    const auto repeated = std::ranges::unique(operations);
    operations.erase(repeated.begin(), repeated.end());
    return operations;
  }

  [[nodiscard]] std::vector<std::string> deciders_of(const Calls& part) const {
    std::vector<std::string> names;
    const auto special = decide_specially(part, model_, false);
    if (special && special->kind == VerdictKind::Fail) names.emplace_back(special->decider);
    DecideOptions searching = options_;
    searching.only_searches = true;
    const Decision general = decide(part, model_, searching);
    if (general.kind == VerdictKind::Fail) names.emplace_back(general.decider);
    return names;
  }

  const core::History& history_;
  const Calls& calls_;
  const Model& model_;
  DecideOptions options_;
  bool has_processes_;
};

}  // namespace

reports::HistoryFailure convict_history(const core::History& history, const Calls& calls,
                                        const Model& model, const Decision& decision,
                                        const CheckOptions& options) {
  return HistoryConvict(history, calls, model, options).convict(decision);
}

}  // namespace heddle::harness
