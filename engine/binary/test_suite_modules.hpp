// For tests: every module of the public suites, with what its script says about it.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "wast/parse.hpp"
#include "wast/script.hpp"

namespace heddle::engine {

enum class Expectation { Valid, Malformed, Invalid };

struct SuiteModule {
  wast::ModuleBody body;
  Expectation expectation = Expectation::Valid;
  std::string message;  // the asserted one; empty for Valid
  std::string place;    // "elem.wast:12:1"
  Features features;    // that its suite is based on
};

inline const std::filesystem::path kSuites = HEDDLE_SOURCE_DIR "/../shared/suites";

// The files of one folder, sorted; not those below it.
inline std::vector<std::filesystem::path> scripts_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  if (!std::filesystem::exists(folder)) return files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".wast") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

// All but what is out of scope (ci/expectations/reference.yaml says why).
inline std::vector<std::filesystem::path> suite_scripts() {
  std::vector<std::filesystem::path> files;
  for (const char* folder :
       {"threads/core", "threads/core/simd", "threads/core/threads", "testsuite",
        "testsuite/custom", "testsuite/proposals/custom-page-sizes", "testsuite/proposals/threads",
        "testsuite/proposals/wide-arithmetic", "spec-main", "custom-page-sizes"}) {
    std::ranges::copy(scripts_in(kSuites / folder), std::back_inserter(files));
  }
  return files;
}

inline Features features_of(const std::filesystem::path& script) {
  const std::string path = script.generic_string();
  if (path.contains("/threads/")) return wasm2_features();
  const bool is_proposal = path.contains("custom-page-sizes") || path.contains("wide-arithmetic");
  return is_proposal ? Features{} : standard_features();
}

inline void collect(const wast::Script& script, const std::vector<wast::Command>& commands,
                    std::vector<SuiteModule>& modules) {
  for (const wast::Command& command : commands) {
    const auto add = [&](const wast::ModuleCommand& module, Expectation expectation,
                         const std::string& message) {
      modules.push_back({.body = module.body,
                         .expectation = expectation,
                         .message = message,
                         .place = core::describe(script.source->span_at(command.offset)),
                         .features = {}});
    };
    if (const auto* it = std::get_if<wast::ModuleCommand>(&command.value)) {
      add(*it, Expectation::Valid, "");
    } else if (const auto* malformed = std::get_if<wast::AssertMalformed>(&command.value)) {
      add(malformed->module, Expectation::Malformed, malformed->message);
    } else if (const auto* invalid = std::get_if<wast::AssertInvalid>(&command.value)) {
      add(invalid->module, Expectation::Invalid, invalid->message);
    } else if (const auto* unlinkable = std::get_if<wast::AssertUnlinkable>(&command.value)) {
      add(unlinkable->module, Expectation::Valid, "");
    } else if (const auto* trap = std::get_if<wast::AssertTrap>(&command.value)) {
      const auto* module = std::get_if<wast::ModuleCommand>(&trap->subject);
      if (module != nullptr) add(*module, Expectation::Valid, "");
    } else if (const auto* thread = std::get_if<wast::ThreadCommand>(&command.value)) {
      collect(script, thread->commands, modules);
    }
  }
}

inline core::Result<std::vector<SuiteModule>> load_modules(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  const auto source = std::make_shared<const core::Source>(
      core::Source{.file = path.filename().string(), .text = text});
  HEDDLE_LET(const wast::Script script, wast::parse_script(source));
  std::vector<SuiteModule> modules;
  collect(script, script.commands, modules);
  for (SuiteModule& module : modules) module.features = features_of(path);
  return modules;
}

inline std::shared_ptr<const core::Source> binary_source(std::string bytes) {
  return std::make_shared<const core::Source>(
      core::Source{.file = "module.wasm", .text = std::move(bytes), .is_text = false});
}

}  // namespace heddle::engine
