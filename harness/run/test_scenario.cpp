#include "harness/run/test_scenario.hpp"

#include <fmt/format.h>

#include <utility>

#include "core/check.hpp"
#include "scenarios/scenario.hpp"

namespace heddle::harness {

namespace {

std::string preemptions(std::uint64_t count) {
  return fmt::format("{} preemption{}", count, count == 1 ? "" : "s");
}

// Of a scenario that expects to fail.
void compare_failure(const scenarios::Scenario& scenario, ScenarioResult& result) {
  const std::string_view rule = to_string(*scenario.expected_failure);
  if (result.report.failures.empty()) {
    result.message = fmt::format("expected a failure ({}), found none in {} schedules", rule,
                                 result.report.schedules);
    return;
  }
  const reports::ExploreFailure& failure = result.report.failures.front();
  if (failure.signature.rule != rule) {
    result.message = fmt::format("expected a failure ({}), found another: {}: {}", rule,
                                 to_string(failure.signature), failure.message);
    return;
  }
  if (scenario.preemptions && failure.preemptions_shrunk != *scenario.preemptions) {
    result.message = fmt::format("expected a failure with {}, the smallest found has {}",
                                 preemptions(*scenario.preemptions), failure.preemptions_shrunk);
    return;
  }
  result.is_as_expected = true;
  result.message = fmt::format("fails as expected: {}, schedule {}, {}", rule,
                               failure.schedule_number, preemptions(failure.preemptions_shrunk));
}

void compare_pass(ScenarioResult& result) {
  const reports::ExploreReport& report = result.report;
  switch (reports::verdict_of(report)) {
    case core::VerdictKind::Pass:
      result.is_as_expected = true;
      result.message = fmt::format("passes as expected: {} schedules{}", report.schedules,
                                   report.is_complete ? ", which are all" : "");
      return;
    case core::VerdictKind::Unknown:
      result.message = fmt::format("expected to pass, but it is not known: {}",
                                   report.cut_short.empty()
                                       ? fmt::format("{} schedules hit a limit", report.unfinished)
                                       : report.cut_short);
      return;
    case core::VerdictKind::Fail:
      result.message =
          fmt::format("expected to pass, but: {}: {}", to_string(report.failures.front().signature),
                      report.failures.front().message);
      return;
  }
}

}  // namespace

core::Result<ScenarioResult> test_scenario(const Program& program, const CampaignOptions& options,
                                           const CampaignHooks& hooks) {
  HEDDLE_CHECK(program.scenario() != nullptr);
  const scenarios::Scenario& scenario = *program.scenario();
  CampaignOptions campaign = options;
  if (scenario.expected_failure) campaign.repro_dir.clear();
  ScenarioResult result;
  HEDDLE_LET(result.report, explore(program, campaign, hooks));
  if (scenario.expected_failure) {
    compare_failure(scenario, result);
  } else {
    compare_pass(result);
  }
  result.is_unknown =
      !result.is_as_expected && reports::verdict_of(result.report) == core::VerdictKind::Unknown;
  // Nothing was found, or what was expected, but not in its smallest form.
  const bool may_be_as_expected =
      result.report.failures.empty() ||
      (scenario.expected_failure &&
       result.report.failures.front().signature.rule == to_string(*scenario.expected_failure));
  result.was_interrupted = !result.is_as_expected && may_be_as_expected && hooks.should_stop();
  return result;
}

}  // namespace heddle::harness
