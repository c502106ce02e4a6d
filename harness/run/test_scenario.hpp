// test_scenario: does a scenario give the verdict that it declares? What `heddle test` does.
//
// A scenario that expects to pass must do so under all schedules explored; one that expects a
// failure must fail, by that rule, and if it declares a number of preemptions, its shrunk schedule
// must have that many.
#pragma once

#include <string>

#include "core/result.hpp"
#include "harness/run/campaign.hpp"

namespace heddle::harness {

struct ScenarioResult {
  bool is_as_expected = false;
  bool is_unknown = false;  // not as expected, but only because a limit was reached
  bool was_interrupted = false;
  std::string message;  // one line
  reports::ExploreReport report;
};

// `program.scenario()` is not null. Repros are written only for failures that are not expected.
[[nodiscard]] core::Result<ScenarioResult> test_scenario(const Program& program,
                                                         const CampaignOptions& options,
                                                         const CampaignHooks& hooks = {});

}  // namespace heddle::harness
