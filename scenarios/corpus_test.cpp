// The corpus: every scenario file loads, parses and fits its module. What they expect is executed
// by the test of harness/run, and so are the modules that the build makes from C.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "scenarios/load.hpp"
#include "scenarios/module.hpp"
#include "scenarios/resolve.hpp"

namespace heddle::scenarios {
namespace {

std::vector<std::string> corpus() {
  std::vector<std::string> paths;
  const std::filesystem::path root = std::filesystem::path(HEDDLE_SOURCE_DIR) / "scenarios";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.path().extension() == ".yaml") paths.push_back(entry.path().string());
  }
  std::ranges::sort(paths);
  return paths;
}

class Corpus : public ::testing::TestWithParam<std::string> {};

TEST_P(Corpus, FileLoadsParsesAndFitsItsModule) {
  auto scenario = load_scenario_file(GetParam());
  ASSERT_TRUE(scenario.has_value())
      << core::describe(scenario.error().span) << ": " << scenario.error().message;
  EXPECT_FALSE(scenario->about.empty());
  if (scenario->expected_failure) EXPECT_TRUE(scenario->preemptions.has_value());
  if (!scenario->module->is_text) return;
  const auto module = parse_scenario_module(*scenario);
  ASSERT_TRUE(module.has_value()) << core::describe(module.error().span) << ": "
                                  << module.error().message;
  const auto resolved = resolve(*scenario, *module);
  EXPECT_TRUE(resolved.has_value()) << resolved.error().message;
}

INSTANTIATE_TEST_SUITE_P(All, Corpus, ::testing::ValuesIn(corpus()), [](const auto& param) {
  const std::filesystem::path path(param.param);
  return path.parent_path().filename().string() + "_" + path.stem().string();
});

TEST(CorpusAsAWhole, HasPassingAndFailingScenariosOfEveryDepth) {
  std::set<std::uint64_t> depths;
  std::size_t passing = 0;
  std::size_t failing = 0;
  std::set<std::string> names;
  for (const std::string& path : corpus()) {
    const auto scenario = load_scenario_file(path);
    ASSERT_TRUE(scenario.has_value()) << path;
    EXPECT_TRUE(names.insert(scenario->name).second) << "two scenarios named " << scenario->name;
    (scenario->expected_failure ? failing : passing) += 1;
    if (scenario->preemptions) depths.insert(*scenario->preemptions);
  }
  EXPECT_GE(passing, 40U);
  EXPECT_GE(failing, 50U);
  EXPECT_THAT(depths, ::testing::IsSupersetOf({0, 1, 2, 3, 4}));
}

TEST(InlineModule, HasErrorsAtTheirLineAndColumnInTheYamlFile) {
  const auto scenario = load_scenario(
      "name: n\nexpect: pass\nprocesses: [{operations: []}]\nmodule: |\n  (module\n"
      "    (func (nonsense)))\n",
      "s.yaml", nullptr);
  ASSERT_TRUE(scenario.has_value());
  const auto module = parse_scenario_module(*scenario);
  ASSERT_FALSE(module.has_value());
  EXPECT_EQ(core::describe(module.error().span).substr(0, 11), "s.yaml:6:12")
      << module.error().message;
}

}  // namespace
}  // namespace heddle::scenarios
