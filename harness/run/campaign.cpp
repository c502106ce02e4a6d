#include "harness/run/campaign.hpp"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <set>
#include <utility>

#include "core/recycle.hpp"
#include "harness/explore/make_strategy.hpp"
#include "harness/run/replay_program.hpp"
#include "harness/run/repro_files.hpp"
#include "scenarios/scenario.hpp"

namespace heddle::harness {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kRandom = "random";
constexpr std::uint64_t kSamplesDefault = 10'000;
constexpr std::uint64_t kSearchDefault = 1'000'000;  // of a search for all executions

// Different failures and outcomes kept: a program that fails differently every time must not fill
// the memory.
constexpr std::size_t kFailuresMax = 100;
constexpr std::size_t kOutcomesMax = 100'000;
constexpr std::size_t kOutcomeBytesMax = std::size_t{1} << 26;  // of all of them

class Campaign {
 public:
  Campaign(const Program& program, const CampaignOptions& options, const CampaignHooks& hooks,
           Strategy& strategy)
      : program_(program), options_(options), hooks_(hooks), strategy_(strategy) {
    report_.program = program.name();
    report_.strategy = options.strategy;
    report_.seed = options.seed;
  }

  reports::ExploreReport run() {
    while (!is_over() && strategy_.begin_execution()) {
      core::Execution execution = program_.execute(strategy_, execute_options());
      if (was_interrupted(execution)) continue;  // it counts for nothing, and it is over
      strategy_.end_execution(execution);
      take(execution);
      core::recycle(execution);
      hooks_.on_progress(progress());
    }
    finish();
    return std::move(report_);
  }

 private:
  [[nodiscard]] ExecuteOptions execute_options() const {
    ExecuteOptions options = options_.execute;
    options.wants_observation = options_.counts_outcomes;
    options.should_stop = [this] { return should_stop(); };
    return options;
  }

  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(Clock::now() - begin_).count();
  }

  [[nodiscard]] bool is_out_of_time() const {
    return options_.seconds_max && seconds() >= *options_.seconds_max;
  }

  [[nodiscard]] bool should_stop() const { return hooks_.should_stop() || is_out_of_time(); }

  [[nodiscard]] CampaignProgress progress(bool is_shrinking = false) const {
    return {.schedules = report_.schedules,
            .schedules_max = options_.schedules_max,
            .failures = report_.failures.size() + (is_shrinking ? 1 : 0),
            .is_shrinking = is_shrinking,
            .seconds = seconds()};
  }

  bool is_over() {
    if (!report_.failures.empty() && !options_.keep_going) return true;
    if (report_.failures.size() >= kFailuresMax) return true;
    if (strategy_.is_exhausted()) return true;
    if (hooks_.should_stop()) {
      report_.cut_short = kInterrupted;
      return true;
    }
    // A search that draws at random ends when it has had its share; one that wants to see
    // everything has then missed something.
    const bool is_random = options_.strategy == kRandom;
    if (options_.schedules_max != 0 && report_.schedules >= options_.schedules_max) {
      if (!is_random) report_.cut_short = fmt::format("limit of {} schedules", report_.schedules);
      return true;
    }
    if (!is_out_of_time()) return false;
    if (!is_random || report_.schedules == 0) {
      report_.cut_short = fmt::format("limit of {} s", *options_.seconds_max);
    }
    return true;
  }

  void take(const core::Execution& execution) {
    ++report_.schedules;
    events_ += execution.trace.events.size();
    if (options_.counts_outcomes) count_outcome(execution);
    const core::Verdict verdict = program_.judge(execution);
    switch (verdict.kind) {
      case core::VerdictKind::Pass:
        return;
      case core::VerdictKind::Unknown:
        ++report_.unfinished;
        return;
      case core::VerdictKind::Fail:
        if (signatures_.insert(verdict.signature()).second) keep_failure(execution, verdict);
        return;
    }
  }

  void count_outcome(const core::Execution& execution) {
    const bool is_full = outcomes_.size() >= kOutcomesMax || outcome_bytes_ >= kOutcomeBytesMax;
    if (is_full && !outcomes_.contains(execution.observation)) {
      ++outcomes_["(others)"];
    } else if (++outcomes_[execution.observation] == 1) {
      outcome_bytes_ += execution.observation.size();
    }
  }

