#include "harness/run/module_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/binary/encode.hpp"
#include "harness/run/arguments.hpp"
#include "harness/run/run_fixture.hpp"
#include "wast/parse.hpp"

namespace heddle::harness {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kAdder =
    R"((module (func (export "add") (param i32 i32) (result i32)
         (i32.add (local.get 0) (local.get 1)))
       (func (export "boom") (unreachable)) (memory (export "m") 1 1 shared)
       (global (export "g") (mut i64) (i64.const 0)) (table (export "t") 1 funcref)))";

core::Result<std::unique_ptr<Program>> make(std::string_view text,
                                            std::vector<std::string> invoke = {}) {
  return ModuleProgram::make(std::make_shared<const core::Source>(
                                 core::Source{.file = "dir/test.wat", .text = std::string(text)}),
                             std::move(invoke));
}

core::Outcome outcome_of(std::string_view text, std::vector<std::string> invoke = {}) {
  const auto program = make(text, std::move(invoke));
  EXPECT_TRUE(program.has_value()) << (program ? "" : program.error().message);
  return program ? execute(**program).ends.at(0).outcome : core::Outcome{};
}

std::string error_of(std::string_view text, std::vector<std::string> invoke = {}) {
  const auto program = make(text, std::move(invoke));
  EXPECT_FALSE(program.has_value());
  return program ? "" : program.error().message;
}

TEST(ModuleProgram, ReturnsWhatTheCallReturns) {
  EXPECT_EQ(to_string(outcome_of(kAdder, {"add", "-1", "0x10"})), "returned i32:15");
}

TEST(ModuleProgram, ATrapIsTheOutcomeAndAFailure) {
  const auto program = make(kAdder, {"boom"});
  const core::Execution execution = execute(**program);
  EXPECT_EQ(to_string(execution.ends.at(0).outcome), "trapped: unreachable");
  EXPECT_EQ((*program)->judge(execution).signature().rule, "trap");
}

TEST(ModuleProgram, CallsTheEntryPointUnlessToldOtherwise) {
  constexpr std::string_view kText =
      R"((module (func (export "run") (result i32) (i32.const 1))
                 (func (export "_start") (result i32) (i32.const 2))
                 (func (export "main") (param i32) (result i32) (i32.const 3))))";
  EXPECT_EQ(to_string(outcome_of(kText)), "returned i32:2");
  EXPECT_EQ(to_string(outcome_of(kText, {"run"})), "returned i32:1");
  EXPECT_EQ(
      to_string(outcome_of(R"((module (func (export "main") (param i32)) (func (export "run"))))")),
      "returned");
}

TEST(ModuleProgram, WithoutEntryPointIsOnlyInstantiated) {
  const auto program = make(kAdder);
  EXPECT_TRUE(execute(**program).trace.calls.empty());
}

TEST(ModuleProgram, BinaryAndTextAreTheSame) {
  const auto module = wast::parse_module(
      std::make_shared<const core::Source>(core::Source{.file = "x", .text = std::string(kAdder)}));
  ASSERT_TRUE(module.has_value());
  EXPECT_EQ(to_string(outcome_of(engine::encode(*module), {"add", "2", "3"})), "returned i32:5");
}

TEST(ModuleProgram, MayImportSpectestAndSharedMemoriesAndNothingElse) {
  EXPECT_EQ(outcome_of(R"((module (import "spectest" "memory" (memory 1))))").kind,
            core::OutcomeKind::Returned);
  EXPECT_EQ(outcome_of(R"((module (import "env" "memory" (memory 1 1 shared))))").kind,
            core::OutcomeKind::Returned);
  EXPECT_THAT(error_of(R"((module (import "env" "memory" (memory 1 1))))"),
              HasSubstr("unknown import"));
}

TEST(ModuleProgram, IsInitializedBeforeItIsCalled) {
  constexpr std::string_view kText =
      R"((module (global $g (mut i32) (i32.const 0))
           (func (export "_initialize") (global.set $g (i32.add (global.get $g) (i32.const 2))))
           (func (export "run") (result i32) (global.get $g))))";
  EXPECT_EQ(to_string(outcome_of(kText)), "returned i32:2");
  EXPECT_EQ(to_string(outcome_of(R"((module (func (export "_initialize") unreachable)
                                            (func (export "run"))))")),
            "trapped: unreachable");
  // Not by its name alone.
  EXPECT_EQ(to_string(outcome_of(R"((module (func (export "_initialize") (param i32) unreachable)
                                            (func (export "run"))))")),
            "returned");
}

