// Every module of the threads suite: what is asserted to be invalid is rejected with the asserted
// message, everything else that is well formed is accepted.
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
  const auto valid = validate(*loaded);
  return valid ? "" : valid.error().message;
}

void check_scripts(const std::vector<std::filesystem::path>& scripts, int& valid, int& invalid) {
  for (const auto& path : scripts) {
    const auto modules = load_modules(path);
    ASSERT_TRUE(modules) << path.filename() << ": " << modules.error().message;
    for (const SuiteModule& module : *modules) {
      if (module.expectation == Expectation::Malformed) continue;
      if (module.message == "multiple tables") continue;  // a rule of Wasm 1.0
      const std::string found = verdict(module);
      if (module.expectation == Expectation::Valid) {
        ++valid;
        EXPECT_EQ(found, "") << module.place;
      } else {
        ++invalid;
        EXPECT_TRUE(!found.empty() && found.starts_with(module.message))
            << module.place << ": found '" << found << "', expected '" << module.message << "'";
      }
    }
  }
}

TEST(ValidSuite, ThreadsOnWasm2) {
  if (suite_scripts().empty()) GTEST_SKIP() << "the public suites are not there";
  int valid = 0;
  int invalid = 0;
  check_scripts(suite_scripts(), valid, invalid);
  EXPECT_GE(valid, 400);
  EXPECT_GE(invalid, 850);
}

// Older scripts of the proposal; memory.wast is only there.
TEST(ValidSuite, TheProposalsOwnScripts) {
  const auto scripts = scripts_in(kSuite / "../../testsuite/proposals/threads");
  if (scripts.empty()) GTEST_SKIP() << "the public suites are not there";
  int valid = 0;
  int invalid = 0;
  check_scripts(scripts, valid, invalid);
  EXPECT_GE(valid, 50);
  EXPECT_GE(invalid, 50);
}

}  // namespace
}  // namespace heddle::engine
