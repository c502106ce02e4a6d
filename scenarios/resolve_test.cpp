#include "scenarios/resolve.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/load.hpp"

namespace heddle::scenarios {
namespace {

using ::testing::HasSubstr;

// Exports `add: [i32 i64] -> [f64]`, `stop: [] -> []`, a memory `stop_it`, and `broken` functions
// with an index and a type that do not exist.
engine::Module module() {
  engine::Module module;
  module.add_type(engine::FunctionType{{engine::kI32, engine::kI64}, {engine::kF64}});
  module.add_type(engine::FunctionType{});
  module.functions.resize(3);
  module.functions[1].type = 1;
  module.functions[2].type = 99;
  module.exports = {{"add", engine::ExternKind::Function, 0, 0},
                    {"stop", engine::ExternKind::Function, 1, 0},
                    {"memory", engine::ExternKind::Memory, 0, 0},
                    {"broken_index", engine::ExternKind::Function, 3, 0},
                    {"broken_type", engine::ExternKind::Function, 2, 0}};
  return module;
}

Scenario scenario_calling(std::string_view call) {
  std::string text = "name: n\nmodule: (module)\nexpect: pass\nprocesses:\n  - operations: [";
  text += call;
  text += "]\n";
  auto scenario = load_scenario(text, "s.yaml", nullptr);
  EXPECT_TRUE(scenario.has_value()) << scenario.error().message;
  return *std::move(scenario);
}

std::string error_of(std::string_view call) {
  Scenario scenario = scenario_calling(call);
  const auto result = resolve(scenario, module());
  return result ? "" : result.error().message;
}

TEST(Resolve, GivesUntypedLiteralsTheDeclaredTypes) {
  Scenario scenario = scenario_calling("{call: add, args: [-1, -1], returns: 2}");
  ASSERT_TRUE(resolve(scenario, module()).has_value());
  const CallStep& step = scenario.processes[0].operations[0];
  EXPECT_EQ(std::get<core::Value>(step.arguments[0].value), core::Value::i32(UINT32_MAX));
  EXPECT_EQ(std::get<core::Value>(step.arguments[1].value), core::Value::i64(UINT64_MAX));
  EXPECT_EQ(std::get<core::Value>((*step.returns)[0].value),
            core::Value::f64(0x4000'0000'0000'0000));
}

TEST(Resolve, KnowsWhichOperationsHaveResults) {
  Scenario scenario = scenario_calling("{call: add, args: [1, 1], as: a}, {call: stop, as: b}");
  ASSERT_TRUE(resolve(scenario, module()).has_value());
  EXPECT_TRUE(scenario.operations[0].has_result);
  EXPECT_FALSE(scenario.operations[1].has_result);
}

TEST(Resolve, RefusesCallsThatDoNotFitTheModule) {
  EXPECT_THAT(error_of("{call: sub}"),
              HasSubstr("exports no function 'sub'; it exports add, stop, broken_index"));
  EXPECT_THAT(error_of("{call: memory}"), HasSubstr("exports no function 'memory'"));
  EXPECT_THAT(error_of("{call: broken_index}"), HasSubstr("exports no function"));
  EXPECT_THAT(error_of("{call: broken_type}"), HasSubstr("exports no function"));
  EXPECT_THAT(error_of("{call: add, args: [1]}"), HasSubstr("2 parameter(s), but 1 is given"));
  EXPECT_THAT(error_of("{call: stop, returns: 1}"), HasSubstr("0 result(s), but 1 is given"));
  EXPECT_THAT(error_of("{call: add, args: [i64:1, 1]}"), HasSubstr("where i32 is expected"));
}

TEST(Resolve, RefusesAtomicCallsOfWhatTheModuleDoesNotExport) {
  Scenario scenario = scenario_calling("{call: stop}");
  scenario.checks.atomic = {"stop", "go"};
  scenario.checks.atomic_span = {.file = "s.yaml", .line = 7, .column = 3};
  const auto result = resolve(scenario, module());
  ASSERT_FALSE(result.has_value());
  EXPECT_THAT(result.error().message, HasSubstr("exports no function 'go'"));
  EXPECT_EQ(result.error().span.line, 7U);
}

TEST(Resolve, RefusesAnOwnSharedMemoryInEveryInstance) {
  engine::Module own = module();
  own.memories.push_back({.type = {.limits = {1, 1}, .shared = true}});
  Scenario scenario = scenario_calling("{call: stop}");
  const auto refused = resolve(scenario, own);
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message, HasSubstr("instances: one"));

  scenario.instances = Instances::One;
  EXPECT_TRUE(resolve(scenario, own).has_value());

  scenario.instances = Instances::PerProcess;
  own.imports.push_back({.module = "env", .name = "m", .type = own.memories[0].type});
  EXPECT_TRUE(resolve(scenario, own).has_value());
}

}  // namespace
}  // namespace heddle::scenarios
