#include "harness/run/script_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/run/run_fixture.hpp"

namespace heddle::harness {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::string_view kModule = R"(
(module $m
  (func (export "one") (result i32) (i32.const 1))
  (func (export "two") (result i32 i64) (i32.const 1) (i64.const 2))
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "nan") (result f32) (f32.const nan:0x600000))
  (func (export "boom") (unreachable))
  (func $deep (export "deep") (call $deep))
  (global (export "g") i32 (i32.const 7))
  (memory (export "memory") 1))
)";

core::Execution run(std::string_view commands) {
  return execute(*script(std::string(kModule) + std::string(commands)));
}

// The command does what it should, and counts as one assertion.
void expect_pass(std::string_view command) {
  const core::Execution execution = run(command);
  EXPECT_EQ(execution.assertions.passed, 1u) << command;
  EXPECT_EQ(execution.assertions.failed, 0u) << command;
  EXPECT_EQ(execution.assertions.skipped, 0u) << command;
  for (const core::Finding& finding : execution.findings) ADD_FAILURE() << finding.message;
}

// The command fails, is found, and what follows it runs.
void expect_failure(const std::string& command, const std::string& rule,
                    const std::string& message) {
  const core::Execution execution =
      run(command + "\n(assert_return (invoke $m \"one\") (i32.const 1))");
  EXPECT_EQ(execution.assertions.passed, 1u) << command;
  EXPECT_EQ(execution.assertions.failed, 1u) << command;
  ASSERT_EQ(execution.findings.size(), 1u) << command;
  EXPECT_EQ(execution.findings[0].rule, rule) << command;
  EXPECT_THAT(execution.findings[0].message, StartsWith(message)) << command;
}

TEST(ScriptProgram, TheAssertionsThatHoldPass) {
  for (const std::string_view command : {
           R"((assert_return (invoke "one") (i32.const 1)))",
           R"((assert_return (invoke $m "two") (i32.const 1) (i64.const 2)))",
           R"((assert_return (invoke "add" (i32.const -1) (i32.const 3)) (i32.const 2)))",
           R"((assert_return (invoke "nan") (f32.const nan:arithmetic)))",
           R"((assert_return (invoke "one") (either (i32.const 0) (i32.const 1))))",
           R"((assert_return (get "g") (i32.const 7)))",
           R"((assert_trap (invoke "boom") "unreach"))",
           R"((assert_trap (module (func $f (unreachable)) (start $f)) "unreachable"))",
           R"((assert_exhaustion (invoke "deep") "call stack exhausted"))",
           R"~((assert_malformed (module quote "(module (func (i32.foo)))") "unknown operator"))~",
           R"((assert_malformed (module binary "\00asm") "unexpected end"))",
           R"((assert_invalid (module (func (result i32))) "type mismatch"))",
           R"((assert_unlinkable (module (import "a" "b" (func))) "unknown import"))",
           R"((assert_unlinkable (module (import "spectest" "memory" (func)))
                "incompatible import type"))",
       }) {
    expect_pass(command);
  }
}

TEST(ScriptProgram, AnAssertionThatDoesNotHoldSaysWhatItExpected) {
  expect_failure(R"((assert_return (invoke "one") (i32.const 2)))", "assertion",
                 "expected i32:2, got i32:1");
  expect_failure(R"((assert_return (invoke "one")))", "assertion",
                 "expected no results, got i32:1");
  expect_failure(R"((assert_return (invoke "two") (i32.const 1)))", "assertion",
                 "expected i32:1, got i32:1 i64:2");
  expect_failure(R"((assert_return (get "g") (i64.const 7)))", "assertion",
                 "expected i64:7, got i32:7");
  expect_failure(R"((assert_return (invoke "boom")))", "assertion",
                 "expected no results, got trapped: unreachable");
  expect_failure(R"((assert_return (invoke "nan") (f32.const nan:canonical)))", "assertion",
                 "expected ");
  expect_failure(R"((assert_trap (invoke "one") "unreachable"))", "assertion",
                 "expected trap \"unreachable\", got i32:1");
  expect_failure(R"((assert_exhaustion (invoke "boom") "call stack exhausted"))", "assertion",
                 "expected exhaustion");
  expect_failure(R"((assert_trap (invoke "deep") "call stack exhausted"))", "assertion",
                 "expected trap");
  expect_failure(R"((assert_exception (invoke "one")))", "assertion", "expected exception");
  expect_failure(R"~((assert_malformed (module quote "(module)") "unexpected token"))~",
                 "assertion", "expected malformed module: unexpected token, got a valid module");
  expect_failure(R"((assert_invalid (module) "type mismatch"))", "assertion",
                 "expected invalid module: type mismatch, got a valid module");
  expect_failure(R"((assert_unlinkable (module) "unknown import"))", "assertion",
                 "expected link error \"unknown import\", got an instance");
}

