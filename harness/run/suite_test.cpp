// The public suite of the threads proposal. ci/test runs the others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "harness/run/campaign.hpp"
#include "harness/run/expectations.hpp"
#include "harness/run/run_fixture.hpp"
#include "harness/run/run_program.hpp"

namespace heddle::harness {
namespace {

using ::testing::UnorderedElementsAre;

const std::string kSuite = HEDDLE_SOURCE_DIR "/../shared/suites/threads/core";

std::vector<std::string> scripts_in(const std::string& folder) {
  if (!is_folder(folder)) return {};
  auto files = list_files(folder, {".wast"});
  EXPECT_TRUE(files.has_value());
  return files ? *std::move(files) : std::vector<std::string>{};
}

const Expectations& known() {
  static const Expectations kKnown = [] {
    const std::string file = HEDDLE_SOURCE_DIR "/ci/expectations/reference.yaml";
    const auto text = read_file(file);
    auto expectations = Expectations::parse(text.value_or(""), file);
    EXPECT_TRUE(expectations.has_value()) << core::render(expectations.error(), "");
    return *std::move(expectations);
  }();
  return kKnown;
}

RunResult run_with(const std::string& path, std::uint64_t seeds) {
  const auto program = load_program(
      path, {}, [&](Language language) { return known().language_of(path, language); });
  EXPECT_TRUE(program.has_value()) << core::render(program.error(), "");
  if (!program) return {};
  RunResult result = run_program(**program, {.seed_count = seeds}, [] { return false; });
  result.file.file = path;
  known().apply(result.file);
  return result;
}

TEST(Suite, EveryAssertionPasses) {
  const auto files = scripts_in(kSuite);
  if (files.empty()) GTEST_SKIP() << "shared/suites/threads/core is absent";
  core::AssertionCounts total;
  for (const std::string& path : files) {
    const RunResult result = run_with(path, 1);
    for (const auto& failure : result.file.failures) {
      ADD_FAILURE() << failure.place << ": " << failure.message;
    }
    total.passed += result.file.counts.passed;
    total.failed += result.file.counts.failed;
    total.skipped += result.file.counts.skipped;
  }
  EXPECT_EQ(total.passed + total.skipped, 6910u);  // all assert_* forms outside comments
  EXPECT_EQ(total.failed, 0u);
  EXPECT_EQ(total.skipped, 0u);
}

TEST(Suite, ThreadScriptsPassWithAThousandSeeds) {
  const auto files = scripts_in(kSuite + "/threads");
  if (files.empty()) GTEST_SKIP() << "shared/suites/threads/core is absent";
  for (const std::string& path : files) {
    const std::uint64_t seeds = path.ends_with("/atomic.wast") ? 20 : 1000;  // one agent only
    const RunResult result = run_with(path, seeds);
    EXPECT_EQ(result.verdict, core::VerdictKind::Pass) << path;
    EXPECT_EQ(result.file.counts.failed + result.file.counts.skipped, 0u) << path;
  }
}

// The words of memory that hold what the two threads have read: "[0x18]" and "[0x20]".
std::string results_in(const std::string& observation) {
  const auto word = [&observation](const std::string& name) {
    const std::size_t at = observation.find(name + "=");
    if (at == std::string::npos) return std::string("0");
    const std::size_t begin = at + name.size() + 1;
    return observation.substr(begin, observation.find(' ', begin) - begin);
  };
  return word("[0x18]") + "," + word("[0x20]");
}

std::set<std::string> outcomes_of(const std::string& name) {
  const auto program = load_program(kSuite + "/threads/" + name);
  EXPECT_TRUE(program.has_value());
  if (!program) return {};
  CampaignOptions options = campaign_defaults(**program, {.strategy = "exhaustive"});
  const auto report = explore(**program, options);
  EXPECT_TRUE(report.has_value());
  EXPECT_TRUE(report->is_complete) << name;
  EXPECT_EQ(reports::verdict_of(*report), core::VerdictKind::Pass) << name;
  std::set<std::string> outcomes;
  for (const auto& outcome : report->outcomes) outcomes.insert(results_in(outcome.observation));
  return outcomes;
}

TEST(Suite, ExhaustiveSearchOfLitmusTestsSeesAllSequentiallyConsistentOutcomesAndNoOther) {
  if (!is_folder(kSuite)) GTEST_SKIP() << "shared/suites/threads/core is absent";
  for (const std::string suffix : {".wast", "_atomic.wast"}) {
    EXPECT_THAT(outcomes_of("SB" + suffix), UnorderedElementsAre("0,1", "1,0", "1,1"));
    EXPECT_THAT(outcomes_of("LB" + suffix), UnorderedElementsAre("0,0", "0,1", "1,0"));
    EXPECT_THAT(outcomes_of("MP" + suffix), UnorderedElementsAre("0,0", "0,42", "1,42"));
  }
}

}  // namespace
}  // namespace heddle::harness
