#include "harness/run/scenario_program.hpp"

#include <fmt/format.h>

#include <utility>

#include "engine/exec/machine.hpp"
#include "harness/models/models.hpp"
#include "harness/run/execute_body.hpp"
#include "harness/run/files.hpp"
#include "harness/run/host_modules.hpp"
#include "harness/run/initialize.hpp"
#include "scenarios/resolve.hpp"

namespace heddle::harness {

namespace {

using Step = ScenarioProgram::Step;

// One execution: what its agents share.
class ScenarioRun {
 public:
  ScenarioRun(const scenarios::Scenario& scenario, const PreparedModule& module)
      : scenario_(scenario), module_(module) {}

  void main(engine::Agent& agent, const std::vector<Step>& setup,
            const std::vector<std::vector<Step>>& processes, const std::vector<Step>& finally) {
    if (!make_instances(agent) || !run(agent, 0, setup)) return;
    std::vector<core::AgentId> spawned;
    for (std::size_t i = 0; i < processes.size(); ++i) {
      spawned.push_back(agent.spawn(
          scenario_.processes[i].name,
          [this, i, &steps = processes[i]](engine::Agent& self) { run(self, i + 1, steps); }));
    }
    for (const core::AgentId child : spawned) agent.join(child);
    run(agent, 0, finally);
  }

  std::vector<core::Finding> take_findings() { return std::move(findings_); }

 private:
  bool make_instances(engine::Agent& agent) {
    HostModules& host = host_.emplace(agent.store());
    host.add_imports_of(module_);
    host.add_shared_memories_of(module_);
    const bool is_one = scenario_.instances == scenarios::Instances::One;
    const std::size_t count = is_one ? 1 : 1 + scenario_.processes.size();
    while (instances_.size() < count) {
      const auto made = agent.instantiate(module_.code, host.resolver());
      if (!made || made->outcome.kind != core::OutcomeKind::Returned) {
        agent.set_outcome(made ? made->outcome
                               : core::Outcome{.kind = core::OutcomeKind::Trapped,
                                               .values = {},
                                               .message = made.error().message});
        return false;
      }
      instances_.push_back(made->instance);
      if (!initialize(agent, *made->instance, module_)) return false;
    }
    return true;
  }

  // Of main (0) or a process (from 1).
  engine::Instance& instance_of(std::size_t process) const {
    return *instances_[instances_.size() == 1 ? 0 : process];
  }

  // False: a call did not return.
  bool run(engine::Agent& agent, std::size_t process, const std::vector<Step>& steps) {
    for (const Step& step : steps) {
      core::Outcome outcome =
          agent.invoke(*instance_of(process).functions[step.function], step.arguments,
                       {.function = step.call->function, .operation = step.call->operation});
      if (outcome.kind != core::OutcomeKind::Returned) {
        agent.set_outcome(std::move(outcome));
        return false;
      }
      if (step.returns && outcome.values != *step.returns && scenario_.checks.assertions) {
        add_finding(step, outcome.values);
      }
    }
    return true;
  }

  void add_finding(const Step& step, const std::vector<core::Value>& values) {
    const auto list = [](const std::vector<core::Value>& items) {
      std::string text;
      for (const core::Value& item : items) text += (text.empty() ? "" : " ") + to_string(item);
      return text.empty() ? "no results" : text;
    };
    core::Finding finding;
    finding.rule = "assertion";
    finding.expected = list(*step.returns);
    finding.actual = list(values);
    finding.message = fmt::format("{}: expected {}, got {}", step.call->function, finding.expected,
                                  finding.actual);
    finding.place = scenarios::place_of(*step.call);
    findings_.push_back(std::move(finding));
  }

