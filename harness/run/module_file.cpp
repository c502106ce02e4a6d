#include "harness/run/module_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "engine/binary/decode.hpp"
#include "engine/valid/validate.hpp"
#include "harness/run/files.hpp"
#include "harness/run/load_program.hpp"
#include "harness/run/prepared_module.hpp"
#include "wast/parse.hpp"
#include "wast/script.hpp"

namespace heddle::harness {

namespace {

bool is_script(std::string_view path) { return path.ends_with(".wast"); }

bool is_scenario(std::string_view path) {
  return std::ranges::any_of(scenario_endings(),
                             [path](const std::string& end) { return path.ends_with(end); });
}

std::shared_ptr<const core::Source> source_of(std::string file, std::string text, bool is_text) {
  return std::make_shared<const core::Source>(
      core::Source{.file = std::move(file), .text = std::move(text), .is_text = is_text});
}

core::Result<void> check_module(core::Result<engine::Module> module,
                                const engine::Features& features) {
  if (!module) return std::unexpected(std::move(module).error());
  HEDDLE_TRY(
      engine::validate(std::make_shared<const engine::Module>(*std::move(module)), features));
  return {};
}

core::Result<void> check_body(const wast::ModuleBody& body, const engine::Features& features) {
  if (const auto* binary = std::get_if<wast::BinaryModule>(&body)) {
    return check_module(engine::decode(source_of("binary module", binary->bytes, false), features),
                        features);
  }
  if (const auto* quoted = std::get_if<wast::QuotedModule>(&body)) {
    return check_module(wast::parse_module(source_of("quoted module", quoted->text, true)),
                        features);
  }
  HEDDLE_TRY(engine::validate(std::get<std::shared_ptr<const engine::Module>>(body), features));
  return {};
}

void check_commands(const wast::Script& script, const std::vector<wast::Command>& commands,
                    const engine::Features& features, std::vector<core::Error>& errors) {
  for (const wast::Command& command : commands) {
    if (const auto* thread = std::get_if<wast::ThreadCommand>(&command.value)) {
      check_commands(script, thread->commands, features, errors);
    }
    const auto* module = std::get_if<wast::ModuleCommand>(&command.value);
    if (module == nullptr) continue;
    const auto checked = check_body(module->body, features);
    if (checked) continue;
    core::Error error = checked.error();
    if (error.span.file != script.source->file) {
      // It is a position in bytes or quotes, which the file does not have.
      error.message += fmt::format(" ({})", core::describe(error.span));
      error.span = script.source->span_at(command.offset);
    }
    errors.push_back(std::move(error));
  }
}

core::Result<wast::Script> load_script(const std::string& path, const engine::Features& features) {
  HEDDLE_LET(std::string text, read_file(path));
  return wast::parse_script(source_of(path, std::move(text), true), features);
}

}  // namespace

core::Result<engine::Module> read_module(std::shared_ptr<const core::Source> source,
                                         const engine::Features& features) {
  if (!source->is_text) return engine::decode(std::move(source), features);
  if (!is_binary_module(source->text)) return wast::parse_module(std::move(source), features);
  auto binary = std::make_shared<core::Source>(*source);
  binary->is_text = false;
  return engine::decode(std::move(binary), features);
}

core::Result<engine::Module> load_module(const std::string& path,
                                         const engine::Features& features) {
  if (is_script(path)) return core::make_error("is a script, not a module", {.file = path});
  if (is_scenario(path)) return core::make_error("is a scenario, not a module", {.file = path});
  HEDDLE_LET(std::string text, read_file(path));
  return read_module(source_of(path, std::move(text), !path.ends_with(".wasm")), features);
}

std::vector<core::Error> find_invalid(const std::string& path, const engine::Features& features) {
  std::vector<core::Error> errors;
  if (is_script(path)) {
    const auto script = load_script(path, features);
    if (!script) return {script.error()};
    check_commands(*script, script->commands, features, errors);
  } else if (const auto checked = check_module(load_module(path, features), features); !checked) {
    errors.push_back(checked.error());
  }
  return errors;
}

}  // namespace heddle::harness
