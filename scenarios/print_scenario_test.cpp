#include "scenarios/print_scenario.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "scenarios/load.hpp"

namespace heddle::scenarios {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kModule = "(module\n  (func (export \"f\")))\n";

Scenario load(std::string_view text) {
  auto scenario = load_scenario(text, "s.yaml", [](std::string_view) -> core::Result<std::string> {
    return std::string(kModule);
  });
  EXPECT_TRUE(scenario.has_value()) << (scenario ? "" : scenario.error().message) << text;
  return scenario ? *std::move(scenario) : Scenario{};
}

std::string print(const Scenario& scenario) {
  auto text = print_scenario(scenario, scenario.module->text);
  EXPECT_TRUE(text.has_value());
  return text.value_or("");
}

constexpr std::string_view kEverything = R"(name: everything
about: All keys at once.
module: |
  (module
    (func (export "f")))
instances: one
setup: [{call: init}]
processes:
  - name: worker
    count: 2
    repeat: 2
    operations:
      - {call: f, args: [1, "i64:-1", f64:1.5], as: {fetch_add: [1]}, returns: 7}
      - {call: g, as: read, returns: [1, 2]}
  - operations: []
finally: [{call: get, as: read, returns: []}]
check: [races, lost-wakeups, {linearizability: {model: counter, initial: 4}}, {atomic: [f]},
        {without: [traps, deadlock]}]
faults: {pause: 0.25, grow: 0.1, quiet_after: 7}
expect: {fail: linearizability}
preemptions: 2
limits: {steps: 10, instructions: 20}
explore: {strategy: replay, schedules: 30, seed: 50, points: all, schedule: "t1*2 t2 timeout:t1"}
)";

TEST(PrintScenario, givesWhatLoadsAsTheSame) {
  const Scenario first = load(kEverything);
  const std::string text = print(first);
  const Scenario second = load(text);
  EXPECT_EQ(print(second), text);
  EXPECT_EQ(second.name, first.name);
  EXPECT_EQ(second.about, first.about);
  EXPECT_EQ(second.instances, Instances::One);
  ASSERT_EQ(second.processes.size(), 3U);
  EXPECT_EQ(second.processes[1].name, "worker2");
  ASSERT_EQ(second.processes[1].operations.size(), 4U);
  EXPECT_EQ(second.processes[2].operations.size(), 0U);
  EXPECT_EQ(second.processes[1].operations[1].returns->size(), 2U);
  EXPECT_EQ(second.finally[0].returns->size(), 0U) << "asserted: there are none";
  EXPECT_FALSE(second.setup[0].returns.has_value());
  EXPECT_TRUE(second.checks.races);
  EXPECT_TRUE(second.checks.lost_wakeups);
  EXPECT_FALSE(second.checks.traps);
  EXPECT_FALSE(second.checks.deadlock);
  EXPECT_TRUE(second.checks.assertions);
  EXPECT_EQ(second.checks.linearizability->initial, 4);
  EXPECT_EQ(second.checks.atomic, std::vector<std::string>{"f"});
  EXPECT_EQ(second.faults, first.faults);
  EXPECT_EQ(second.expected_failure, Rule::Linearizability);
  EXPECT_EQ(second.preemptions, 2U);
  EXPECT_EQ(second.limits.steps, 10U);
  EXPECT_EQ(second.explore.strategy, "replay");
  EXPECT_EQ(second.explore.points, core::PointMode::All);
  EXPECT_EQ(second.explore.schedule, first.explore.schedule);
  EXPECT_EQ(first.explore.schedule->size(), 4U);
}

TEST(PrintScenario, hasAsManyOperationsOfTheSpecification) {
  const Scenario first = load(kEverything);
  const Scenario second = load(print(first));
  const SpecOperation& operation =
      second.operations[static_cast<std::size_t>(second.processes[0].operations[0].operation)];
  EXPECT_EQ(operation.name, "fetch_add");
  EXPECT_EQ(operation.arguments, std::vector<std::int64_t>{1});
}

TEST(PrintScenario, refusesNamesThatALineCannotHold) {
  Scenario scenario = load(kEverything);
  scenario.processes[0].operations[0].function = "two\nlines";
  EXPECT_FALSE(print_scenario(scenario, kModule).has_value());
  scenario = load(kEverything);
  scenario.name = "\x01";
  EXPECT_FALSE(print_scenario(scenario, kModule).has_value());
}

TEST(PrintScenario, ofEveryScenarioOfTheCorpusLoadsAgain) {
  std::size_t printed = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(HEDDLE_SOURCE_DIR "/scenarios")) {
    if (entry.path().extension() != ".yaml") continue;
    const auto scenario = load_scenario_file(entry.path().string());
    ASSERT_TRUE(scenario.has_value()) << entry.path();
    const auto text = print_scenario(*scenario, kModule);
    ASSERT_TRUE(text.has_value()) << entry.path();
    const auto again = print_scenario(load(*text), kModule);
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(*again, *text) << entry.path();
    ++printed;
  }
  EXPECT_GT(printed, 50U);
}

TEST(LoadScenario, takesAScheduleForReplayOnly) {
  const auto error_of = [](std::string_view explore) {
    const auto scenario = load_scenario(
        "name: x\nmodule: (module)\nprocesses: [{operations: []}]\nexpect: pass\n" +
            std::string(explore),
        "s.yaml", [](std::string_view) -> core::Result<std::string> { return std::string(); });
    return scenario ? "" : scenario.error().message;
  };
  EXPECT_EQ(error_of("explore: {strategy: replay, schedule: \"t1 t2*3\"}\n"), "");
  EXPECT_THAT(error_of("explore: {strategy: pct, schedule: t1}\n"), HasSubstr("'replay'"));
  EXPECT_THAT(error_of("explore: {schedule: t1}\n"), HasSubstr("'replay'"));
  EXPECT_THAT(error_of("explore: {strategy: replay, schedule: x1}\n"), HasSubstr("a choice is"));
}

}  // namespace
}  // namespace heddle::scenarios
