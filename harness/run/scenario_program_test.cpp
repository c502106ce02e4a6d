#include "harness/run/scenario_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/run/run_fixture.hpp"

namespace heddle::harness {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A module with a private counter and a shared cell.
std::string with_module(std::string_view rest) {
  return R"(name: test
module: |
  (module
    (import "env" "memory" (memory 1 1 shared))
    (global $own (mut i32) (i32.const 0))
    (func (export "bump") (result i32)
      (global.set $own (i32.add (global.get $own) (i32.const 1))) (global.get $own))
    (func (export "put") (param i32) (i32.atomic.store (i32.const 0) (local.get 0)))
    (func (export "get") (result i32) (i32.atomic.load (i32.const 0)))
    (func (export "boom") (unreachable))
    (func (export "sleep") (drop (memory.atomic.wait32 (i32.const 8) (i32.const 0) (i64.const -1)))))
)" + std::string(rest);
}

std::string failure_of(const std::string& rest) {
  const auto program = scenario(with_module(rest));
  const core::Execution execution = execute(*program);
  const core::Verdict verdict = program->judge(execution);
  return verdict.kind == core::VerdictKind::Pass ? "pass" : to_string(verdict.signature());
}

core::Error error_of(const std::string& text) {
  core::Repro repro;
  repro.kind = core::ProgramKind::Scenario;
  repro.name = "test.yaml";
  repro.program = text;
  const auto program = load_program(repro);
  EXPECT_FALSE(program.has_value());
  return program ? core::Error{} : program.error();
}

TEST(ScenarioProgram, MainSetsUpThenTheProcessesRunThenMainFinishes) {
  const auto program = scenario(with_module(R"(
setup: [{call: put, args: [5]}]
processes: [{name: p, operations: [{call: get, returns: 5}, {call: put, args: [6]}]}]
finally: [{call: get, returns: 6}]
expect: pass
)"));
  const core::Execution execution = execute(*program);
  EXPECT_EQ(program->judge(execution).kind, core::VerdictKind::Pass);
  std::vector<std::string> calls;
  for (const core::Call& call : execution.trace.calls) {
    calls.push_back(execution.trace.agents[call.agent.index].name + "." + call.function);
  }
  EXPECT_THAT(calls, ElementsAre("main.put", "p.get", "p.put", "main.get"));
}

TEST(ScenarioProgram, EveryProcessHasItsOwnGlobalsUnlessThereIsOneInstance) {
  const std::string rest = R"(
setup: [{call: bump, returns: 1}]
processes: [{name: p, operations: [{call: bump, returns: 1}]}]
finally: [{call: bump, returns: 2}]
expect: pass
)";
  EXPECT_EQ(failure_of(rest), "pass");
  EXPECT_THAT(failure_of("instances: one" + rest), HasSubstr("assertion at test.yaml:14"));
}

TEST(ScenarioProgram, AWrongResultIsAFindingAndTheProcessGoesOn) {
  const auto program = scenario(with_module(R"(
processes: [{name: p, operations: [{call: get, returns: 3}, {call: get, returns: 4}]}]
expect: {fail: assertion}
)"));
  const core::Execution execution = execute(*program);
  ASSERT_EQ(execution.findings.size(), 2u);
  EXPECT_EQ(execution.findings[0].rule, "assertion");
  EXPECT_EQ(execution.findings[0].message, "get: expected i32:3, got i32:0");
  EXPECT_EQ(execution.findings[0].place, "test.yaml:13");
}

TEST(ScenarioProgram, ATrapEndsItsProcessOnly) {
  const auto program = scenario(with_module(R"(
processes:
  - {name: p, operations: [{call: boom}, {call: put, args: [1]}]}
  - {name: q, operations: [{call: put, args: [2]}]}
finally: [{call: get, returns: 2}]
expect: {fail: trap}
)"));
  const core::Execution execution = execute(*program);
  EXPECT_TRUE(execution.findings.empty());
  const core::Verdict verdict = program->judge(execution);
  EXPECT_EQ(verdict.signature().rule, "trap");
  EXPECT_EQ(execution.ends.at(1).outcome.kind, core::OutcomeKind::Trapped);
  EXPECT_EQ(execution.ends.at(2).outcome.kind, core::OutcomeKind::Returned);
}

TEST(ScenarioProgram, OnlyWhatIsCheckedFails) {
  const std::string trap = "processes: [{operations: [{call: boom}]}]\nexpect: pass\n";
  EXPECT_THAT(failure_of("\n" + trap), HasSubstr("trap"));
  EXPECT_EQ(failure_of("\ncheck: [{without: [traps]}]\n" + trap), "pass");
  const std::string wrong = "processes: [{operations: [{call: get, returns: 1}]}]\nexpect: pass\n";
  EXPECT_THAT(failure_of("\n" + wrong), HasSubstr("assertion"));
  EXPECT_EQ(failure_of("\ncheck: [{without: [assertions]}]\n" + wrong), "pass");
  const std::string sleep = "processes: [{operations: [{call: sleep}]}]\nexpect: pass\n";
  EXPECT_THAT(failure_of("\n" + sleep), HasSubstr("deadlock"));
  EXPECT_EQ(failure_of("\ncheck: [{without: [deadlock]}]\n" + sleep), "pass");
}

TEST(ScenarioProgram, LinearizabilityLooksAtTheCallsThatStandForOperations) {
  EXPECT_EQ(failure_of(R"(
processes: [{operations: [{call: get, as: read}]}]
check: [{linearizability: {model: register, initial: 1}}]
expect: {fail: linearizability}
)"),
            "linearizability at register");
  EXPECT_EQ(failure_of(R"(
processes: [{operations: [{call: get, as: read}]}]
check: [{linearizability: {model: register}}]
expect: pass
)"),
            "pass");
}

TEST(ScenarioProgram, ItsOwnLimitsAreTheDefault) {
  const auto program = scenario(with_module(R"(
processes: [{operations: [{call: get}]}]
expect: pass
limits: {steps: 7, instructions: 8}
)"));
  EXPECT_EQ(program->default_options().steps_max, 7u);
  EXPECT_EQ(program->default_options().instructions_max, 8u);
}

TEST(ScenarioProgram, WhatCannotBeRunIsAnErrorWithAPlace) {
  const auto import = error_of(
      "name: x\nmodule: (module (import \"env\" \"f\" (func)) (func (export \"g\")))\n"
      "processes: [{operations: [{call: g}]}]\nexpect: pass\n");
  EXPECT_THAT(import.message, HasSubstr("unknown import"));
  const auto invalid = error_of(
      "name: x\nmodule: (module (func (export \"g\") (result i32)))\n"
      "processes: [{operations: [{call: g}]}]\nexpect: pass\n");
  EXPECT_THAT(invalid.message, HasSubstr("type mismatch"));
  EXPECT_EQ(invalid.span.line, 2u);
  const auto model = error_of(with_module(R"(
processes: [{operations: [{call: get, as: read}]}]
check: [{linearizability: {model: heap}}]
expect: pass
)"));
  EXPECT_THAT(model.message, HasSubstr("heap"));
  EXPECT_EQ(model.span.file, "test.yaml");
  const auto operation = error_of(with_module(R"(
processes: [{operations: [{call: get, as: pop}]}]
check: [{linearizability: {model: register}}]
expect: pass
)"));
  EXPECT_THAT(operation.message, HasSubstr("pop"));
  const auto call =
      error_of(with_module("\nprocesses: [{operations: [{call: nope}]}]\nexpect: pass\n"));
  EXPECT_THAT(call.message, HasSubstr("nope"));
}

}  // namespace
}  // namespace heddle::harness
