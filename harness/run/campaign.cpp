#include "harness/run/campaign.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <utility>

#include "core/recycle.hpp"
#include "harness/explore/make_strategy.hpp"
#include "harness/run/deciding_pair.hpp"
#include "harness/run/discovery.hpp"
#include "harness/run/replay_program.hpp"
#include "harness/run/repro_files.hpp"
#include "harness/run/session.hpp"
#include "scenarios/scenario.hpp"

namespace heddle::harness {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kSamplesDefault = 10'000;
constexpr std::uint64_t kSearchDefault = 1'000'000;  // of a search for all executions

// Different failures and outcomes kept: a program that fails differently every time must not fill
// the memory.
constexpr std::size_t kFailuresMax = 100;
constexpr std::size_t kOutcomesMax = 100'000;
constexpr std::string_view kOtherOutcomes = "(others)";
constexpr std::size_t kOutcomeBytesMax = std::size_t{1} << 26;  // of all of them

class Campaign {
 public:
  Campaign(const Program& program, const CampaignOptions& options, const CampaignHooks& hooks)
      : program_(program), options_(options), hooks_(hooks) {
    report_.program = program.name();
    report_.program_digest = to_string(program.digest());
    report_.strategy = options.strategy;
    report_.seed = options.parameters.seed;
    report_.points = options.execute.points;
    report_.shard_index = options.shard.index;
    report_.shard_count = options.shard.count;
    const StrategyInfo* const strategy = find_strategy(options.strategy);
    is_sampled_ = strategy != nullptr && strategy->is_sampled;
  }

  core::Result<reports::ExploreReport> run() {
    HEDDLE_LET(Session session, Session::make(program_, session_options()));
    session_ = &session;
    while (!is_over()) {
      std::optional<core::Execution> execution = session.next(numbers_max());
      if (!execution) {
        // Interrupted, it counts for nothing; otherwise nothing is left.
        if (!should_stop()) break;
        continue;
      }
      take(*execution);
      core::recycle(*execution);
      hooks_.on_progress(progress());
    }
    finish();
    return std::move(report_);
  }

 private:
  [[nodiscard]] SessionOptions session_options() const {
    SessionOptions session{.strategy = options_.strategy,
                           .parameters = options_.parameters,
                           .execute = options_.execute,
                           .shard = options_.shard,
                           .workers = options_.workers};
    session.execute.wants_observation = options_.counts_outcomes;
    session.execute.should_stop = [this] { return should_stop(); };
    return session;
  }

  // Of numbered executions there are as many as schedules, in all shards together.
  [[nodiscard]] std::uint64_t numbers_max() const {
    constexpr std::uint64_t kAll = ~std::uint64_t{0};
    return is_sampled_ && options_.schedules_max != 0 ? options_.schedules_max : kAll;
  }

  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(Clock::now() - begin_).count();
  }

  [[nodiscard]] bool is_out_of_time() const {
    return options_.seconds_max && seconds() >= *options_.seconds_max;
  }

  [[nodiscard]] bool should_stop() const { return hooks_.should_stop() || is_out_of_time(); }

  // How many schedules there are in all, of a search; 0: nobody knows.
  [[nodiscard]] std::uint64_t estimate() const {
    constexpr double kEstimateMax = 1e18;
    const double estimate = std::min(session_->estimate(), kEstimateMax);
    if (estimate <= 0) return 0;
    if (session_->is_exhausted()) return report_.schedules;
    return std::max(static_cast<std::uint64_t>(estimate), report_.schedules + 1);
  }

  [[nodiscard]] CampaignProgress progress(bool is_shrinking = false) const {
    return {.schedules = report_.schedules,
            .schedules_max = options_.schedules_max,
            .estimate = estimate(),
            .failures = report_.failures.size() + (is_shrinking ? 1 : 0),
            .is_shrinking = is_shrinking,
            .seconds = seconds()};
  }

