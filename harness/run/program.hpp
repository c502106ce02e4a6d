// Program: anything that can be executed under a Chooser: a script, a scenario, a module with a
// call.
//
// Parsing, validating and compiling happen once, when the program is made; execute() can then be
// called any number of times, and two calls with the same choices give equal traces (Law 1).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/choice.hpp"
#include "core/digest.hpp"
#include "core/execution.hpp"
#include "core/faults.hpp"
#include "core/points.hpp"
#include "core/repro.hpp"
#include "core/result.hpp"
#include "core/verdict.hpp"
#include "harness/check/history_of.hpp"

namespace heddle::scenarios {
struct Scenario;
}

namespace heddle::harness {

struct ExecuteOptions {
  std::uint64_t steps_max = 1'000'000;                // visible actions
  std::uint64_t instructions_max = 1'000'000'000;     // back edges and calls
  core::Recording recording = core::Recording::Full;  // judges see what is kept
  bool collects_always = false;                       // garbage, at every allocation
  bool wants_observation = false;                     // fill in Execution::observation
  bool checks_races = false;  // judge data races, as is done in any case with PointMode::Sync
  // What is left to the schedule: core/points.hpp, core/faults.hpp. They belong to a schedule, as
  // the program does.
  core::PointMode points = core::PointMode::All;
  std::shared_ptr<const core::SharedLocations> shared;  // of Shared; null: nothing
  core::Faults faults;
  bool blocks_spinners = true;               // see engine::MachineOptions
  std::vector<core::EventId> backtraces_at;  // fill in Execution::backtraces; in order
  // Asked now and then; once true, the execution ends as at a limit. Whether it did is said by
  // was_interrupted.
  std::function<bool()> should_stop = [] { return false; };
};

// More steps than this are not recorded in full, whatever the options say: each takes about 80
// bytes.
inline constexpr std::uint64_t kRecordedStepsMax = 20'000'000;

// Whether ExecuteOptions::should_stop has ended it.
[[nodiscard]] bool was_interrupted(const core::Execution& execution);

class Program {
 public:
  virtual ~Program() = default;

  // Runs once. Execution::schedule.program is set to digest(). A script that cannot be run (an
  // unknown name in a command, a module that does not validate where none of this is asserted) has
  // that as a finding with rule "script".
  [[nodiscard]] virtual core::Execution execute(core::Chooser& chooser,
                                                const ExecuteOptions& options) const = 0;

  // What an execution of this program means: the judges that this program asks for, joined.
  [[nodiscard]] virtual core::Verdict judge(const core::Execution& execution) const = 0;

  // Whether `judge` looks at events. If not, executions whose events are not kept
  // (ExecuteOptions::recording) are judged alike.
  [[nodiscard]] virtual bool judges_events() const { return true; }

  // Identifies the program's text and everything it needs.
  [[nodiscard]] virtual core::Digest digest() const = 0;

  // For messages: the file's name.
  [[nodiscard]] virtual const std::string& name() const = 0;

  // What execute() is given unless the user says otherwise.
  [[nodiscard]] virtual ExecuteOptions default_options() const { return {}; }

  // What the program was made from, if it was a scenario: expectations and defaults for exploring.
  [[nodiscard]] virtual const scenarios::Scenario* scenario() const { return nullptr; }

  // What calls mean, by Call::operation: history_of projects executions with it. Empty: the program
  // does not say.
  [[nodiscard]] virtual std::span<const OperationSpec> operations() const { return {}; }

  // The program part of a repro: kind, name, program, files, invoke.
  [[nodiscard]] virtual core::Repro repro_base() const = 0;
};

}  // namespace heddle::harness
