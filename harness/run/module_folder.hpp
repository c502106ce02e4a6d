// Where the module of a scenario is: next to the scenario, or where the build has put it.
//
// The build compiles scenarios/structures/x.c to scenarios/structures/x.wasm beside the `heddle`
// program. So a module that is not next to its scenario is looked for in a second folder, first
// below the folders that lie between a folder `scenarios` and the scenario, then directly.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"

namespace heddle::harness {

// The folder `scenarios` beside the program that runs.
[[nodiscard]] const std::string& default_modules_folder();

// The contents of `module` (of a key `module_file`). The error says where it was looked for, and,
// if its source is next to the scenario, how it is built.
[[nodiscard]] core::Result<std::string> read_module_file(const std::string& scenario,
                                                         std::string_view module,
                                                         const std::string& modules_folder);

}  // namespace heddle::harness