TEST(ScriptProgram, AMessageMustBeginWithTheExpectedTextAndNoMore) {
  expect_failure(R"((assert_trap (invoke "boom") "reachable"))", "assertion", "expected trap");
  expect_failure(R"((assert_trap (invoke "boom") "unreachable code"))", "assertion",
                 "expected trap");
  expect_failure(R"((assert_invalid (module (func (result i32))) "mismatch"))", "assertion",
                 "expected invalid module: mismatch, got invalid module: type mismatch");
  expect_failure(R"((assert_unlinkable (module (import "a" "b" (func))) "import"))", "assertion",
                 "expected link error: import, got link error: unknown import");
}

TEST(ScriptProgram, MalformedIsNotInvalidAndInvalidIsNotMalformed) {
  expect_failure(R"~((assert_malformed (module quote "(func (result i32))") "type mismatch"))~",
                 "assertion", "expected malformed module: type mismatch, got invalid module");
  expect_failure(
      R"~((assert_invalid (module quote "(module (func (i32.foo)))") "unknown operator"))~",
      "assertion", "expected invalid module: unknown operator, got malformed module");
  expect_failure(R"((assert_unlinkable (module (func (result i32))) "type mismatch"))", "script",
                 "invalid module: type mismatch");
}

TEST(ScriptProgram, APlainCommandThatFailsIsAFailure) {
  expect_failure(R"((invoke "boom"))", "trap", "trapped: unreachable");
  expect_failure(R"((invoke "deep"))", "trap", "exhausted: call stack exhausted");
  expect_failure(R"((module (func (result i32))))", "script", "invalid module: type mismatch");
  expect_failure(R"((module (import "a" "b" (func))))", "script", "link error: unknown import");
  expect_failure(R"((module (func $f (unreachable)) (start $f)))", "trap", "trapped: unreachable");
}

TEST(ScriptProgram, ANameThatIsNotThereIsAFaultOfTheScript) {
  expect_failure(R"((invoke $nobody "one"))", "script", "no instance of module $nobody");
  expect_failure(R"((invoke "nothing"))", "script", "module has no export \"nothing\"");
  expect_failure(R"((invoke $m "g"))", "script", "module $m has no export \"g\" of that kind");
  expect_failure(R"((get "one"))", "script", "module has no export \"one\" of that kind");
  expect_failure(R"((invoke "add" (i32.const 1)))", "script",
                 "arguments of \"add\" do not match its type [i32 i32] -> [i32]");
  expect_failure(R"((register "x" $nobody))", "script", "no instance of module $nobody");
  expect_failure(R"((wait $nobody))", "script", "no thread $nobody");
  expect_failure(R"((wait))", "script", "no thread to wait for");
  expect_failure(R"((thread $t (shared (module $nobody))))", "script",
                 "no instance of module $nobody");
}

TEST(ScriptProgram, APlainActionThatSucceedsIsNotCounted) {
  const core::Execution execution = run(R"((invoke "one") (register "x"))");
  EXPECT_EQ(execution.assertions.passed, 0u);
  EXPECT_EQ(execution.assertions.failed, 0u);
}

