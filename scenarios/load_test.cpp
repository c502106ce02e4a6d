#include "scenarios/load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace heddle::scenarios {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kWhole = R"(name: everything
about: All keys at once.
module: |
  (module
    (func (export "f")))
instances: one
setup:
  - call: init
processes:
  - name: worker
    count: 2
    repeat: 3
    operations:
      - {call: f, args: [1, "i64:-1", f64:1.5], as: {fetch_add: [1]}, returns: 7}
      - {call: g, as: read, returns: [1, 2]}
  - operations:
      - call: h
finally:
  - {call: get, as: read, returns: []}
check:
  - deadlock
  - linearizability: {model: counter, initial: 4}
  - without: [traps]
expect: {fail: linearizability}
preemptions: 2
limits: {steps: 10, instructions: 20}
explore: {strategy: pct, schedules: 30, preemptions: 4, seed: 50}
)";

core::Result<Scenario> load(std::string_view text) {
  return load_scenario(text, "s.yaml", [](std::string_view path) -> core::Result<std::string> {
    if (path.starts_with("missing")) return core::make_error("no such file");
    return std::string("contents of ") + std::string(path);
  });
}

// kWhole with one place changed.
std::string changed(std::string_view from, std::string_view to) {
  std::string text(kWhole);
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(LoadScenario, ReadsEveryKey) {
  const auto scenario = load(kWhole);
  ASSERT_TRUE(scenario.has_value())
      << core::describe(scenario.error().span) << ": " << scenario.error().message;
  EXPECT_EQ(scenario->name, "everything");
  EXPECT_EQ(scenario->about, "All keys at once.");
  EXPECT_EQ(scenario->instances, Instances::One);
  EXPECT_EQ(scenario->setup.at(0).function, "init");
  EXPECT_TRUE(scenario->checks.deadlock);
  EXPECT_TRUE(scenario->checks.assertions);
  EXPECT_FALSE(scenario->checks.traps);
  EXPECT_EQ(scenario->checks.linearizability->model, "counter");
  EXPECT_EQ(scenario->checks.linearizability->initial, 4);
  EXPECT_EQ(scenario->expected_failure, Rule::Linearizability);
  EXPECT_EQ(scenario->preemptions, 2U);
  EXPECT_EQ(scenario->limits.steps, 10U);
  EXPECT_EQ(scenario->limits.instructions, 20U);
  EXPECT_EQ(scenario->explore.strategy, "pct");
  EXPECT_EQ(scenario->explore.schedules, 30U);
  EXPECT_EQ(scenario->explore.preemptions, 4U);
  EXPECT_EQ(scenario->explore.seed, 50U);
  EXPECT_EQ(scenario->text, kWhole);
}

TEST(LoadScenario, ExpandsCountAndRepeat) {
  const auto scenario = load(kWhole);
  ASSERT_TRUE(scenario.has_value());
  std::vector<std::string> names;
  for (const Process& process : scenario->processes) names.push_back(process.name);
  EXPECT_THAT(names, ElementsAre("worker1", "worker2", "b"));
  std::vector<std::string> calls;
  for (const CallStep& step : scenario->processes[1].operations) calls.push_back(step.function);
  EXPECT_THAT(calls, ElementsAre("f", "g", "f", "g", "f", "g"));
}

TEST(LoadScenario, ReadsACall) {
  const auto scenario = load(kWhole);
  ASSERT_TRUE(scenario.has_value());
  const CallStep& f = scenario->processes[0].operations[0];
  ASSERT_EQ(f.arguments.size(), 3U);
  EXPECT_EQ(std::get<UntypedInteger>(f.arguments[0].value), (UntypedInteger{false, 1}));
  EXPECT_EQ(std::get<core::Value>(f.arguments[1].value), core::Value::i64(UINT64_MAX));
  EXPECT_EQ(f.returns->size(), 1U);
  EXPECT_EQ(place_of(f), "s.yaml:14");
  EXPECT_EQ(scenario->finally[0].returns->size(), 0U);
  EXPECT_FALSE(scenario->setup[0].returns.has_value());
}

TEST(LoadScenario, NumbersTheMeaningsOfCallsThroughoutTheScenario) {
  const auto scenario = load(kWhole);
  ASSERT_TRUE(scenario.has_value());
  ASSERT_EQ(scenario->operations.size(), 3U);
  EXPECT_EQ(scenario->operations[0].name, "fetch_add");
  EXPECT_THAT(scenario->operations[0].arguments, ElementsAre(1));
  EXPECT_EQ(scenario->operations[2].name, "read");
  EXPECT_EQ(scenario->setup[0].operation, -1);
  EXPECT_EQ(scenario->processes[1].operations[3].operation, 1);
  EXPECT_EQ(scenario->finally[0].operation, 2);
}

TEST(LoadScenario, PlacesTheInlineModuleInTheFile) {
  const auto scenario = load(kWhole);
  ASSERT_TRUE(scenario.has_value());
  const core::Source& module = *scenario->module;
  const std::size_t func = module.text.find("(func");
  ASSERT_NE(func, std::string::npos);
  EXPECT_EQ(core::describe(module.span_at(func)), "s.yaml:5:5");

  const auto spaced = load(changed("module: |\n", "module: |\n\n\n"));
  ASSERT_TRUE(spaced.has_value());
  EXPECT_EQ(core::describe(spaced->module->span_at(spaced->module->text.find("(func"))),
            "s.yaml:7:5");

  const auto flow =
      load("{module: \"(module)\", name: n, expect: pass, processes: [{operations: []}]}");
  ASSERT_TRUE(flow.has_value()) << flow.error().message;
  EXPECT_EQ(flow->module->text, "(module)");
  EXPECT_EQ(flow->module->first_line, 1U);
}

TEST(LoadScenario, TakesModulesFromFilesByTheReader) {
  const std::string inline_module = "module: |\n  (module\n    (func (export \"f\")))\n";
  const auto text = load(changed(inline_module, "module_file: sub/m.wat\n"));
  ASSERT_TRUE(text.has_value()) << text.error().message;
  EXPECT_TRUE(text->module->is_text);
  EXPECT_EQ(text->module->file, "sub/m.wat");
  EXPECT_EQ(text->module->text, "contents of sub/m.wat");
  EXPECT_EQ(text->files.at("sub/m.wat"), "contents of sub/m.wat");

  const auto binary = load(changed(inline_module, "module_file: m.wasm\n"));
  ASSERT_TRUE(binary.has_value());
  EXPECT_FALSE(binary->module->is_text);

  for (const auto& [path, message] :
       std::map<std::string, std::string>{{"missing.wat", "no such file"},
                                          {"m.c", "must end in .wat or .wasm"},
                                          {"/m.wat", "must be relative"}}) {
    const auto bad = load(changed(inline_module, "module_file: " + path + "\n"));
    ASSERT_FALSE(bad.has_value());
    EXPECT_EQ(core::describe(bad.error().span), "s.yaml:3:14");
    EXPECT_THAT(bad.error().message, HasSubstr(message));
  }
}

struct Change {
  std::string from;
  std::string to;
  std::string place;
  std::string message;
};

class ChangedScenario : public ::testing::TestWithParam<Change> {};

TEST_P(ChangedScenario, IsRefusedAtItsPlace) {
  const Change& change = GetParam();
  const auto scenario = load(changed(change.from, change.to));
  ASSERT_FALSE(scenario.has_value());
  EXPECT_THAT(scenario.error().message, HasSubstr(change.message));
  EXPECT_EQ(core::describe(scenario.error().span), change.place) << scenario.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    All, ChangedScenario,
    ::testing::Values(
        Change{"about:", "abuot:", "s.yaml:2:1",
               "unknown key 'abuot' in a scenario; allowed are name, about, module,"},
        Change{"name: everything\n", "", "s.yaml:1:1", "a scenario needs the key 'name'"},
        Change{"module: |", "module: >", "s.yaml:3:9", "must be a literal block"},
        Change{"instances: one", "module_file: a.wat", "s.yaml:1:1", "either the key 'module' or"},
        Change{"instances: one", "instances: two", "s.yaml:6:12", "'per_process' or 'one'"},
        Change{"setup:\n  - call: init", "setup: init", "s.yaml:7:8",
               "a list of calls is expected"},
        Change{"  - call: init", "  - init", "s.yaml:8:5",
               "a call must be a mapping with the keys"},
        Change{"call: init", "args: []", "s.yaml:8:5", "a call needs the key 'call'"},
        Change{"count: 2", "count: 0", "s.yaml:11:12", "count must be at least 1"},
        Change{"count: 2", "count: 1001", "s.yaml:11:12", "a number from 0 to 1000"},
        Change{"count: 2", "count: two", "s.yaml:11:12", "not 'two'"},
        Change{"repeat: 3", "repeat: 100000", "s.yaml:10:5", "at most 100000 operations"},
        Change{"name: worker\n    count: 2", "name: main", "s.yaml:10:5", "belongs to agent 0"},
        Change{"name: worker\n    count: 2", "name: b", "s.yaml:15:5", "two processes named 'b'"},
        Change{"[1, \"i64", "[1x, \"i64", "s.yaml:14:26", "'1x' is not a value"},
        Change{"args: [1", "args: [[1]", "s.yaml:14:26", "a value is expected, not a list"},
        Change{"{fetch_add: [1]}", "{fetch_add: 1}", "s.yaml:14:65", "a list of integers"},
        Change{"{fetch_add: [1]}", "{fetch_add: [1.5]}", "s.yaml:14:66", "integer of 64 bits"},
        Change{"{fetch_add: [1]}", "{a: [], b: []}", "s.yaml:14:53", "the name of an operation"},
        Change{"- deadlock", "- lifelock", "s.yaml:21:5", "unknown check 'lifelock'"},
        Change{"- deadlock", "- atomic: push", "s.yaml:21:13", "a list of exported functions"},
        Change{"{fail: linearizability}", "{fail: data-race}", "s.yaml:24:9", "but not checked"},
        Change{"{model: counter,", "{", "s.yaml:22:22", "needs the key 'model'"},
        Change{"initial: 4", "initial: x", "s.yaml:22:48", "must be an integer"},
        Change{"{fail: linearizability}", "{fail: bad_luck}", "s.yaml:24:16", "with RULE one of"},
        Change{"{fail: linearizability}", "fail", "s.yaml:24:9", "expect is 'pass' or"},
        Change{"{fail: linearizability}", "{fail: trap}", "s.yaml:24:9", "but not checked"},
        Change{"{fail: linearizability}", "pass", "s.yaml:25:14", "describes a failure"},
        Change{"steps: 10", "steps: -1", "s.yaml:26:17", "steps must be a number"},
        Change{"strategy: pct", "strateby: pct", "s.yaml:27:11", "unknown key 'strateby'"},
        Change{"about: All keys at once.", "name: again", "s.yaml:2:1", "duplicate key 'name'"}));

TEST(LoadScenario, ReadsChecksOfEvents) {
  const std::string text =
      "name: n\nmodule: (module)\nprocesses: [{operations: [{call: f}]}]\nexpect: pass\n";
  const auto plain = load(text);
  ASSERT_TRUE(plain.has_value()) << plain.error().message;
  EXPECT_TRUE(plain->checks.livelock);
  EXPECT_FALSE(plain->checks.races);
  EXPECT_FALSE(plain->checks.lost_wakeups);
  EXPECT_TRUE(plain->checks.atomic.empty());
  const auto all =
      load(text + "check: [races, lost-wakeups, {atomic: [push, pop]}, {without: [livelock]}]\n");
  ASSERT_TRUE(all.has_value()) << all.error().message;
  EXPECT_FALSE(all->checks.livelock);
  EXPECT_TRUE(all->checks.races);
  EXPECT_TRUE(all->checks.lost_wakeups);
  EXPECT_EQ(all->checks.atomic, (std::vector<std::string>{"push", "pop"}));
}

TEST(LoadScenario, NeedsProcesses) {
  const auto scenario = load("name: n\nmodule: (module)\nprocesses: []\nexpect: pass\n");
  ASSERT_FALSE(scenario.has_value());
  EXPECT_THAT(scenario.error().message, HasSubstr("at least one process"));
}

RC_GTEST_PROP(LoadScenario, SurvivesAnyDamage, ()) {
  std::string text(kWhole);
  const auto at =
      static_cast<std::size_t>(*rc::gen::inRange<int>(0, static_cast<int>(text.size())));
  text.replace(
      at, static_cast<std::size_t>(*rc::gen::inRange(0, 30)),
      *rc::gen::element<std::string>("", "\n", ": ", "- ", "[", "}", "|", "99999999", "  "));
  (void)load(text);
}

}  // namespace
}  // namespace heddle::scenarios
