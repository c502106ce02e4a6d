// Panel: the judges that a program asks for, made once and asked after every execution.
//
// The first finding names the failure (core::Verdict::signature), so the order is part of what a
// panel is: data races, assertions, traps, lost wake-ups, deadlock, livelock, linearizability,
// atomicity, limits. Races come first: what a program with races does is anybody's guess, and the
// other failures may be nothing but their consequences.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/execution.hpp"
#include "core/verdict.hpp"
#include "harness/check/data_race.hpp"
#include "harness/check/judge.hpp"
#include "harness/check/linearizability_judge.hpp"
#include "harness/check/lost_wakeup.hpp"

namespace heddle::harness {

// Assertions and limits are always looked at.
struct PanelOptions {
  bool traps = true;  // an agent that ends with a trap has failed
  bool deadlock = true;
  bool livelock = true;
  bool lost_wakeups = false;          // before deadlocks, which they only explain otherwise
  bool races = false;                 // of executions that do not ask for it themselves
  std::vector<std::string> atomic{};  // functions whose calls must be atomic
};

class Panel {
 public:
  explicit Panel(const PanelOptions& options,
                 std::unique_ptr<LinearizabilityJudge> linearizability = nullptr);

  [[nodiscard]] core::Verdict judge(const core::Execution& execution) const;

 private:
  bool checks_races_;
  bool explains_deadlocks_;
  DataRaceJudge races_;
  LostWakeupJudge lost_wakeups_;
  std::vector<std::unique_ptr<const Judge>> judges_;
};

// What there is, for users: the words for `check` with what they mean.
struct JudgeInfo {
  std::string_view check;  // in a scenario
  std::string_view rule;   // of its findings
  std::string_view about;
};
[[nodiscard]] const std::vector<JudgeInfo>& known_judges();

}  // namespace heddle::harness