  const scenarios::Scenario& scenario_;
  const PreparedModule& module_;
  std::optional<HostModules> host_;  // as long as threads may be spawned
  std::vector<engine::Instance*> instances_;
  std::vector<core::Finding> findings_;
};

core::Digest digest_of(const scenarios::Scenario& scenario, const Language& language) {
  core::Digester digester;
  digester.add_text(scenario.text + digest_text(language));
  for (const auto& [name, bytes] : scenario.files) {
    digester.add_text(name);
    digester.add_text(bytes);
  }
  return digester.finish();
}

std::vector<OperationSpec> operations_of(const scenarios::Scenario& scenario) {
  std::vector<OperationSpec> operations;
  for (const scenarios::SpecOperation& operation : scenario.operations) {
    operations.push_back({.name = operation.name,
                          .arguments = operation.arguments,
                          .has_result = operation.has_result});
  }
  return operations;
}

// Errors of the model have no span: they are the scenario's.
core::Result<std::unique_ptr<LinearizabilityJudge>> make_judge(
    const scenarios::Scenario& scenario) {
  if (!scenario.checks.linearizability) return nullptr;
  const scenarios::Linearizability& check = *scenario.checks.linearizability;
  InitialState initial;
  if (check.initial) {
    initial.value = {*check.initial};
    if (core::Data().integer_of(initial.value) != check.initial) {
      return core::make_error("the initial state is too large a number", check.span);
    }
  }
  auto model = make_model(check.model, initial);
  if (!model) return core::make_error(model.error().message, check.span);
  std::vector<OperationSpec> operations = operations_of(scenario);
  for (const OperationSpec& operation : operations) {
    const auto known = check_operation(**model, operation.name, operation.arguments.size());
    if (!known) return core::make_error(known.error().message, check.span);
  }
  return std::make_unique<LinearizabilityJudge>(*std::move(model), operations);
}

std::uint32_t function_index(const engine::Module& module, std::string_view name) {
  for (const engine::Export& item : module.exports) {
    if (item.kind == engine::ExternKind::Function && item.name == name) return item.index;
  }
  std::unreachable();  // scenarios::resolve has found it
}

std::vector<core::Value> values_of(const std::vector<scenarios::Literal>& literals) {
  std::vector<core::Value> values;
  values.reserve(literals.size());
  for (const scenarios::Literal& literal : literals) {
    values.push_back(std::get<core::Value>(literal.value));
  }
  return values;
}

}  // namespace

core::Result<std::unique_ptr<Program>> ScenarioProgram::make(scenarios::Scenario scenario,
                                                             const Language& language) {
  PreparedModule module = prepare_file(scenario.module, language.features);
  if (module.stage != ModuleStage::Ready) return std::unexpected(std::move(module.error));
  HEDDLE_TRY(scenarios::resolve(scenario, module.code->module()));
  HEDDLE_TRY(check_linkable(module, true));
  HEDDLE_LET(std::unique_ptr<LinearizabilityJudge> judge, make_judge(scenario));
  return std::unique_ptr<Program>(
      new ScenarioProgram(std::move(scenario), std::move(module), std::move(judge), language));
}

ScenarioProgram::ScenarioProgram(scenarios::Scenario scenario, PreparedModule module,
                                 std::unique_ptr<LinearizabilityJudge> judge,
                                 const Language& language)
    : scenario_(std::move(scenario)),
      module_(std::move(module)),
      operations_(operations_of(scenario_)),
      language_(language),
      name_(base_name(scenario_.file)),
      digest_(digest_of(scenario_, language)),
      panel_({.traps = scenario_.checks.traps,
              .deadlock = scenario_.checks.deadlock,
              .livelock = scenario_.checks.livelock,
              .lost_wakeups = scenario_.checks.lost_wakeups,
              .races = scenario_.checks.races,
              .atomic = scenario_.checks.atomic},
             std::move(judge)) {
  setup_ = prepare_steps(scenario_.setup);
  for (const scenarios::Process& process : scenario_.processes) {
    processes_.push_back(prepare_steps(process.operations));
  }
  finally_ = prepare_steps(scenario_.finally);
}

std::vector<Step> ScenarioProgram::prepare_steps(
    const std::vector<scenarios::CallStep>& calls) const {
  std::vector<Step> steps;
  for (const scenarios::CallStep& call : calls) {
    Step& step = steps.emplace_back();
    step.call = &call;
    step.function = function_index(module_.code->module(), call.function);
    step.arguments = values_of(call.arguments);
    if (call.returns) step.returns = values_of(*call.returns);
  }
  return steps;
}

core::Execution ScenarioProgram::execute(core::Chooser& chooser,
                                         const ExecuteOptions& options) const {
  ScenarioRun run(scenario_, module_);
  core::Execution execution = execute_body(
      chooser, options, digest_,
      [&run, this](engine::Agent& agent) { run.main(agent, setup_, processes_, finally_); });
  execution.findings = run.take_findings();
  return execution;
}

// Once nothing goes wrong any more, everything must end before the limit of steps.
core::Verdict ScenarioProgram::judge(const core::Execution& execution) const {
  core::Verdict verdict = panel_.judge(execution);
  const std::uint64_t quiet_after = scenario_.faults ? scenario_.faults->quiet_after : 0;
  const bool has_run_out_of_steps = execution.hit_limit && execution.limit.ends_with(" steps");
  if (quiet_after == 0 || !has_run_out_of_steps || execution.steps <= quiet_after) return verdict;
  core::Finding finding;
  finding.rule = "liveness";
  finding.message = fmt::format("not everything has ended within {} steps without faults",
                                execution.steps - quiet_after);
  verdict.join(core::Verdict::fail(std::move(finding)));
  return verdict;
}

bool ScenarioProgram::judges_events() const {
  const scenarios::Checks& checks = scenario_.checks;
  return checks.linearizability.has_value() || checks.races || checks.lost_wakeups ||
         !checks.atomic.empty();
}

ExecuteOptions ScenarioProgram::default_options() const {
  ExecuteOptions options;
  options.steps_max = scenario_.limits.steps.value_or(options.steps_max);
  options.instructions_max = scenario_.limits.instructions.value_or(options.instructions_max);
  return options;
}

core::Repro ScenarioProgram::repro_base() const {
  core::Repro repro;
  repro.kind = core::ProgramKind::Scenario;
  set_language(repro, language_);
  repro.name = name_;
  repro.program = scenario_.text;
  repro.files = scenario_.files;
  return repro;
}

}  // namespace heddle::harness
