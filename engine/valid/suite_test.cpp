// Every module of the public suites: what is asserted to be invalid is rejected with the asserted
// message, everything else that is well formed is accepted, under the features of its suite.
#include <gtest/gtest.h>

#include "engine/binary/decode.hpp"
#include "engine/binary/test_suite_modules.hpp"
#include "engine/valid/validate.hpp"

namespace heddle::engine {
namespace {

core::Result<std::shared_ptr<const Module>> load(const wast::ModuleBody& body) {
  if (const auto* text = std::get_if<std::shared_ptr<const Module>>(&body)) return *text;
  if (const auto* binary = std::get_if<wast::BinaryModule>(&body)) {
    HEDDLE_LET(Module module, decode(binary_source(binary->bytes)));
    return std::make_shared<const Module>(std::move(module));
  }
  const auto source = std::make_shared<const core::Source>(
      core::Source{.file = "quoted", .text = std::get<wast::QuotedModule>(body).text});
  HEDDLE_LET(Module module, wast::parse_module(source));
  return std::make_shared<const Module>(std::move(module));
}

std::string verdict(const SuiteModule& module) {
  const auto loaded = load(module.body);
  if (!loaded) return "malformed: " + loaded.error().message;
  Features features = module.features;
  // Of the older scripts in testsuite/proposals/threads, which know neither.
  if (module.message == "multiple tables") features.disable(Feature::ReferenceTypes);
  const auto valid = validate(*loaded, features);
  return valid ? "" : valid.error().message;
}

struct Counts {
  int valid = 0;
  int invalid = 0;
};

void check_script(const std::filesystem::path& path, Counts& counts) {
  const auto modules = load_modules(path);
  ASSERT_TRUE(modules) << path.filename() << ": " << modules.error().message;
  for (const SuiteModule& module : *modules) {
    if (module.expectation == Expectation::Malformed) continue;
    const std::string found = verdict(module);
    if (module.expectation == Expectation::Valid) {
      ++counts.valid;
      EXPECT_EQ(found, "") << module.place;
    } else {
      ++counts.invalid;
      EXPECT_TRUE(!found.empty() && found.starts_with(module.message))
          << module.place << ": found '" << found << "', expected '" << module.message << "'";
    }
  }
}

TEST(ValidSuite, EveryModuleIsAcceptedOrRejectedAsAsserted) {
  if (suite_scripts().empty()) GTEST_SKIP() << "the public suites are not there";
  Counts counts;
  for (const auto& path : suite_scripts()) check_script(path, counts);
  EXPECT_GE(counts.valid, 3000);
  EXPECT_GE(counts.invalid, 3500);
}

}  // namespace
}  // namespace heddle::engine
