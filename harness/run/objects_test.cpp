// The objects of scenarios/objects, execution by execution: the judge says of a trace what `heddle
// check` says of the history that the trace is projected to (design, law 4), however it is
// decided. test_scenario_test.cpp holds each object to what it declares.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "harness/linear/decide.hpp"
#include "harness/models/models.hpp"
#include "harness/run/campaign.hpp"
#include "harness/run/history_file.hpp"
#include "harness/run/run_fixture.hpp"
#include "histories/read.hpp"
#include "histories/write_history.hpp"
#include "scenarios/scenario.hpp"

namespace heddle::harness {
namespace {

using core::VerdictKind;

constexpr std::uint64_t kSeeds = 30;

std::vector<std::string> objects() {
  return list_files(HEDDLE_SOURCE_DIR "/scenarios/objects", scenario_endings())
      .value_or(std::vector<std::string>{});
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  const std::string name = base_name(info.param);
  return name.substr(0, name.find('.'));
}

// Of the same history, read from a file's text.
struct Verdicts {
  VerdictKind fastest = VerdictKind::Unknown;
  VerdictKind searched = VerdictKind::Unknown;

  bool operator==(const Verdicts&) const = default;
};

class Objects : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    auto program = load_program(GetParam());
    ASSERT_TRUE(program.has_value()) << core::render(program.error(), "");
    program_ = *std::move(program);
    const scenarios::Scenario& scenario = *program_->scenario();
    ASSERT_TRUE(scenario.checks.linearizability.has_value());
    const scenarios::Linearizability& check = *scenario.checks.linearizability;
    InitialState initial;
    if (check.initial) initial.value = {*check.initial};
    auto model = make_model(check.model, initial);
    ASSERT_TRUE(model.has_value()) << model.error().message;
    model_ = *std::move(model);
  }

  [[nodiscard]] core::History history_of(const core::Trace& trace) const {
    return harness::history_of(trace, program_->operations());
  }

  [[nodiscard]] Verdicts check(const std::string& name, std::string text) const {
    const auto history = histories::read_history({.file = name, .text = std::move(text)});
    EXPECT_TRUE(history.has_value()) << history.error().message;
    if (!history) return {};
    const auto calls = prepare(*history, *model_);
    EXPECT_TRUE(calls.has_value()) << calls.error().message;
    if (!calls) return {};
    return {decide(*calls, *model_).kind, decide(*calls, *model_, {.only_searches = true}).kind};
  }

  void expect_verdict(const core::Trace& trace, VerdictKind expected) const {
    const core::History history = history_of(trace);
    EXPECT_FALSE(history.operations.empty());
    const Verdicts both{expected, expected};
    EXPECT_EQ(check("history.edn", histories::write_edn(history)), both)
        << histories::write_edn(history);
    EXPECT_EQ(check("history.json", histories::write_json_lines(history)), both)
        << histories::write_json_lines(history);
  }

  std::unique_ptr<Program> program_;
  std::unique_ptr<Model> model_;
};

TEST_P(Objects, ATraceAndTheFileOfItsHistoryAreJudgedAlike) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const core::Execution execution =
        execute(*program_, seed, campaign_defaults(*program_).execute);
    expect_verdict(execution.trace, program_->judge(execution).kind);
  }
}

TEST_P(Objects, TheFailureThatExploringFindsIsOneOfItsHistoryAndOfNoCorrectObject) {
  CampaignOptions options = campaign_defaults(*program_);
  options.counts_outcomes = false;
  options.covers = false;
  const auto report = explore(*program_, options, {});
  ASSERT_TRUE(report.has_value());
  const bool is_broken = program_->scenario()->expected_failure.has_value();
  ASSERT_EQ(report->failures.size(), is_broken ? 1U : 0U);
  for (const reports::ExploreFailure& failure : report->failures) {
    EXPECT_EQ(failure.signature.rule, "linearizability");
    expect_verdict(failure.trace, VerdictKind::Fail);
  }
}

INSTANTIATE_TEST_SUITE_P(All, Objects, testing::ValuesIn(objects()), test_name);

// multi-register's transactions are no integers, which is all that calls of functions can say.
TEST(ObjectsAsAWhole, EveryModelHasAnObjectThatKeepsToItAndOneThatDoesNot) {
  std::set<std::string> kept;
  std::set<std::string> broken;
  for (const std::string& path : objects()) {
    const auto program = load_program(path);
    ASSERT_TRUE(program.has_value()) << core::render(program.error(), "");
    const scenarios::Scenario& scenario = *(*program)->scenario();
    (scenario.expected_failure ? broken : kept).insert(scenario.checks.linearizability->model);
  }
  for (const ModelInfo& info : model_infos()) {
    if (info.name == "multi-register") continue;
    EXPECT_TRUE(kept.contains(std::string(info.name))) << info.name;
    EXPECT_TRUE(broken.contains(std::string(info.name))) << info.name;
  }
}

TEST(HistoryFile, AProgramWhoseCallsAreNoOperationsHasNoHistory) {
  const Folder folder;
  const auto program = scenario(std::string(kAtomicUpdate));
  const auto written = write_history_of(*program, execute(*program), folder.path("x.edn"));
  ASSERT_FALSE(written.has_value());
  EXPECT_THAT(written.error().message, testing::HasSubstr("no call of test.yaml is an operation"));
  EXPECT_FALSE(read_file(folder.path("x.edn")).has_value());
}

}  // namespace
}  // namespace heddle::harness
