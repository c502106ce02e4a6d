// ScriptThread: one thread of a script: it runs commands, in order, on an agent.
//
// Spec: interpreter/README "Scripts", and the threads proposal's `thread` and `wait`. Invariants:
//   1. A command that fails is recorded and the next one runs.
//   2. Every command starts at most once in an execution, so assertions that were never reached
//   (the
//      execution deadlocked or hit a limit) can be counted by subtraction.
//   3. A thread ends after all threads that it started: those without `wait` are joined at its end.
#pragma once

#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/execution.hpp"
#include "engine/exec/machine.hpp"
#include "harness/run/language.hpp"
#include "harness/run/script_checks.hpp"
#include "harness/run/script_names.hpp"
#include "wast/script.hpp"

namespace heddle::harness {

// A script with all its modules prepared, nested ones included. Keys are the commands' addresses:
// only looked up, never iterated over.
struct PreparedScript {
  wast::Script script;
  Language language;
  std::string name;  // the file's name without folders: what places of findings begin with
  std::map<const wast::ModuleCommand*, PreparedModule> modules;
  std::uint64_t assertion_count = 0;
  std::vector<std::size_t> line_ends;  // offsets: a script may fail as often as it has lines

  PreparedScript(wast::Script parsed, const Language& its_language);

  [[nodiscard]] std::size_t line_of(const wast::Command& command) const;
};

// What all threads of one execution write to. They run one at a time.
struct ScriptRun {
  const PreparedScript& prepared;
  core::AssertionCounts counts;  // `skipped` is for the caller
  std::uint64_t assertions_run = 0;
  std::vector<core::Finding> findings;
};

class ScriptThread {
 public:
  ScriptThread(ScriptRun& run, engine::Agent& agent, ScriptNames names)
      : run_(run), agent_(agent), names_(std::move(names)) {}

  void run(std::span<const wast::Command> commands);

 private:
  // A thread that could not be started has no agent; waiting for it does nothing.
  using Child = std::optional<core::AgentId>;

  void run(const wast::Command& command);
  Check execute(const wast::ModuleCommand& command);
  Check execute(const wast::InstanceCommand& command);
  Check execute(const wast::RegisterCommand& command);
  Check execute(const wast::Action& command);
  Check execute(const wast::AssertReturn& command);
  Check execute(const wast::AssertTrap& command);
  Check execute(const wast::AssertExhaustion& command);
  Check execute(const wast::AssertException& command);
  Check execute(const wast::AssertSuspension& command);
  Check execute(const wast::AssertMalformed& command);
  Check execute(const wast::AssertInvalid& command);
  Check execute(const wast::AssertMalformedCustom& command);
  Check execute(const wast::AssertInvalidCustom& command);
  Check execute(const wast::AssertUnlinkable& command);
  Check execute(const wast::ThreadCommand& command);
  Check execute(const wast::WaitCommand& command);
  Check execute(const wast::ScriptCommand& command);
  Check execute(const wast::InputCommand& command);
  Check execute(const wast::OutputCommand& command);

  // What came of an action, or the reason why it could not be tried.
  using Performed = std::expected<core::Outcome, Problem>;
  Performed perform(const wast::Action& action);
  Performed perform(const wast::Invoke& invoke);
  Performed perform(const wast::Get& get);
  // Performs, then asks `check` about the outcome.
  template <typename Condition>
  Check check_action(const wast::Action& action, const Condition& check);
  // Of a module: instantiates it.
  template <typename Condition>
  Check check_subject(const std::variant<wast::Action, wast::ModuleCommand>& subject,
                      const Condition& check);
  // An annotation or custom section may be found wrong by the parser or the validator.
  Check check_custom(const wast::ModuleCommand& module, ModuleStage stage,
                     std::string_view message);

  std::expected<engine::ExternValue, Problem> find_export(const std::optional<std::string>& module,
                                                          const std::string& name,
                                                          engine::ExternKind kind) const;
  [[nodiscard]] const PreparedModule& prepared(const wast::ModuleCommand& command) const;
  core::Result<engine::Instantiation> instantiate(const PreparedModule& module);
  Check instantiate_and_bind(const PreparedModule& module, const std::optional<std::string>& name);

  Check start(const wast::ThreadCommand& command);
  void record(const wast::Command& command, Problem problem);

  ScriptRun& run_;
  engine::Agent& agent_;
  ScriptNames names_;
  std::map<std::string, Child, std::less<>> children_;
  Child last_child_;
  std::uint64_t children_started_ = 0;
  std::vector<core::AgentId> unjoined_;
};

}  // namespace heddle::harness
