#include "harness/run/test_scenario.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/run/run_fixture.hpp"

namespace heddle::harness {
namespace {

using ::testing::HasSubstr;

ScenarioResult test_text(std::string text, CampaignHooks hooks = {}) {
  const auto program = scenario(std::move(text));
  CampaignOptions options = campaign_defaults(*program);
  options.schedules_max = 200;
  auto result = test_scenario(*program, options, hooks);
  EXPECT_TRUE(result.has_value());
  return result ? *std::move(result) : ScenarioResult{};
}

TEST(TestScenario, APassThatIsExpectedIsAsExpected) {
  EXPECT_TRUE(test_text(std::string(kAtomicUpdate)).is_as_expected);
}

TEST(TestScenario, AFailureThatIsExpectedIsAsExpected) {
  EXPECT_TRUE(test_text(std::string(kLostUpdate)).is_as_expected);
}

TEST(TestScenario, AFailureThatIsNotExpectedIsNot) {
  const auto result = test_text(replace_first(
      replace_first(std::string(kLostUpdate), "expect: {fail: assertion}", "expect: pass"),
      "preemptions: 1\n", ""));
  EXPECT_FALSE(result.is_as_expected);
  EXPECT_THAT(result.message, HasSubstr("expected to pass, but: assertion at test.yaml:11"));
}

TEST(TestScenario, AnExpectedFailureThatDoesNotOccurIsNot) {
  const auto result = test_text(
      replace_first(std::string(kAtomicUpdate), "expect: pass", "expect: {fail: assertion}"));
  EXPECT_FALSE(result.is_as_expected);
  EXPECT_THAT(result.message, HasSubstr("found none in 200 schedules"));
}

TEST(TestScenario, AnotherRuleThanTheExpectedOneIsNot) {
  const auto result =
      test_text(replace_first(std::string(kLostUpdate), "fail: assertion", "fail: deadlock"));
  EXPECT_FALSE(result.is_as_expected);
  EXPECT_THAT(result.message, HasSubstr("expected a failure (deadlock), found another: assertion"));
}

TEST(TestScenario, AnotherNumberOfPreemptionsThanTheDeclaredOneIsNot) {
  const auto result =
      test_text(replace_first(std::string(kLostUpdate), "preemptions: 1", "preemptions: 0"));
  EXPECT_FALSE(result.is_as_expected);
  EXPECT_THAT(result.message, HasSubstr("with 0 preemptions, the smallest found has 1"));
}

TEST(TestScenario, ALimitIsNoPass) {
  const auto result = test_text(std::string(kAtomicUpdate) + "limits: {steps: 2}\n");
  EXPECT_FALSE(result.is_as_expected);
  EXPECT_TRUE(result.is_unknown);
  EXPECT_THAT(result.message, HasSubstr("it is not known"));
  EXPECT_TRUE(test_text(std::string(kLostUpdate) + "limits: {steps: 2}\n").is_unknown);
}

TEST(TestScenario, AnInterruptionIsNoVerdict) {
  const auto result = test_text(std::string(kAtomicUpdate), {.should_stop = [] { return true; }});
  EXPECT_TRUE(result.was_interrupted);
  EXPECT_FALSE(result.is_as_expected);
}

TEST(TestScenario, EveryScenarioOfTheCorpusGivesTheVerdictThatItDeclares) {
  const auto files =
      list_files(HEDDLE_SOURCE_DIR "/scenarios", scenario_endings(), {"*.repro.yaml"});
  ASSERT_TRUE(files.has_value());
  EXPECT_GE(files->size(), 25u);
  for (const std::string& path : *files) {
    const auto program = load_program(path);
    ASSERT_TRUE(program.has_value()) << core::render(program.error(), "");
    CampaignOptions options = campaign_defaults(**program);
    options.counts_outcomes = false;
    const auto result = test_scenario(**program, options);
    ASSERT_TRUE(result.has_value()) << path;
    EXPECT_TRUE(result->is_as_expected) << path << ": " << result->message;
  }
}

}  // namespace
}  // namespace heddle::harness
