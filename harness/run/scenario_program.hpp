// ScenarioProgram: a scenario as a Program. docs/formats/scenario.md says what it means.
//
// Agent 0, `main`, makes all instances, runs the set-up calls, spawns one agent for each process,
// joins them and runs the `finally` calls. Invariants:
//   1. Instances are made before anything is concurrent, so initialising a shared memory is never a
//      race; each finds the memory as the one before has left it.
//   2. An agent stops at its first call that does not return; how the call ended is the agent's
//      outcome.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "harness/run/language.hpp"
#include "harness/run/panel.hpp"
#include "harness/run/prepared_module.hpp"
#include "harness/run/program.hpp"
#include "scenarios/scenario.hpp"

namespace heddle::harness {

class ScenarioProgram final : public Program {
 public:
  // Errors: the module, the calls (do they fit it?), the model and its operations.
  [[nodiscard]] static core::Result<std::unique_ptr<Program>> make(scenarios::Scenario scenario,
                                                                   const Language& language = {});

  [[nodiscard]] core::Execution execute(core::Chooser& chooser,
                                        const ExecuteOptions& options) const override;
  [[nodiscard]] core::Verdict judge(const core::Execution& execution) const override;
  [[nodiscard]] bool judges_events() const override;
  [[nodiscard]] core::Digest digest() const override { return digest_; }
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] ExecuteOptions default_options() const override;
  [[nodiscard]] const scenarios::Scenario* scenario() const override { return &scenario_; }
  [[nodiscard]] std::span<const OperationSpec> operations() const override { return operations_; }
  [[nodiscard]] core::Repro repro_base() const override;

  // A call with all that is known before an execution.
  struct Step {
    const scenarios::CallStep* call = nullptr;
    std::uint32_t function = 0;  // in the module
    std::vector<core::Value> arguments;
    std::optional<std::vector<core::Value>> returns;
  };

 private:
  ScenarioProgram(scenarios::Scenario scenario, PreparedModule module,
                  std::unique_ptr<LinearizabilityJudge> judge, const Language& language);

  [[nodiscard]] std::vector<Step> prepare_steps(
      const std::vector<scenarios::CallStep>& calls) const;

  scenarios::Scenario scenario_;
  PreparedModule module_;
  std::vector<Step> setup_;
  std::vector<std::vector<Step>> processes_;
  std::vector<Step> finally_;
  std::vector<OperationSpec> operations_;
  Language language_;
  std::string name_;
  core::Digest digest_;
  Panel panel_;
};

}  // namespace heddle::harness
