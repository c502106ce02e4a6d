#include "harness/run/load_program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "harness/run/files.hpp"
#include "harness/run/module_program.hpp"
#include "harness/run/pragmas.hpp"
#include "harness/run/prepared_module.hpp"
#include "harness/run/scenario_program.hpp"
#include "harness/run/script_program.hpp"
#include "scenarios/load.hpp"
#include "scenarios/repro.hpp"

namespace heddle::harness {

namespace {

bool ends_in(std::string_view path, const std::vector<std::string>& endings) {
  return std::ranges::any_of(endings,
                             [path](const std::string& end) { return path.ends_with(end); });
}

core::ProgramKind kind_of(std::string_view path, std::string_view content) {
  if (ends_in(path, scenario_endings())) return core::ProgramKind::Scenario;
  if (path.ends_with(".wast")) return core::ProgramKind::Script;
  if (path.ends_with(".wat") || is_binary_module(content)) return core::ProgramKind::Module;
  const std::size_t begin = content.find_first_not_of(" \t\r\n");
  const bool is_wat = begin != std::string_view::npos &&
                      (content[begin] == '(' || content.substr(begin).starts_with(";;"));
  if (path.ends_with(".wasm")) return core::ProgramKind::Module;
  return is_wat ? core::ProgramKind::Script : core::ProgramKind::Scenario;
}

std::shared_ptr<const core::Source> source_of(const std::string& file, std::string text) {
  // A .wasm file that does not begin as it must is a damaged binary, no text.
  const bool is_binary = is_binary_module(text) || file.ends_with(".wasm");
  return std::make_shared<const core::Source>(
      core::Source{.file = file, .text = std::move(text), .is_text = !is_binary});
}

core::Result<std::unique_ptr<Program>> make_scenario(const std::string& text,
                                                     const std::string& file,
                                                     const scenarios::FileReader& read,
                                                     const Language& language) {
  if (scenarios::looks_like_repro(text)) {
    return core::make_error("is a repro, not a program: use heddle replay", {.file = file});
  }
  HEDDLE_LET(scenarios::Scenario scenario, scenarios::load_scenario(text, file, read));
  return ScenarioProgram::make(std::move(scenario), language);
}

core::Result<std::unique_ptr<Program>> make_program(core::ProgramKind kind, const std::string& file,
                                                    std::string text,
                                                    const std::vector<std::string>& invoke,
                                                    const scenarios::FileReader& read,
                                                    const Language& language) {
  switch (kind) {
    case core::ProgramKind::Script:
      return ScriptProgram::make(source_of(file, std::move(text)), language);
    case core::ProgramKind::Scenario:
      return make_scenario(text, file, read, language);
    case core::ProgramKind::Module:
      return ModuleProgram::make(source_of(file, std::move(text)), invoke, language);
  }
  std::unreachable();
}

}  // namespace

const std::vector<std::string>& program_endings() {
  static const std::vector<std::string> kEndings{".wast", ".wat", ".wasm", ".yaml", ".yml"};
  return kEndings;
}

const std::vector<std::string>& scenario_endings() {
  static const std::vector<std::string> kEndings{".yaml", ".yml"};
  return kEndings;
}

core::Result<std::unique_ptr<Program>> load_program(const std::string& path,
                                                    const std::vector<std::string>& invoke,
                                                    const ChooseLanguage& choose_language,
                                                    const std::string& modules_folder) {
  HEDDLE_LET(std::string text, read_file(path));
  const core::ProgramKind kind = kind_of(path, text);
  if (kind != core::ProgramKind::Module && !invoke.empty()) {
    return core::make_error("--invoke is for modules (.wasm, .wat) only", {.file = path});
  }
  const auto read = [&](std::string_view name) {
    return read_module_file(path, name, modules_folder);
  };
  Language language;
  if (kind == core::ProgramKind::Script) apply_pragmas(text, language);
  language = choose_language(language);
  return make_program(kind, path, std::move(text), invoke, read, language);
}

core::Result<std::unique_ptr<Program>> load_program(const core::Repro& repro) {
  HEDDLE_LET(const Language language, language_of(repro));
  const auto read = [&repro](std::string_view name) -> core::Result<std::string> {
    const auto found = repro.files.find(std::string(name));
    if (found != repro.files.end()) return found->second;
    return core::make_error(fmt::format("the repro does not hold the file {}", name),
                            {.file = repro.name});
  };
  HEDDLE_LET(std::unique_ptr<Program> program,
             make_program(repro.kind, repro.name, repro.program, repro.invoke, read, language));
  if (repro.schedule.program && *repro.schedule.program != program->digest()) {
    return core::make_error(
        fmt::format("the schedule was made for another program: its digest is {}, this one's {}",
                    to_string(*repro.schedule.program), to_string(program->digest())),
        {.file = repro.name});
  }
  return program;
}

core::Result<core::Repro> load_repro(const std::string& path) {
  HEDDLE_LET(const std::string text, read_file(path));
  if (!scenarios::looks_like_repro(text)) {
    return core::make_error("is no repro: those begin with `heddle: repro/1`", {.file = path});
  }
  return scenarios::parse_repro(text, path);
}

}  // namespace heddle::harness
