#include "harness/run/execute_body.hpp"

#include <algorithm>

#include "harness/run/observation.hpp"

namespace heddle::harness {

core::Execution execute_body(core::Chooser& chooser, const ExecuteOptions& options,
                             const core::Digest& program, const engine::AgentBody& body) {
  engine::MachineOptions machine_options;
  machine_options.steps_max = options.recording == core::Recording::Full
                                  ? std::min(options.steps_max, kRecordedStepsMax)
                                  : options.steps_max;
  machine_options.instructions_max = options.instructions_max;
  machine_options.should_stop = options.should_stop;
  machine_options.recording = options.recording;
  machine_options.points = options.points;
  machine_options.shared = options.shared;
  machine_options.faults = options.faults;
  machine_options.blocks_spinners = options.blocks_spinners;
  machine_options.backtraces_at = options.backtraces_at;
  if (options.collects_always) {
    machine_options.collections = engine::Collections::AtEveryAllocation;
  }
  engine::Machine machine(machine_options, chooser);
  core::Execution execution = machine.run("main", body);
  execution.schedule.program = program;
  execution.checks_races = (options.checks_races || options.points == core::PointMode::Sync) &&
                           options.recording == core::Recording::Full;
  if (options.wants_observation) execution.observation = observe(execution, machine.store());
  return execution;
}

bool was_interrupted(const core::Execution& execution) {
  return execution.hit_limit && execution.limit == engine::kInterrupted;
}

}  // namespace heddle::harness