  bool is_over() {
    if (!report_.failures.empty() && !options_.keep_going) return true;
    if (report_.failures.size() >= kFailuresMax) return true;
    if (session_->is_exhausted()) return true;
    if (options_.until_saturated && discovery_.is_saturated()) {
      report_.is_saturated = true;
      return true;
    }
    if (hooks_.should_stop()) {
      report_.cut_short = kInterrupted;
      return true;
    }
    // A search that draws at random ends when it has had its share (Session::next sees to that);
    // one that wants to see everything has then missed something.
    if (!is_sampled_ && options_.schedules_max != 0 &&
        report_.schedules >= options_.schedules_max) {
      report_.cut_short = fmt::format("limit of {} schedules", report_.schedules);
      return true;
    }
    if (!is_out_of_time()) return false;
    if (!is_sampled_ || report_.schedules == 0) {
      report_.cut_short = fmt::format("limit of {} s", *options_.seconds_max);
    }
    return true;
  }

  void take(const core::Execution& execution) {
    ++report_.schedules;
    events_ += execution.steps;
    points_ += execution.schedule.choices.size();
    if (options_.covers) discovery_.add(execution.trace);
    if (session_->restarts() != restarts_) {  // what was counted is counted again
      restarts_ = session_->restarts();
      outcomes_.clear();
      outcome_bytes_ = 0;
    }
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
    const auto count = [this](std::string_view observation) {
      reports::OutcomeCount& outcome = outcomes_[core::digest_of(observation)];
      if (++outcome.count > 1) return;
      outcome.observation = observation;
      outcome_bytes_ += observation.size();
    };
    const bool is_new = is_full && !outcomes_.contains(core::digest_of(execution.observation));
    count(is_new ? kOtherOutcomes : execution.observation);
  }

  void keep_failure(const core::Execution& found, const core::Verdict& verdict) {
    Provenance provenance{
        .seed = execution_seed(), .strategy = decider(), .options = session_->options()};
    // What has been found is executed to its end again, whatever the time.
    provenance.options.should_stop = [] { return false; };
    const core::Repro repro = make_repro(program_, found, verdict, provenance);
    reports::ExploreFailure failure;
    failure.signature = verdict.signature();
    failure.schedule_number = report_.schedules;
    failure.execution = session_->number();
    failure.seed = provenance.seed;
    failure.strategy = provenance.strategy;
    failure.preemptions_found = found.preemptions;
    write(repro, failure);
    Replayed smallest = check_determinism(repro, provenance.options);
    const auto should_stop_shrinking = [this] {
      hooks_.on_progress(progress(true));
      return should_stop();
    };
    if (options_.shrinks) {
      auto shrunk = shrink_failure(program_, found, verdict.signature(), provenance.options,
                                   should_stop_shrinking);
      if (shrunk) {
        smallest = replay(program_, shrunk->schedule, ReplayMode::Strict, provenance.options);
        smallest.execution.schedule = std::move(shrunk->schedule);
      }
    }
    core::Repro small = make_repro(program_, smallest.execution, smallest.verdict, provenance);
    small.record = std::move(smallest.record);
    write(small, failure);
    if (options_.shrinks) {
      failure.pair = find_deciding_pair(program_, smallest.execution, verdict.signature(),
                                        provenance.options, should_stop_shrinking);
    }
    core::shrink_buffers(smallest.execution);
    failure.message = smallest.verdict.findings.front().message;
    failure.preemptions_shrunk = smallest.execution.preemptions;
    failure.schedule = core::print(smallest.execution.schedule);
    failure.trace = std::move(smallest.execution.trace);
    failure.ends = std::move(smallest.execution.ends);
    failure.output = std::move(smallest.execution.output);
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
  [[nodiscard]] Replayed check_determinism(const core::Repro& repro,
                                           const ExecuteOptions& options) const {
    Replayed again = replay(program_, repro.schedule, ReplayMode::Strict, options);
    const bool is_same = !again.divergence && core::digest_of(again.execution.trace) == repro.trace;
    if (is_same) return again;
    throw NotDeterministic(fmt::format(
        "the same schedule gave two traces ({} and {}){}\n{}", to_string(repro.trace),
        to_string(core::digest_of(again.execution.trace)),
        again.divergence ? ": " + to_string(*again.divergence) : "", core::print(repro.schedule)));
  }

  [[nodiscard]] std::uint64_t execution_seed() const {
    const std::uint64_t seed = session_->strategy().execution_seed();
    return seed == 0 ? options_.parameters.seed : seed;
  }

  // "surw", or "portfolio: surw".
  [[nodiscard]] std::string decider() const {
    const std::string_view decider = session_->strategy().decider();
    if (decider == options_.strategy) return options_.strategy;
    return fmt::format("{}: {}", options_.strategy, decider);
  }

  void finish() {
    report_.is_complete =
        session_->is_exhausted() && session_->strategy().coverage() != Coverage::Sampled;
    if (session_->is_exhausted() && !report_.is_complete && options_.strategy == "exhaustive" &&
        report_.cut_short.empty()) {
      report_.cut_short = session_->strategy().gap();
    }
    report_.estimate = estimate();
    if (report_.schedules > 0) {
      const auto schedules = static_cast<double>(report_.schedules);
      report_.events_mean = static_cast<double>(events_) / schedules;
      report_.points_mean = static_cast<double>(points_) / schedules;
    }
    if (options_.covers) report_.coverage = discovery_.finish();
    for (auto& [digest, outcome] : outcomes_) report_.outcomes.push_back(std::move(outcome));
    std::ranges::sort(report_.outcomes, {}, &reports::OutcomeCount::observation);
    report_.seconds = seconds();
  }

  const Program& program_;
  const CampaignOptions& options_;
  const CampaignHooks& hooks_;
  bool is_sampled_ = false;
  Session* session_ = nullptr;
  Discovery discovery_;
  Clock::time_point begin_ = Clock::now();
  reports::ExploreReport report_;
  std::uint64_t events_ = 0;
  std::uint64_t points_ = 0;
  std::uint64_t restarts_ = 0;
  std::set<core::Signature> signatures_;
  // By their digests: many executions end alike, and long texts are long to compare.
  std::map<core::Digest, reports::OutcomeCount> outcomes_;
  std::size_t outcome_bytes_ = 0;
};

}  // namespace

