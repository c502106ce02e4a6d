#include "harness/run/shrink_scenario.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "harness/explore/naive.hpp"
#include "harness/explore/random.hpp"
#include "harness/run/candidate_runner.hpp"
#include "harness/run/scenario_program.hpp"
#include "shrinker/order.hpp"

namespace heddle::harness {

namespace {

using core::Choice;
using scenarios::Scenario;

constexpr std::uint64_t kScenariosMax = 300;   // tried
constexpr std::uint64_t kExecutionsMax = 150;  // of each, to see it fail
constexpr std::uint64_t kStepsMax = 20'000;    // likewise
constexpr std::uint64_t kPassesMax = 30;       // executions of each, to see it pass

// Without the agents from `begin` up to `end`; those behind have lower numbers then.
std::vector<Choice> without_agents(const std::vector<Choice>& choices, std::uint64_t begin,
                                   std::uint64_t end) {
  std::vector<Choice> rest;
  for (Choice choice : choices) {
    const bool is_agent =
        choice.kind == core::ChoiceKind::NextAgent || choice.kind == core::ChoiceKind::TimeoutFires;
    if (is_agent && choice.operand >= begin) {
      if (choice.operand < end) continue;
      choice.operand -= end - begin;
    }
    rest.push_back(choice);
  }
  return rest;
}

class ScenarioShrinker {
 public:
  ScenarioShrinker(const Language& language, const core::Signature& signature,
                   const ExecuteOptions& options, const std::function<bool()>& should_stop)
      : language_(language), signature_(signature), options_(options), should_stop_(should_stop) {}

  std::optional<SmallScenario> shrink(const Scenario& scenario, const core::Execution& failing) {
    best_.execution = failing;
    if (!improve(scenario, {.schedule = failing.schedule}, {})) return std::nullopt;
    must_pass_ = true;
    bool has_shrunk = true;
    while (has_shrunk && !is_over()) {
      has_shrunk = leave_out_processes();
      for (std::size_t i = 0; i < best_.scenario.processes.size(); ++i) {
        has_shrunk |= leave_out_calls([i](Scenario& each) -> std::vector<scenarios::CallStep>& {
          return each.processes[i].operations;
        });
      }
      has_shrunk |= leave_out_calls([](Scenario& each) -> auto& { return each.setup; });
      has_shrunk |= leave_out_calls([](Scenario& each) -> auto& { return each.finally; });
    }
    return std::move(best_);
  }

 private:
  [[nodiscard]] bool is_over() const { return best_.attempts >= kScenariosMax || should_stop_(); }

  // Tries what is left without the items from `begin` up to `end`, for fewer and fewer items.
  static bool halve(const auto& size, const auto& leave_out) {
    bool has_shrunk = false;
    for (std::size_t length = std::max<std::size_t>(size() / 2, 1); size() > 0; length /= 2) {
      for (std::size_t end = size(); end > 0;) {
        const std::size_t begin = end - std::min(end, length);
        has_shrunk |= leave_out(begin, end);
        end = begin;
      }
      if (length == 1) break;
    }
    return has_shrunk;
  }

  bool leave_out_processes() {
    return halve(
        [this] { return best_.scenario.processes.size(); },
        [this](std::size_t begin, std::size_t end) {
          auto& processes = best_.scenario.processes;
          if (end > processes.size() || end - begin == processes.size()) return false;
          Scenario smaller = best_.scenario;
          smaller.processes.erase(smaller.processes.begin() + static_cast<std::ptrdiff_t>(begin),
                                  smaller.processes.begin() + static_cast<std::ptrdiff_t>(end));
          // Process i runs on agent i + 1.
          const auto& execution = best_.execution;
          const shrinker::Candidate by_choices{
              .schedule = {.choices =
                               without_agents(execution.schedule.choices, begin + 1, end + 1)}};
          shrinker::Candidate by_steps = by_choices;
          by_steps.order = without_agents(shrinker::order_of(execution.trace), begin + 1, end + 1);
          return improve(smaller, by_choices, by_steps);
        });
  }

  bool leave_out_calls(const auto& calls_of) {
    return halve([&] { return calls_of(best_.scenario).size(); },
                 [&](std::size_t begin, std::size_t end) {
                   Scenario smaller = best_.scenario;
                   auto& calls = calls_of(smaller);
                   if (end > calls.size()) return false;
                   calls.erase(calls.begin() + static_cast<std::ptrdiff_t>(begin),
                               calls.begin() + static_cast<std::ptrdiff_t>(end));
                   return improve(smaller, {.schedule = best_.execution.schedule}, {});
                 });
  }

  // Keeps the scenario if it fails.
  bool improve(const Scenario& scenario, const shrinker::Candidate& first,
               const shrinker::Candidate& second) {
    if (is_over()) return false;
    ++best_.attempts;
    auto program = ScenarioProgram::make(scenario, language_);
    if (!program) return false;
    auto execution = find_failure(**program, {&first, &second});
    if (!execution || (must_pass_ && !can_pass(**program))) return false;
    best_.program = *std::move(program);
    best_.scenario = scenario;
    best_.execution = *std::move(execution);
    return true;
  }

  [[nodiscard]] std::optional<core::Execution> find_failure(
      const Program& program, std::initializer_list<const shrinker::Candidate*> candidates) const {
    const CandidateRunner runner(program, signature_, options_, best_.execution.steps,
                                 should_stop_);
    for (const shrinker::Candidate* const candidate : candidates) {
      auto failing = runner.run_failing(*candidate);
      if (failing) return std::move(failing->execution);
    }
    NaiveStrategy strategy(best_.execution.preemptions);
    std::uint64_t steps = 0;
    for (std::uint64_t i = 0; i < kExecutionsMax && steps < kStepsMax; ++i) {
      if (should_stop_() || !strategy.begin_execution()) return std::nullopt;
      core::Execution execution = program.execute(strategy, runner.options());
      strategy.end_execution(execution);
      steps += execution.steps;
      if (runner.is_the_failure(program.judge(execution))) return execution;
    }
    return std::nullopt;
  }

  [[nodiscard]] bool can_pass(const Program& program) const {
    const CandidateRunner runner(program, signature_, options_, best_.execution.steps,
                                 should_stop_);
    if (runner.run({}).trial == shrinker::Trial::Passes) return true;
    RandomStrategy strategy(1);
    for (std::uint64_t i = 0; i < kPassesMax && strategy.begin_execution(); ++i) {
      const core::Execution execution = program.execute(strategy, runner.options());
      strategy.end_execution(execution);
      if (program.judge(execution).kind == core::VerdictKind::Pass) return true;
    }
    return false;
  }

  const Language& language_;
  const core::Signature& signature_;
  const ExecuteOptions& options_;
  const std::function<bool()>& should_stop_;
  SmallScenario best_;
  bool must_pass_ = false;  // not of the scenario that was given, which is what it is
};

}  // namespace

std::optional<SmallScenario> shrink_scenario(const Scenario& scenario, const Language& language,
                                             const core::Execution& failing,
                                             const core::Signature& signature,
                                             const ExecuteOptions& options,
                                             const std::function<bool()>& should_stop) {
  return ScenarioShrinker(language, signature, options, should_stop).shrink(scenario, failing);
}

}  // namespace heddle::harness
