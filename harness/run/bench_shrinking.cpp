#include "harness/run/bench_shrinking.hpp"

#include <chrono>
#include <filesystem>
#include <string>
#include <utility>

#include "core/check.hpp"
#include "core/recycle.hpp"
#include "harness/run/campaign.hpp"
#include "harness/run/replay_program.hpp"
#include "harness/run/session.hpp"
#include "scenarios/scenario.hpp"

namespace heddle::harness {

namespace {

using Clock = std::chrono::steady_clock;

// The scenario speaks of one failure only, by its rule.
std::optional<std::uint64_t> preemptions_needed(const Program& program, std::string_view rule) {
  const scenarios::Scenario* const scenario = program.scenario();
  if (scenario == nullptr || !scenario->expected_failure) return std::nullopt;
  if (to_string(*scenario->expected_failure) != rule) return std::nullopt;
  return scenario->preemptions;
}

void shrink(const Program& program, const core::Execution& found, const ExecuteOptions& options,
            const std::function<bool()>& should_stop, reports::ShrinkingRow& row) {
  const core::Signature signature = program.judge(found).signature();
  row.rule = signature.rule;
  row.preemptions_found = found.preemptions;
  row.steps_found = found.steps;
  row.preemptions_needed = preemptions_needed(program, row.rule);
  const Clock::time_point begin = Clock::now();
  const auto shrunk = shrink_failure(program, found, signature, options, should_stop);
  row.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  HEDDLE_CHECK(shrunk.has_value() || should_stop());
  if (!shrunk) return;
  row.preemptions_shrunk = shrunk->preemptions;
  row.steps_shrunk = shrunk->execution.steps;
  row.attempts = shrunk->attempts;
}

core::Result<reports::ShrinkingRow> measure(const Program& program, const BenchOptions& options,
                                            const std::string& strategy, std::uint64_t seed,
                                            const std::function<bool()>& should_stop) {
  reports::ShrinkingRow row{.strategy = strategy, .seed = seed};
  row.program = std::filesystem::path(program.name()).stem().string();
  CampaignOptions campaign =
      campaign_defaults(program, {.strategy = strategy, .seed = seed, .points = options.points});
  campaign.execute.should_stop = should_stop;
  HEDDLE_LET(Session session, Session::make(program, {.strategy = strategy,
                                                      .parameters = campaign.parameters,
                                                      .execute = campaign.execute}));
  while (row.schedules < options.schedules_max) {
    std::optional<core::Execution> execution = session.next(options.schedules_max);
    if (!execution) break;
    ++row.schedules;
    if (program.judge(*execution).kind == core::VerdictKind::Fail) {
      shrink(program, *execution, session.options(), should_stop, row);
      break;
    }
    core::recycle(*execution);
  }
  return row;
}

}  // namespace

core::Result<std::vector<reports::ShrinkingRow>> bench_shrinking(
    const Program& program, const BenchOptions& options, const std::function<bool()>& should_stop) {
  std::vector<reports::ShrinkingRow> rows;
  for (const std::string& strategy : options.strategies) {
    for (std::uint64_t seed = 1; seed <= options.trials && !should_stop(); ++seed) {
      HEDDLE_LET(reports::ShrinkingRow row, measure(program, options, strategy, seed, should_stop));
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

}  // namespace heddle::harness
