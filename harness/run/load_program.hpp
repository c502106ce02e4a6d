// From a file, or from a repro, to a Program.
//
// What a file is follows from its name (.wast; .wat, .wasm; .yaml, .yml), and where the name says
// nothing, from its content.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/repro.hpp"
#include "core/result.hpp"
#include "harness/run/language.hpp"
#include "harness/run/module_folder.hpp"
#include "harness/run/program.hpp"

namespace heddle::harness {

// The endings of the files that load_program takes, and of scenarios only.
[[nodiscard]] const std::vector<std::string>& program_endings();
[[nodiscard]] const std::vector<std::string>& scenario_endings();

// From the language that a file claims for itself (pragmas.hpp) to the one it is taken in.
using ChooseLanguage = std::function<Language(Language)>;

// `invoke` is for modules only (see ModuleProgram) and must be empty for everything else.
// `modules_folder` is where the modules of scenarios are that are not next to them.
[[nodiscard]] core::Result<std::unique_ptr<Program>> load_program(
    const std::string& path, const std::vector<std::string>& invoke = {},
    const ChooseLanguage& choose_language = [](Language language) { return language; },
    const std::string& modules_folder = default_modules_folder());

// Nothing but the repro is read. Fails if the program is not the one that its schedule was made
// for.
[[nodiscard]] core::Result<std::unique_ptr<Program>> load_program(const core::Repro& repro);

[[nodiscard]] core::Result<core::Repro> load_repro(const std::string& path);

}  // namespace heddle::harness
