// For tests: what the validator says about a module.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/valid/validate.hpp"
#include "wast/parse.hpp"

namespace heddle::engine {

inline core::Result<ValidModule> validate_text(const std::string& text, Features features = {}) {
  const auto source =
      std::make_shared<const core::Source>(core::Source{.file = "test.wat", .text = text});
  HEDDLE_LET(Module module, wast::parse_module(source));
  return validate(std::make_shared<const Module>(std::move(module)), features);
}

// The error's message, or "valid".
inline std::string verdict(const std::string& text, Features features = {}) {
  const auto result = validate_text(text, features);
  return result ? "valid" : result.error().message;
}
inline std::string verdict(Module module, Features features = {}) {
  const auto result = validate(std::make_shared<const Module>(std::move(module)), features);
  return result ? "valid" : result.error().message;
}

inline Module module_with_body(FunctionType type, std::vector<Instruction> code) {
  Module module;
  module.add_type(std::move(type));
  module.functions.resize(1);
  module.functions[0].body.code = std::move(code);
  return module;
}

// A module's text, and what its verdict begins with.
struct Case {
  std::string text;
  std::string expected = "valid";
};
inline void check_cases(const std::vector<Case>& cases, Features features = {}) {
  for (const Case& each : cases) {
    EXPECT_THAT(verdict("(module " + each.text + ")", features), testing::StartsWith(each.expected))
        << each.text;
  }
}
// Likewise; what comes before each text is the same for all.
inline void check_cases_after(const std::string& before, std::vector<Case> cases) {
  for (Case& each : cases) each.text = before + each.text;
  check_cases(cases);
}

}  // namespace heddle::engine