CampaignOptions campaign_defaults(const Program& program, const CampaignChoices& choices) {
  static const scenarios::ExploreDefaults kNoDefaults;
  const scenarios::Scenario* const scenario = program.scenario();
  const scenarios::ExploreDefaults& defaults =
      scenario == nullptr ? kNoDefaults : scenario->explore;
  const auto first = [](const auto& chosen, const auto& by_default, const auto& otherwise) {
    return chosen ? *chosen : by_default.value_or(otherwise);
  };
  CampaignOptions options;
  options.strategy = first(choices.strategy, defaults.strategy, options.strategy);
  const StrategyInfo* const strategy = find_strategy(options.strategy);
  const bool is_sampled = strategy != nullptr && strategy->is_sampled;
  options.schedules_max =
      first(choices.schedules, defaults.schedules, is_sampled ? kSamplesDefault : kSearchDefault);
  options.parameters.seed = first(choices.seed, defaults.seed, options.parameters.seed);
  options.parameters.preemptions_max =
      choices.preemptions ? choices.preemptions : defaults.preemptions;
  options.parameters.depth = choices.depth ? choices.depth : defaults.depth;
  if (defaults.schedule) options.parameters.schedule.choices = *defaults.schedule;
  options.counts_outcomes = !is_sampled;
  options.execute = program.default_options();
  // Litmus tests are scripts: what is plain there is meant to be seen. In everything else, most of
  // what is shared memory is nobody else's business (a stack, for one).
  const bool is_script = program.repro_base().kind == core::ProgramKind::Script;
  options.execute.points = first(choices.points, defaults.points,
                                 is_script ? core::PointMode::All : core::PointMode::Shared);
  // What is nobody else's business has one answer, and costs a search by classes no executions.
  if (options.strategy == "exhaustive" && !options.parameters.preemptions_max) {
    options.execute.points = core::PointMode::All;
    options.parameters.reads_from = {
        .final_memory = is_script,
        .call_order = scenario != nullptr && scenario->checks.linearizability.has_value()};
  }
  if (scenario != nullptr && scenario->faults) {
    options.parameters.faults = scenario->faults;
    options.execute.faults = core::faults_of(*scenario->faults);
  }
  options.parameters.reads_from.punctual_timeouts = !options.execute.faults.early_timeouts;
  if (choices.steps) options.execute.steps_max = *choices.steps;
  if (choices.instructions) options.execute.instructions_max = *choices.instructions;
  options.execute.collects_always = choices.collects_always;
  options.execute.checks_races = choices.checks_races;
  return options;
}

core::Result<reports::ExploreReport> explore(const Program& program, const CampaignOptions& options,
                                             const CampaignHooks& hooks) {
  return Campaign(program, options, hooks).run();
}

}  // namespace heddle::harness
