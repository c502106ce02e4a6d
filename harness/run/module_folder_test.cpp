#include "harness/run/module_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/run/run_fixture.hpp"

namespace heddle::harness {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(ModuleFile, NextToTheScenarioComesFirst) {
  const Folder folder;
  folder.write("built/locks/x.wasm", "built");
  const std::string scenario = folder.path("scenarios/locks/x.yaml");
  EXPECT_EQ(read_module_file(scenario, "x.wasm", folder.path("built")).value_or(""), "built");
  folder.write("scenarios/locks/x.wasm", "beside");
  EXPECT_EQ(read_module_file(scenario, "x.wasm", folder.path("built")).value_or(""), "beside");
}

TEST(ModuleFile, InTheModulesFolderTheSameFolderComesBeforeTheTop) {
  const Folder folder;
  const std::string scenario = folder.path("scenarios/a/b/x.yaml");
  folder.write("built/x.wasm", "top");
  folder.write("built/a/x.wasm", "another");
  EXPECT_EQ(read_module_file(scenario, "x.wasm", folder.path("built")).value_or(""), "top");
  folder.write("built/a/b/x.wasm", "same");
  EXPECT_EQ(read_module_file(scenario, "x.wasm", folder.path("built")).value_or(""), "same");
}

TEST(ModuleFile, AScenarioElsewhereFindsItsModuleAtTheTop) {
  const Folder folder;
  folder.write("built/x.wasm", "top");
  EXPECT_EQ(
      read_module_file(folder.path("mine/x.yaml"), "x.wasm", folder.path("built")).value_or(""),
      "top");
}

TEST(ModuleFile, ThatIsNowhereIsAnErrorWhichSaysHowItIsBuilt) {
  const Folder folder;
  const std::string scenario = folder.write("x_fixed.yaml", "name: x");
  const auto missing = read_module_file(scenario, "x_fixed.wasm", folder.path("built"));
  ASSERT_FALSE(missing.has_value());
  EXPECT_THAT(missing.error().message,
              AllOf(HasSubstr("there is no x_fixed.wasm"), HasSubstr("built (--modules)"),
                    Not(HasSubstr("ninja"))));
  folder.write("x.c", "int x;");
  const auto unbuilt = read_module_file(scenario, "x_fixed.wasm", folder.path("built"));
  ASSERT_FALSE(unbuilt.has_value());
  EXPECT_THAT(unbuilt.error().message, AllOf(HasSubstr("it is built from"), HasSubstr("x.c"),
                                             HasSubstr("ninja heddle_programs")));
}

TEST(ModuleFile, OfAScenarioIsPartOfItsRepro) {
  const Folder folder;
  folder.write("built/x.wat", "(module (func (export \"f\")))");
  const std::string scenario = folder.write(
      "x.yaml",
      "name: x\nmodule_file: x.wat\nprocesses: [{operations: [{call: f}]}]\nexpect: pass\n");
  const auto program =
      load_program(scenario, {}, [](Language language) { return language; }, folder.path("built"));
  ASSERT_TRUE(program.has_value()) << core::render(program.error(), "");
  const auto again = load_program((*program)->repro_base());
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ((*again)->digest(), (*program)->digest());
}

}  // namespace
}  // namespace heddle::harness