TEST(ScriptProgram, TheCurrentModuleIsTheLastOne) {
  expect_pass(R"((module (func (export "three") (result i32) (i32.const 3)))
                 (assert_return (invoke "three") (i32.const 3)))");
  expect_failure(R"((module) (invoke "one"))", "script", "module has no export \"one\"");
}

TEST(ScriptProgram, ARegisteredInstanceCanBeImported) {
  expect_pass(R"((register "lib" $m)
                 (module (import "lib" "one" (func $one (result i32)))
                   (func (export "f") (result i32) (call $one)))
                 (assert_return (invoke "f") (i32.const 1)))");
}

TEST(ScriptProgram, ADefinitionIsInstantiatedAnyNumberOfTimes) {
  expect_pass(R"((module definition $d (global $g (mut i32) (i32.const 0))
                   (func (export "next") (result i32)
                     (global.set $g (i32.add (global.get $g) (i32.const 1))) (global.get $g)))
                 (module instance $a $d)
                 (module instance $b $d)
                 (invoke $a "next")
                 (assert_return (invoke $b "next") (i32.const 1)))");
  expect_failure(R"((module instance $a $nothing))", "script", "no definition of module $nothing");
}

TEST(ScriptProgram, AFindingNamesTheLineInTheFile) {
  const std::string command = "(invoke \"nothing\")";
  const core::Execution execution =
      execute(*script("(module)" + command + "\n" + command + "\n\n" + command));
  ASSERT_EQ(execution.findings.size(), 3u);
  EXPECT_EQ(execution.findings[0].place, "test.wast:1");
  EXPECT_EQ(execution.findings[1].place, "test.wast:2");
  EXPECT_EQ(execution.findings[2].place, "test.wast:4");
}

TEST(ScriptProgram, ASyntaxErrorOfTheScriptIsAnError) {
  const auto program = ScriptProgram::make(std::make_shared<const core::Source>(
      core::Source{.file = "x.wast", .text = "(module\n  (fnuc))"}));
  ASSERT_FALSE(program.has_value());
  EXPECT_EQ(program.error().span.line, 2u);
}

constexpr std::string_view kMemory = R"((module $Mem (memory (export "shared") 1 1 shared)) )";

core::Execution run_threads(const std::string& commands) {
  return execute(*script(std::string(kMemory) + commands));
}

TEST(ScriptThread, SeesOnlyWhatIsSharedWithIt) {
  const core::Execution execution = run_threads(R"(
    (module $Other)
    (register "mem" $Mem)
    (thread $T (shared (module $Mem))
      (assert_unlinkable (module (memory (import "mem" "shared") 1 1 shared)) "unknown import")
      (register "mem" $Mem)
      (module (memory (import "mem" "shared") 1 1 shared)))
    (wait $T))");
  EXPECT_EQ(execution.assertions.passed, 1u);
  EXPECT_EQ(execution.assertions.failed, 0u);
  const core::Execution other = run_threads(R"(
    (module $Other)
    (thread $T (shared (module $Mem)) (register "x" $Other))
    (wait $T))");
  ASSERT_EQ(other.findings.size(), 1u);
  EXPECT_EQ(other.findings[0].message, "no instance of module $Other");
}

TEST(ScriptThread, HasNoCurrentModuleAtFirstAndItsNamesAreItsOwn) {
  const core::Execution execution = run_threads(R"(
    (thread $T (shared (module $Mem)) (register "mem"))
    (wait $T)
    (thread $U (module $Inner))
    (wait $U)
    (register "inner" $Inner))");
  ASSERT_EQ(execution.findings.size(), 2u);
  EXPECT_EQ(execution.findings[0].message, "no instance of module");
  EXPECT_EQ(execution.findings[1].message, "no instance of module $Inner");
}

