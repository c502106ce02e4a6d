#include "harness/run/script_thread.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/run/arguments.hpp"
#include "harness/run/files.hpp"

namespace heddle::harness {

namespace {

constexpr std::string_view kModule = "module";

std::string quoted(const std::optional<std::string>& name, std::string_view noun) {
  return name ? fmt::format("{} ${}", noun, *name) : fmt::format("{}", noun);
}

template <typename T>
constexpr bool is_assertion(const T&) {
  return requires(const T& command) { command.message; } || std::is_same_v<T, wast::AssertReturn> ||
         std::is_same_v<T, wast::AssertException>;
}

bool is_assertion(const wast::Command& command) {
  return std::visit([](const auto& value) { return is_assertion(value); }, command.value);
}

// Whether a command says nothing but that a module is valid, or is not.
bool is_validation(const wast::Command& command) {
  return std::holds_alternative<wast::ModuleCommand>(command.value) ||
         std::holds_alternative<wast::AssertMalformed>(command.value) ||
         std::holds_alternative<wast::AssertInvalid>(command.value);
}

// Walks a script once, before it is ever executed: prepares its modules and counts assertions.
struct Preparation {
  PreparedScript& result;

  void add(const std::vector<wast::Command>& commands) {
    for (const wast::Command& command : commands) {
      if (is_assertion(command)) ++result.assertion_count;
      std::visit([this](const auto& value) { add(value); }, command.value);
    }
  }
  void add(const wast::ModuleCommand& command) {
    result.modules.emplace(&command,
                           prepare(command.body, *result.script.source, result.language.features));
  }
  void add(const wast::ThreadCommand& command) { add(command.commands); }
  template <typename T>
  void add(const T& command) {
    if constexpr (requires { command.module.body; }) add(command.module);
    if constexpr (requires { command.subject; }) {
      if (const auto* module = std::get_if<wast::ModuleCommand>(&command.subject)) add(*module);
    }
  }
};

}  // namespace

PreparedScript::PreparedScript(wast::Script parsed, const Language& its_language)
    : script(std::move(parsed)), language(its_language), name(base_name(script.source->file)) {
  Preparation{*this}.add(script.commands);
  const std::string& text = script.source->text;
  for (std::size_t i = 0; (i = text.find('\n', i)) != std::string::npos; ++i) {
    line_ends.push_back(i);
  }
}

std::size_t PreparedScript::line_of(const wast::Command& command) const {
  const auto end = std::ranges::lower_bound(line_ends, command.offset);
  return script.source->first_line + static_cast<std::size_t>(end - line_ends.begin());
}

void ScriptThread::run(std::span<const wast::Command> commands) {
  for (const wast::Command& command : commands) run(command);
  for (const core::AgentId child : unjoined_) agent_.join(child);
}

void ScriptThread::run(const wast::Command& command) {
  if (run_.prepared.language.only_validates) {
    if (const auto* thread = std::get_if<wast::ThreadCommand>(&command.value)) {
      for (const wast::Command& inner : thread->commands) run(inner);
    }
    if (!is_validation(command)) return;
  }
  Check problem = std::visit([this](const auto& value) { return execute(value); }, command.value);
  const bool is_counted = is_assertion(command);
  if (is_counted) ++run_.assertions_run;
  if (!problem) {
    if (is_counted) ++run_.counts.passed;
    return;
  }
  ++run_.counts.failed;
  record(command, *std::move(problem));
}

void ScriptThread::record(const wast::Command& command, Problem problem) {
  run_.findings.push_back(core::Finding{
      .rule = std::move(problem.rule),
      .message = std::move(problem.message),
      .expected = std::move(problem.expected),
      .actual = std::move(problem.actual),
      .events = {},
      .place = fmt::format("{}:{}", run_.prepared.name, run_.prepared.line_of(command))});
}

// Modules and instances.

const PreparedModule& ScriptThread::prepared(const wast::ModuleCommand& command) const {
  return run_.prepared.modules.at(&command);
}

core::Result<engine::Instantiation> ScriptThread::instantiate(const PreparedModule& module) {
  if (module.imports_spectest) names_.add_spectest(agent_.store());
  return agent_.instantiate(module.code, [this](std::string_view from, std::string_view name) {
    return names_.resolve(from, name, run_.prepared.language.imports_by_name);
  });
}

Check ScriptThread::instantiate_and_bind(const PreparedModule& module,
                                         const std::optional<std::string>& name) {
  if (Check problem = check_ready(module)) return problem;
  const auto instantiation = instantiate(module);
  if (!instantiation) {
    return script_problem(fmt::format("link error: {}", instantiation.error().message));
  }
  if (Check problem = check_success(instantiation->outcome)) return problem;
  names_.bind(name, instantiation->instance);
  return std::nullopt;
}

Check ScriptThread::execute(const wast::ModuleCommand& command) {
  const PreparedModule& module = prepared(command);
  names_.define(command.name, module);
  const bool stays_definition = command.is_definition || run_.prepared.language.only_validates;
  return stays_definition ? check_ready(module) : instantiate_and_bind(module, command.name);
}

Check ScriptThread::execute(const wast::InstanceCommand& command) {
  const PreparedModule* module = names_.find_definition(command.module);
  if (module == nullptr) {
    return script_problem(fmt::format("no definition of {}", quoted(command.module, kModule)));
  }
  return instantiate_and_bind(*module, command.instance);
}

Check ScriptThread::execute(const wast::RegisterCommand& command) {
  const engine::Instance* instance = names_.find_instance(command.module);
  if (instance == nullptr) {
    return script_problem(fmt::format("no instance of {}", quoted(command.module, kModule)));
  }
  names_.register_as(command.as, *instance);
  return std::nullopt;
}

// Actions.

std::expected<engine::ExternValue, Problem> ScriptThread::find_export(
    const std::optional<std::string>& module, const std::string& name,
    engine::ExternKind kind) const {
  const engine::Instance* instance = names_.find_instance(module);
  if (instance == nullptr) {
    return std::unexpected(
        script_problem(fmt::format("no instance of {}", quoted(module, kModule))));
  }
  const auto found = instance->exports.find(name);
  if (found == instance->exports.end() || found->second.kind != kind) {
    return std::unexpected(script_problem(
        fmt::format("{} has no export \"{}\" of that kind", quoted(module, kModule), name)));
  }
  return found->second;
}

ScriptThread::Performed ScriptThread::perform(const wast::Action& action) {
  return std::visit([this](const auto& value) { return perform(value); }, action);
}

ScriptThread::Performed ScriptThread::perform(const wast::Invoke& invoke) {
  auto found = find_export(invoke.module, invoke.function, engine::ExternKind::Function);
  if (!found) return std::unexpected(std::move(found).error());
  const engine::FunctionInstance& function = *found->function;
  if (!arguments_match(*function.type, invoke.arguments)) {
    return std::unexpected(
        script_problem(fmt::format("arguments of \"{}\" do not match its type {}", invoke.function,
                                   to_string(*function.type))));
  }
  return agent_.invoke(function, invoke.arguments, {.function = invoke.function});
}

ScriptThread::Performed ScriptThread::perform(const wast::Get& get) {
  auto found = find_export(get.module, get.global, engine::ExternKind::Global);
  if (!found) return std::unexpected(std::move(found).error());
  const engine::GlobalInstance& global = *found->global;
  return core::Outcome{.kind = core::OutcomeKind::Returned,
                       .values = {agent_.store().value_of(global)},
                       .message = {}};
}

template <typename Condition>
Check ScriptThread::check_action(const wast::Action& action, const Condition& check) {
  Performed performed = perform(action);
  if (!performed) return std::move(performed).error();
  return check(*performed);
}

Check ScriptThread::execute(const wast::Action& command) {
  return check_action(command, check_success);
}

Check ScriptThread::execute(const wast::AssertReturn& command) {
  return check_action(command.action, [&](const core::Outcome& outcome) {
    return check_return(outcome, command.results);
  });
}

template <typename Condition>
Check ScriptThread::check_subject(const std::variant<wast::Action, wast::ModuleCommand>& subject,
                                  const Condition& check) {
  if (const auto* action = std::get_if<wast::Action>(&subject)) return check_action(*action, check);
  const PreparedModule& module = prepared(std::get<wast::ModuleCommand>(subject));
  if (Check problem = check_ready(module)) return problem;
  const auto instantiation = instantiate(module);
  if (instantiation) return check(instantiation->outcome);
  return script_problem(fmt::format("link error: {}", instantiation.error().message));
}

Check ScriptThread::execute(const wast::AssertTrap& command) {
  return check_subject(command.subject, [&](const core::Outcome& outcome) {
    return check_failure(outcome, core::OutcomeKind::Trapped, command.message);
  });
}

Check ScriptThread::execute(const wast::AssertExhaustion& command) {
  return check_action(command.action, [&](const core::Outcome& outcome) {
    return check_failure(outcome, core::OutcomeKind::Exhausted, command.message);
  });
}

Check ScriptThread::execute(const wast::AssertException& command) {
  return check_subject(command.subject, [](const core::Outcome& outcome) {
    return check_failure(outcome, core::OutcomeKind::Thrown, "");
  });
}

Check ScriptThread::execute(const wast::AssertSuspension&) {
  return script_problem("unsupported: assert_suspension");
}

// Assertions about modules that must be rejected.

Check ScriptThread::execute(const wast::AssertMalformed& command) {
  return check_rejected(prepared(command.module), {ModuleStage::Malformed, command.message},
                        run_.prepared.language);
}

Check ScriptThread::execute(const wast::AssertInvalid& command) {
  return check_rejected(prepared(command.module), {ModuleStage::Invalid, command.message},
                        run_.prepared.language);
}

Check ScriptThread::check_custom(const wast::ModuleCommand& module, ModuleStage stage,
                                 std::string_view message) {
  const PreparedModule& found = prepared(module);
  if (found.stage != ModuleStage::Ready) stage = found.stage;
  return check_rejected(found, {stage, message}, run_.prepared.language);
}

Check ScriptThread::execute(const wast::AssertMalformedCustom& command) {
  return check_custom(command.module, ModuleStage::Malformed, command.message);
}

Check ScriptThread::execute(const wast::AssertInvalidCustom& command) {
  return check_custom(command.module, ModuleStage::Invalid, command.message);
}

Check ScriptThread::execute(const wast::AssertUnlinkable& command) {
  const PreparedModule& module = prepared(command.module);
  if (Check problem = check_ready(module)) return problem;
  const auto instantiation = instantiate(module);
  if (!instantiation)
    return check_unlinkable(instantiation.error(), command.message, run_.prepared.language);
  return Problem{
      .rule = "assertion",
      .message = fmt::format("expected link error \"{}\", got an instance", command.message),
      .expected = fmt::format("link error: {}", command.message),
      .actual = "an instance"};
}

// Commands about scripts and files.

Check ScriptThread::execute(const wast::ScriptCommand&) {
  return script_problem("unsupported: script");
}

Check ScriptThread::execute(const wast::InputCommand&) {
  return script_problem("unsupported: input");
}

Check ScriptThread::execute(const wast::OutputCommand&) {
  return script_problem("unsupported: output");
}

// Threads.

Check ScriptThread::start(const wast::ThreadCommand& command) {
  const auto names = std::make_shared<ScriptNames>();
  for (const std::string& shared : command.shared) {
    engine::Instance* instance = names_.find_instance(shared);
    if (instance == nullptr) {
      return script_problem(fmt::format("no instance of module ${}", shared));
    }
    if (Check problem = check_sharable(*instance, shared)) return problem;
    names->share(shared, instance);
  }
  std::string name = command.name ? *command.name : fmt::format("thread{}", children_started_);
  last_child_ = agent_.spawn(std::move(name), [&run = run_, &command, names](engine::Agent& agent) {
    ScriptThread(run, agent, std::move(*names)).run(command.commands);
  });
  unjoined_.push_back(*last_child_);
  return std::nullopt;
}

Check ScriptThread::execute(const wast::ThreadCommand& command) {
  ++children_started_;
  last_child_.reset();
  Check problem = start(command);
  if (command.name) children_.insert_or_assign(*command.name, last_child_);
  return problem;
}

Check ScriptThread::execute(const wast::WaitCommand& command) {
  Child child = last_child_;
  if (command.thread) {
    const auto found = children_.find(*command.thread);
    if (found == children_.end()) {
      return script_problem(fmt::format("no thread ${}", *command.thread));
    }
    child = found->second;
  } else if (children_started_ == 0) {
    return script_problem("no thread to wait for");
  }
  if (!child) return std::nullopt;
  agent_.join(*child);
  std::erase(unjoined_, *child);
  return std::nullopt;
}

}  // namespace heddle::harness