  void keep_failure(const core::Execution& found, const core::Verdict& verdict) {
    const Provenance provenance{
        .seed = execution_seed(), .strategy = options_.strategy, .options = options_.execute};
    const core::Repro repro = make_repro(program_, found, verdict, provenance);
    reports::ExploreFailure failure;
    failure.signature = verdict.signature();
    failure.schedule_number = report_.schedules;
    failure.seed = provenance.seed;
    failure.preemptions_found = found.preemptions;
    write(repro, failure);
    Replayed smallest = check_determinism(repro);
    if (options_.shrinks) {
      const auto should_stop_shrinking = [this] {
        hooks_.on_progress(progress(true));
        return should_stop();
      };
      auto shrunk = shrink_failure(program_, found, verdict.signature(), options_.execute,
                                   should_stop_shrinking);
      if (shrunk) {
        smallest.execution = std::move(shrunk->execution);
        smallest.execution.schedule = std::move(shrunk->schedule);
        smallest.verdict = program_.judge(smallest.execution);
        write(make_repro(program_, smallest.execution, smallest.verdict, provenance), failure);
      }
    }
    core::shrink_buffers(smallest.execution);
    failure.message = smallest.verdict.findings.front().message;
    failure.preemptions_shrunk = smallest.execution.preemptions;
    failure.schedule = core::print(smallest.execution.schedule);
    failure.trace = std::move(smallest.execution.trace);
    failure.ends = std::move(smallest.execution.ends);
    failure.findings = std::move(smallest.verdict.findings);
    report_.failures.push_back(std::move(failure));
  }

  // What cannot be written is in the report all the same, with its schedule.
  void write(const core::Repro& repro, reports::ExploreFailure& failure) {
    if (options_.repro_dir.empty()) return;
    const std::string path = repro_path(options_.repro_dir, repro);
    auto written = write_repro(path, repro);
    if (written) {
      failure.repro_path = path;
    } else if (!report_.repro_error) {
      report_.repro_error = std::move(written.error());
    }
  }

  // Every failure is executed twice before it is reported.
  [[nodiscard]] Replayed check_determinism(const core::Repro& repro) const {
    Replayed again = replay(program_, repro.schedule, ReplayMode::Strict, options_.execute);
    const bool is_same = !again.divergence && core::digest_of(again.execution.trace) == repro.trace;
    if (is_same) return again;
    throw NotDeterministic(fmt::format(
        "the same schedule gave two traces ({} and {}){}\n{}", to_string(repro.trace),
        to_string(core::digest_of(again.execution.trace)),
        again.divergence ? ": " + to_string(*again.divergence) : "", core::print(repro.schedule)));
  }

  [[nodiscard]] std::uint64_t execution_seed() const {
    const std::uint64_t seed = strategy_.execution_seed();
    return seed == 0 ? options_.seed : seed;
  }

  void finish() {
    report_.is_complete = strategy_.coverage() != Coverage::Sampled;
    if (report_.schedules > 0) {
      report_.events_mean = static_cast<double>(events_) / static_cast<double>(report_.schedules);
    }
    for (auto& [observation, count] : outcomes_) {
      report_.outcomes.push_back({.observation = observation, .count = count});
    }
    report_.seconds = seconds();
  }

  const Program& program_;
  const CampaignOptions& options_;
  const CampaignHooks& hooks_;
  Strategy& strategy_;
  Clock::time_point begin_ = Clock::now();
  reports::ExploreReport report_;
  std::uint64_t events_ = 0;
  std::set<core::Signature> signatures_;
  std::map<std::string, std::uint64_t> outcomes_;
  std::size_t outcome_bytes_ = 0;
};

}  // namespace

CampaignOptions campaign_defaults(const Program& program, const CampaignChoices& choices) {
  static const scenarios::ExploreDefaults kNone;
  const scenarios::Scenario* const scenario = program.scenario();
  const scenarios::ExploreDefaults& defaults = scenario == nullptr ? kNone : scenario->explore;
  const auto first = [](const auto& chosen, const auto& by_default, const auto& otherwise) {
    return chosen ? *chosen : by_default.value_or(otherwise);
  };
  CampaignOptions options;
  options.strategy = first(choices.strategy, defaults.strategy, options.strategy);
  const bool is_random = options.strategy == kRandom;
  options.schedules_max =
      first(choices.schedules, defaults.schedules, is_random ? kSamplesDefault : kSearchDefault);
  options.seed = first(choices.seed, defaults.seed, options.seed);
  options.preemptions_max = choices.preemptions ? choices.preemptions : defaults.preemptions;
  options.counts_outcomes = !is_random;
  options.execute = program.default_options();
  if (choices.steps) options.execute.steps_max = *choices.steps;
  if (choices.instructions) options.execute.instructions_max = *choices.instructions;
  options.execute.collects_always = choices.collects_always;
  return options;
}

core::Result<reports::ExploreReport> explore(const Program& program, const CampaignOptions& options,
                                             const CampaignHooks& hooks) {
  HEDDLE_LET(const std::unique_ptr<Strategy> strategy,
             make_strategy(options.strategy,
                           {.seed = options.seed, .preemptions_max = options.preemptions_max}));
  return Campaign(program, options, hooks, *strategy).run();
}

}  // namespace heddle::harness
  options.execute.checks_races = choices.checks_races;
