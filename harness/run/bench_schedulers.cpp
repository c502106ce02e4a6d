#include "harness/run/bench_schedulers.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>

#include "core/recycle.hpp"
#include "harness/run/campaign.hpp"
#include "harness/run/session.hpp"

namespace heddle::harness {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::array kGoals{
    BenchGoal{"reorder_3", "surw", 7},     BenchGoal{"reorder_3", "pct", 19},
    BenchGoal{"reorder_5", "pos", 52},     BenchGoal{"reorder_10", "surw", 17},
    BenchGoal{"reorder_10", "pct", 865},   BenchGoal{"reorder_20", "surw", 20},
    BenchGoal{"reorder_100", "surw", 194}, BenchGoal{"twostage_20", "surw", 6},
    BenchGoal{"twostage_20", "pos", 53},   BenchGoal{"twostage_100", "surw", 454},
};

// Sums over all schedules of a program.
struct Sums {
  std::uint64_t schedules = 0;
  std::uint64_t events = 0;
  std::uint64_t points = 0;
};

class Trial {
 public:
  Trial(const Program& program, const BenchOptions& options, Sums& sums)
      : program_(program), options_(options), sums_(sums) {}

  // Whether a failure was found, and after how many schedules.
  core::Result<bool> run(const std::string& strategy, std::uint64_t seed,
                         const std::function<bool()>& should_stop) {
    CampaignOptions campaign = campaign_defaults(
        program_, {.strategy = strategy, .seed = seed, .points = options_.points});
    campaign.execute.should_stop = should_stop;
    if (!program_.judges_events()) campaign.execute.recording = core::Recording::Nothing;
    HEDDLE_LET(Session session, Session::make(program_, {.strategy = strategy,
                                                         .parameters = campaign.parameters,
                                                         .execute = campaign.execute}));
    schedules = 0;
    while (schedules < options_.schedules_max) {
      std::optional<core::Execution> execution = session.next(options_.schedules_max);
      if (!execution) return false;
      ++schedules;
      ++sums_.schedules;
      sums_.events += execution->steps;
      sums_.points += execution->schedule.choices.size();
      const bool has_failed = program_.judge(*execution).kind == core::VerdictKind::Fail;
      core::recycle(*execution);
      if (has_failed) return true;
    }
    return false;
  }

  std::uint64_t schedules = 0;  // of the last run

 private:
  const Program& program_;
  const BenchOptions& options_;
  Sums& sums_;
};

}  // namespace

std::span<const BenchGoal> bench_goals() { return kGoals; }

core::Result<reports::BenchRow> bench_schedulers(const Program& program,
                                                 const BenchOptions& options,
                                                 const std::function<bool()>& should_stop) {
  reports::BenchRow row;
  row.program = std::filesystem::path(program.name()).stem().string();
  Sums sums;
  Trial trial(program, options, sums);
  for (const std::string& strategy : options.strategies) {
    reports::BenchCell cell{.strategy = strategy};
    for (const BenchGoal& goal : kGoals) {
      if (goal.program == row.program && goal.strategy == strategy) cell.goal = goal.schedules;
    }
    const Clock::time_point begin = Clock::now();
    for (std::uint64_t seed = 1; seed <= options.trials && !should_stop(); ++seed) {
      HEDDLE_LET(const bool has_failed, trial.run(strategy, seed, should_stop));
      cell.found += static_cast<std::uint64_t>(has_failed);
      cell.schedules.push_back(has_failed ? trial.schedules : options.schedules_max);
    }
    cell.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    row.cells.push_back(std::move(cell));
  }
  const auto schedules = static_cast<double>(std::max<std::uint64_t>(sums.schedules, 1));
  row.events_mean = static_cast<double>(sums.events) / schedules;
  row.points_mean = static_cast<double>(sums.points) / schedules;
  return row;
}

}  // namespace heddle::harness
