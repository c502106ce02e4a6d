#include "harness/run/module_program.hpp"

#include <fmt/format.h>

#include <array>
#include <span>
#include <utility>

#include "harness/run/arguments.hpp"
#include "harness/run/execute_body.hpp"
#include "harness/run/files.hpp"
#include "harness/run/host_modules.hpp"
#include "harness/run/initialize.hpp"

namespace heddle::harness {

namespace {

// In the order in which they are looked for.
constexpr std::array<std::string_view, 3> kEntryPoints{"_start", "main", "run"};

const engine::Export* find_function(const engine::Module& module, std::string_view name) {
  for (const engine::Export& item : module.exports) {
    if (item.kind == engine::ExternKind::Function && item.name == name) return &item;
  }
  return nullptr;
}

const engine::FunctionType& type_of(const engine::Module& module, const engine::Export& item) {
  return module.function_type(module.type_index_of_function(item.index));
}

std::string describe(const engine::Module& module, const engine::Export& item) {
  switch (item.kind) {
    case engine::ExternKind::Function:
      return "function " + to_string(type_of(module, item));
    case engine::ExternKind::Table:
      return "table";
    case engine::ExternKind::Memory:
      return module.memory_type(item.index).shared ? "shared memory" : "memory";
    case engine::ExternKind::Global: {
      const engine::GlobalType& type = module.global_type(item.index);
      return (type.is_mutable ? "mutable global " : "global ") + to_string(type.type);
    }
    case engine::ExternKind::Tag:
      return "tag";
  }
  std::unreachable();
}

std::string names_of_functions(const engine::Module& module) {
  std::string names;
  for (const engine::Export& item : module.exports) {
    if (item.kind != engine::ExternKind::Function) continue;
    names += (names.empty() ? "" : ", ") + item.name;
  }
  return names.empty() ? "it exports no function" : "it exports " + names;
}

}  // namespace

core::Result<std::optional<ModuleProgram::Target>> ModuleProgram::find_target(
    const engine::Module& module, const std::vector<std::string>& invoke) {
  if (invoke.empty()) {
    for (const std::string_view name : kEntryPoints) {
      const engine::Export* const item = find_function(module, name);
      if (item == nullptr || !type_of(module, *item).parameters.empty()) continue;
      return Target{.name = item->name, .function = item->index, .arguments = {}};
    }
    return std::nullopt;
  }
  const core::Span span{.file = module.source->file};
  const engine::Export* const item = find_function(module, invoke.front());
  if (item == nullptr) {
    return core::make_error(
        fmt::format("no exported function \"{}\": {}", invoke.front(), names_of_functions(module)),
        span);
  }
  auto arguments = parse_arguments(type_of(module, *item), std::span(invoke).subspan(1));
  if (!arguments) {
    return core::make_error(
        fmt::format("call of \"{}\": {}", invoke.front(), arguments.error().message), span);
  }
  return Target{.name = item->name, .function = item->index, .arguments = *std::move(arguments)};
}

core::Result<std::unique_ptr<Program>> ModuleProgram::make(
    std::shared_ptr<const core::Source> source, std::vector<std::string> invoke,
    const Language& language) {
  PreparedModule module = prepare_file(source, language.features);
  if (module.stage != ModuleStage::Ready) return std::unexpected(std::move(module.error));
  HEDDLE_TRY(check_linkable(module, true));
  HEDDLE_LET(std::optional<Target> target, find_target(module.code->module(), invoke));
  return std::unique_ptr<Program>(new ModuleProgram(
      std::move(source), std::move(module), std::move(invoke), std::move(target), language));
}

ModuleProgram::ModuleProgram(std::shared_ptr<const core::Source> source, PreparedModule module,
                             std::vector<std::string> invoke, std::optional<Target> target,
                             const Language& language)
    : source_(std::move(source)),
      module_(std::move(module)),
      invoke_(std::move(invoke)),
      target_(std::move(target)),
      language_(language),
      name_(base_name(source_->file)),
      panel_({}) {
  core::Digester digester;
  digester.add_text(source_->text + digest_text(language_));
  for (const std::string& word : invoke_) digester.add_text(word);
  digest_ = digester.finish();
}

// Threads that are spawned need `kept`, and may go on when this has returned.
void ModuleProgram::run(engine::Agent& agent, std::optional<HostModules>& kept) const {
  HostModules& host = kept.emplace(agent.store());
  host.add_imports_of(module_);
  host.add_shared_memories_of(module_);
  const auto instantiation = agent.instantiate(module_.code, host.resolver());
  if (!instantiation) {  // check_linkable has linked it before, in a store like this one
    agent.set_outcome({.kind = core::OutcomeKind::Trapped,
                       .values = {},
                       .message = instantiation.error().message});
    return;
  }
  if (instantiation->outcome.kind != core::OutcomeKind::Returned || !target_) {
    agent.set_outcome(instantiation->outcome);
    return;
  }
  if (!initialize(agent, *instantiation->instance, module_)) return;
  const engine::FunctionInstance& function = *instantiation->instance->functions[target_->function];
  agent.set_outcome(agent.invoke(function, target_->arguments, {.function = target_->name}));
}

core::Execution ModuleProgram::execute(core::Chooser& chooser,
                                       const ExecuteOptions& options) const {
  std::optional<HostModules> host;
  return execute_body(chooser, options, digest_,
                      [this, &host](engine::Agent& agent) { run(agent, host); });
}

core::Repro ModuleProgram::repro_base() const {
  core::Repro repro;
  repro.kind = core::ProgramKind::Module;
  repro.name = name_;
  repro.program = source_->text;
  repro.invoke = invoke_;
  set_language(repro, language_);
  return repro;
}

std::vector<std::string> describe_exports(const engine::Module& module) {
  std::vector<std::string> lines;
  for (const engine::Export& item : module.exports) {
    lines.push_back(fmt::format("{}: {}", item.name, describe(module, item)));
  }
  return lines;
}

}  // namespace heddle::harness