TEST(ModuleProgram, SaysWhatIsWrongWithACall) {
  EXPECT_EQ(error_of(kAdder, {"sub"}), "no exported function \"sub\": it exports add, boom");
  EXPECT_EQ(error_of(kAdder, {"m"}), "no exported function \"m\": it exports add, boom");
  EXPECT_EQ(error_of(kAdder, {"add", "1"}),
            "call of \"add\": expected 2 argument(s) for [i32 i32] -> [i32], got 1");
  EXPECT_THAT(error_of(kAdder, {"add", "1", "one"}), HasSubstr("argument 2 (\"one\") is no i32"));
  EXPECT_THAT(error_of("(module (func (result i32)))"), HasSubstr("type mismatch"));
  EXPECT_THAT(error_of("(module"), HasSubstr("unexpected"));
}

TEST(ModuleProgram, CanBeMadeFromItsRepro) {
  const auto program = make(kAdder, {"add", "1", "2"});
  const auto again = load_program((*program)->repro_base());
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ((*again)->digest(), (*program)->digest());
  EXPECT_EQ(to_string(execute(**again).ends.at(0).outcome), "returned i32:3");
  EXPECT_NE((*make(kAdder, {"add", "1", "3"}))->digest(), (*program)->digest());
}

TEST(ModuleProgram, DescribesExports) {
  const auto module = wast::parse_module(
      std::make_shared<const core::Source>(core::Source{.file = "x", .text = std::string(kAdder)}));
  EXPECT_THAT(describe_exports(*module),
              ElementsAre("add: function [i32 i32] -> [i32]", "boom: function [] -> []",
                          "m: shared memory", "g: mutable global i64", "t: table"));
}

std::string parse_one(engine::ValueType type, const std::string& word) {
  const std::vector<std::string> words{word};
  const auto values = parse_arguments({.parameters = {type}, .results = {}}, words);
  return values ? to_string(values->front()) : "error: " + values.error().message;
}

TEST(Arguments, AreWrittenAsInTheTextFormat) {
  EXPECT_EQ(parse_one(engine::kI32, "-1"), "i32:-1");
  EXPECT_EQ(parse_one(engine::kI32, "4294967295"), "i32:-1");
  EXPECT_EQ(parse_one(engine::kI64, "1_000"), "i64:1000");
  EXPECT_EQ(parse_one(engine::kF32, "1.5"), "f32:0x1.8p+0");
  EXPECT_EQ(parse_one(engine::kF64, "-inf"), "f64:-inf");
  EXPECT_EQ(parse_one(engine::kF64, "nan:0x1"), "f64:nan:0x1");
  EXPECT_EQ(parse_one(engine::kExternRef, "3"), "ref.extern 3");
  EXPECT_EQ(parse_one(engine::kExternRef, "null"), "ref.null extern");
  EXPECT_EQ(parse_one(engine::kFuncRef, "null"), "ref.null func");
}

TEST(Arguments, ThatDoNotFitTheTypeAreErrors) {
  EXPECT_THAT(parse_one(engine::kI32, "4294967296"), HasSubstr("constant out of range"));
  EXPECT_THAT(parse_one(engine::kI32, "1.5"), HasSubstr("is no i32"));
  EXPECT_THAT(parse_one(engine::kI32, ""), HasSubstr("is no i32"));
  EXPECT_THAT(parse_one(engine::kI32, "1) (i32.const 2"), HasSubstr("is no i32"));
  EXPECT_THAT(parse_one(engine::kFuncRef, "3"), HasSubstr("is no funcref"));
}

TEST(Arguments, MatchOnlyTheirOwnTypes) {
  const engine::FunctionType type{.parameters = {engine::kI32, engine::kFuncRef}, .results = {}};
  const core::Value null{.kind = core::ValueKind::FuncRef, .is_null = true};
  EXPECT_TRUE(arguments_match(type, std::vector{core::Value::i32(1), null}));
  EXPECT_FALSE(arguments_match(type, std::vector{core::Value::i64(1), null}));
  EXPECT_FALSE(arguments_match(type, std::vector{core::Value::i32(1)}));
}

}  // namespace
}  // namespace heddle::harness
