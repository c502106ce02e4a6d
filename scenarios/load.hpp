// From YAML to Scenario. The form is described in docs/formats/scenario.md.
//
// Anything that the form does not have is an error with line and column: unknown, missing and
// duplicate keys, wrong types, impossible combinations. Whether the calls fit the module is not
// looked at here (the module is not parsed): see resolve.hpp.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "scenarios/scenario.hpp"

namespace heddle::scenarios {

inline constexpr std::size_t kProcessesMax = 1'000;
inline constexpr std::size_t kOperationsMax = 100'000;  // of all processes together

// Supplies the contents of a file by the name that the scenario uses.
using FileReader = std::function<core::Result<std::string>(std::string_view path)>;

[[nodiscard]] core::Result<Scenario> load_scenario(std::string_view text, std::string_view file,
                                                   const FileReader& read_file);

// Reads the file, and the module next to it. A .wasm that is not there is taken to be empty: the
// build makes it elsewhere, and not everybody needs it.
[[nodiscard]] core::Result<Scenario> load_scenario_file(const std::string& path);

}  // namespace heddle::scenarios