TEST(ScriptThread, CanOnlyBeGivenWhatIsOfSharedType) {
  const core::Execution execution = run_threads(R"(
    (module $Bad (memory (export "m") 1 1 shared) (func (export "f")))
    (thread $T (shared (module $Bad)) (assert_return (invoke "f")))
    (wait $T))");
  ASSERT_EQ(execution.findings.size(), 1u);
  EXPECT_EQ(execution.findings[0].rule, "script");
  EXPECT_THAT(execution.findings[0].message, HasSubstr("module $Bad is not sharable"));
  EXPECT_THAT(execution.findings[0].message, HasSubstr("\"f\""));
  EXPECT_EQ(execution.assertions.skipped, 1u) << "the thread was not started";
}

TEST(ScriptThread, AFailureInAThreadIsAFailureOfTheScript) {
  const core::Execution execution = run_threads(R"(
    (thread $T (module (func (export "f") (result i32) (i32.const 1)))
      (assert_return (invoke "f") (i32.const 2)))
    (wait $T)
    (wait $T))");
  EXPECT_EQ(execution.assertions.failed, 1u);
}

TEST(ScriptThread, IsJoinedAtTheEndWithoutWait) {
  const core::Execution execution = run_threads(R"(
    (thread $T (module (func (export "f") (result i32) (i32.const 1)))
      (assert_return (invoke "f") (i32.const 1))))");
  EXPECT_EQ(execution.assertions.passed, 1u);
  EXPECT_EQ(execution.assertions.skipped, 0u);
  EXPECT_EQ(execution.ends.at(1).outcome.kind, core::OutcomeKind::Returned);
}

TEST(ScriptThread, WithoutANameIsWaitedForAsTheLastOne) {
  const core::Execution execution = run_threads(R"(
    (thread (module) (invoke "nothing"))
    (wait))");
  EXPECT_EQ(execution.findings.size(), 1u);
}

TEST(ScriptThread, AThreadThatIsNeverWokenIsADeadlockAndTheRestIsSkipped) {
  const auto program = script(std::string(kMemory) + R"(
    (thread $T (shared (module $Mem))
      (register "mem" $Mem)
      (module (memory (import "mem" "shared") 1 1 shared)
        (func (export "sleep") (result i32)
          (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))
      (assert_return (invoke "sleep") (i32.const 0)))
    (wait $T)
    (assert_return (get $Mem "x") (i32.const 0)))");
  const core::Execution execution = execute(*program);
  EXPECT_EQ(execution.assertions.skipped, 2u);
  const core::Verdict verdict = program->judge(execution);
  EXPECT_EQ(verdict.kind, core::VerdictKind::Fail);
  EXPECT_EQ(verdict.signature().rule, "deadlock");
}

TEST(ScriptProgram, ALimitIsUnknown) {
  const auto program = script(R"((module (func (export "loop") (loop (br 0)))) (invoke "loop"))");
  const core::Execution execution = execute(*program, 1, {.instructions_max = 1000});
  EXPECT_EQ(program->judge(execution).kind, core::VerdictKind::Unknown);
}

TEST(ScriptProgram, AnObservationNamesAgentsByTheirPathsAndShowsSharedMemory) {
  const auto program = script(std::string(kMemory) + R"(
    (thread $T (shared (module $Mem))
      (register "mem" $Mem)
      (module (memory (import "mem" "shared") 1 1 shared)
        (func (export "run") (param i32) (i32.store (i32.const 4) (local.get 0))))
      (invoke "run" (i32.const 9)))
    (wait $T))");
  EXPECT_EQ(execute(*program).observation, "") << "not asked for";
  EXPECT_EQ(execute(*program, 1, {.wants_observation = true}).observation,
            "main/T: run( i32:9 ) | memory0: [0x4]=9");
}

TEST(ScriptProgram, IsTheSameProgramWhenMadeFromItsRepro) {
  const auto program = script("(module)");
  const auto again = load_program(program->repro_base());
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ((*again)->digest(), program->digest());
  EXPECT_EQ((*again)->name(), "test.wast");
  EXPECT_NE(script("(module )")->digest(), program->digest());
}

}  // namespace
}  // namespace heddle::harness
