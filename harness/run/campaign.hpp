// Campaign: many executions of one program under one strategy, and what came of them.
//
// For the first failure of each signature, in this order: its repro is written (whatever happens
// later, the schedule is on disk), it is executed again under strict replay and must give the same
// trace (otherwise Heddle itself is broken: NotDeterministic), it is shrunk, and the repro is
// replaced by the smaller one.
//
// Divided into shards, it runs the same executions as undivided, each in one shard (session.hpp).
//
// Except for `seconds`, and where it was interrupted or ran out of time, a report depends only on
// the program and the options.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "harness/explore/make_strategy.hpp"
#include "harness/run/program.hpp"
#include "harness/run/shard.hpp"
#include "reports/explore_report.hpp"

namespace heddle::harness {

struct CampaignOptions {
  std::string strategy = "portfolio";
  StrategyOptions parameters{.seed = 1};
  Shard shard;
  std::size_t workers = 1;               // threads of the system; reports do not depend on them
  std::uint64_t schedules_max = 10'000;  // 0: no limit; of all shards together
  std::optional<double> seconds_max;
  bool keep_going = false;  // after the first failure
  bool shrinks = true;
  bool counts_outcomes = false;  // ExploreReport::outcomes: takes time
  bool covers = true;            // ExploreReport::coverage: likewise
  bool until_saturated = false;  // ends when more schedules find nothing new (Discovery)
  std::string repro_dir;         // empty: no repros are written
  ExecuteOptions execute;
};

// What the user has chosen; the rest is the scenario's choice, or Heddle's.
struct CampaignChoices {
  std::optional<std::string> strategy;
  std::optional<std::uint64_t> schedules;
  std::optional<std::uint64_t> seed;
  std::optional<std::uint64_t> preemptions;
  std::optional<std::uint64_t> depth;
  std::optional<core::PointMode> points;
  std::optional<std::uint64_t> steps;
  std::optional<std::uint64_t> instructions;
  bool collects_always = false;
  bool checks_races = false;
};
[[nodiscard]] CampaignOptions campaign_defaults(const Program& program,
                                                const CampaignChoices& choices = {});

// What is said of a campaign while it runs.
struct CampaignProgress {
  std::uint64_t schedules = 0;
  std::uint64_t schedules_max = 0;
  std::uint64_t estimate = 0;  // schedules in all, of a search; 0: nobody knows
  std::uint64_t failures = 0;
  bool is_shrinking = false;  // a failure, rather than looking for the next
  double seconds = 0;
};

struct CampaignHooks {
  // Asked before each execution.
  std::function<bool()> should_stop = [] { return false; };
  // Called after each execution.
  std::function<void(const CampaignProgress&)> on_progress = [](const CampaignProgress&) {};
};

// What ExploreReport::cut_short says of a campaign that should_stop has ended.
inline constexpr std::string_view kInterrupted = "interrupted";

// Law 1 does not hold: one schedule gave two traces. A bug of Heddle's own.
class NotDeterministic : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

// Errors: an unknown strategy, or one that cannot be divided into shards. A repro that cannot be
// written is no reason to lose the failure: see ExploreReport::repro_error.
[[nodiscard]] core::Result<reports::ExploreReport> explore(const Program& program,
                                                           const CampaignOptions& options,
                                                           const CampaignHooks& hooks = {});

}  // namespace heddle::harness
