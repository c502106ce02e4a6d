#include "harness/run/wasm_model.hpp"

#include <gmock/gmock.h>

#include "harness/linear/decide.hpp"
#include "harness/models/calls.hpp"
#include "harness/run/model_file.hpp"

namespace heddle::harness {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const core::Data kData;

core::Result<std::unique_ptr<Model>> model_of(const std::string& fields) {
  return WasmModel::make(std::make_shared<const core::Source>(
      core::Source{.file = "folder/m.wat", .text = "(module " + fields + ")"}));
}

std::string error_of(const std::string& fields) {
  const auto model = model_of(fields);
  return model ? "none" : describe(model.error().span) + ": " + model.error().message;
}

// Of one word.
std::string step_of(const std::string& body) {
  return "(func (export \"step\") (param i64 i32 i64 i64 i32 i64) (result i32 i64) " + body + ")";
}
const std::string kInit = "(func (export \"init\") (result i64) (i64.const 10))";
const std::string kOperation = "(global (export \"op.f/2/1\") i32 (i32.const 7))";

TEST(WasmModel, AMaxRegisterKeepsTheLargest) {
  const auto model = load_model(HEDDLE_SOURCE_DIR "/docs/models/max-register.wat");
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ((*model)->name(), "max-register.wat");
  EXPECT_EQ(operation_names(**model), "write, read");
  EXPECT_FALSE((*model)->operations()[0].has_result);
  EXPECT_EQ((*model)->operations()[0].arguments, 1U);
  EXPECT_TRUE((*model)->operations()[1].has_result);
  EXPECT_THAT((*model)->initial(), ElementsAre(0));
  ModelState next;
  ASSERT_TRUE((*model)->step({5}, {.code = 0, .arguments = {3}}, kData, next));
  EXPECT_THAT(next, ElementsAre(5));
  ASSERT_TRUE((*model)->step({5}, {.code = 0, .arguments = {8}}, kData, next));
  EXPECT_THAT(next, ElementsAre(8));
  EXPECT_TRUE((*model)->step({8}, {.code = 1, .has_result = true, .result = 8}, kData, next));
  EXPECT_FALSE((*model)->step({8}, {.code = 1, .has_result = true, .result = 5}, kData, next));
  EXPECT_TRUE((*model)->step({8}, {.code = 1}, kData, next));
  EXPECT_EQ((*model)->failure(), "");
}

TEST(WasmModel, StepGetsAllOfTheCall) {
  // 7 is the operation's number: the state becomes the sum of all that it is given.
  const auto model = model_of(kInit + kOperation + step_of(R"(
    (local.get 1)
    (i64.add (i64.add (local.get 0) (i64.mul (local.get 2) (i64.const 100)))
      (i64.add (i64.mul (local.get 3) (i64.const 1000))
        (i64.add (i64.mul (i64.extend_i32_u (local.get 4)) (i64.const 10000))
          (i64.mul (local.get 5) (i64.const 100000))))))"));
  ASSERT_TRUE(model) << model.error().message;
  ModelState next;
  ASSERT_TRUE(
      (*model)->step({-4}, {.has_result = true, .arguments = {2, 3}, .result = 5}, kData, next));
  EXPECT_THAT(next, ElementsAre(513'196));
  ASSERT_TRUE((*model)->step({-4}, {.arguments = {2, 3}, .result = 5}, kData, next));
  EXPECT_THAT(next, ElementsAre(3'196));
}

TEST(WasmModel, NothingIsRememberedBetweenCalls) {
  const auto model = model_of(kInit + kOperation + R"(
    (global $count (mut i64) (i64.const 0))
    (memory 1)
    (func (export "_initialize") (i64.store (i32.const 8) (i64.const 30))))" +
                              step_of(R"(
    (global.set $count (i64.add (global.get $count) (i64.const 1)))
    (i64.store (i32.const 8) (i64.add (i64.load (i32.const 8)) (i64.const 1)))
    (i32.const 1)
    (i64.add (global.get $count) (i64.load (i32.const 8))))"));
  ASSERT_TRUE(model) << model.error().message;
  ModelState next;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE((*model)->step({0}, {}, kData, next));
    EXPECT_THAT(next, ElementsAre(32));
  }
}

TEST(WasmModel, ATrapMakesTheModelFailForGood) {
  const auto model = model_of(
      kInit + kOperation +
      step_of("(if (i64.eqz (local.get 0)) (then unreachable)) (i32.const 1) (local.get 0)"));
  ASSERT_TRUE(model) << model.error().message;
  ModelState next;
  EXPECT_TRUE((*model)->step({1}, {}, kData, next));
  EXPECT_EQ((*model)->failure(), "");
  EXPECT_FALSE((*model)->step({0}, {}, kData, next));
  EXPECT_TRUE((*model)->step({1}, {}, kData, next));
  EXPECT_EQ((*model)->failure(), "the model's step for f has no result: trapped: unreachable");
}

TEST(WasmModel, OfAModelThatHasFailedNothingFollows) {
  const auto model = model_of(kInit + kOperation + step_of("unreachable"));
  ASSERT_TRUE(model) << model.error().message;
  core::History history;
  const std::vector<core::Datum> arguments{{1}, {2}};
  history.operations.push_back({.function = history.function_of("f"),
                                .completion = core::Completion::Ok,
                                .input = history.data.vector(arguments),
                                .call = 0,
                                .ret = 1});
  const Decision decision = decide(*prepare(history, **model), **model, {});
  EXPECT_EQ(decision.kind, core::VerdictKind::Unknown);
  EXPECT_EQ(decision.cause, (*model)->failure());
  EXPECT_NE(decision.cause, "");
}

TEST(WasmModel, AnEndlessLoopMakesTheModelFail) {
  const auto model = model_of(kInit + kOperation + step_of("(loop (br 0)) unreachable"));
  ASSERT_TRUE(model) << model.error().message;
  ModelState next;
  EXPECT_FALSE((*model)->step({0}, {}, kData, next));
  EXPECT_EQ((*model)->failure(),
            "the model's step for f has no result: more than 10000000 instructions (back edges and "
            "calls)");
}

TEST(WasmModel, AWaitThatNobodyEndsMakesTheModelFail) {
  const auto model =
      model_of(kInit + kOperation + "(memory 1 1 shared)" +
               step_of("(drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))"
                       "(i32.const 1) (i64.const 0)"));
  ASSERT_TRUE(model) << model.error().message;
  ModelState next;
  EXPECT_FALSE((*model)->step({0}, {}, kData, next));
  EXPECT_THAT((*model)->failure(), HasSubstr("blocked"));
}

TEST(WasmModel, WhatAModelLacksIsSaid) {
  const std::string step = step_of("(i32.const 1) (i64.const 0)");
  EXPECT_EQ(error_of(""),
            "folder/m.wat: a model exports a function init : [] -> [i64 ...], the first state");
  EXPECT_THAT(error_of("(func (export \"init\"))"), HasSubstr("a model exports a function init"));
  EXPECT_THAT(error_of("(func (export \"init\") (result i32) (i32.const 0))"),
              HasSubstr("a model exports a function init"));
  EXPECT_EQ(error_of(kInit),
            "folder/m.wat: as init has 1 result, a model exports a function step : "
            "[i64 i32 i64 i64 i32 i64] -> [i32 i64]");
  EXPECT_THAT(error_of(kInit + "(func (export \"step\"))"),
              HasSubstr("-> [i32 i64], not [] -> []"));
  EXPECT_EQ(error_of(kInit + step),
            "folder/m.wat: a model exports an immutable i32 for each operation: "
            "\"op.NAME/ARGUMENTS/RESULTS\"");
  const auto with = [&](const std::string& global) { return error_of(kInit + step + global); };
  for (const std::string name : {"op.f", "op./1", "op.f/3", "op.f/1/2", "op.f/x", "op.f/1/"}) {
    EXPECT_THAT(with("(global (export \"" + name + "\") i32 (i32.const 0))"),
                HasSubstr("\"" + name + "\" must be op.NAME/ARGUMENTS"));
  }
  EXPECT_THAT(with("(global (export \"op.f/1\") (mut i32) (i32.const 0))"),
              HasSubstr("must be an immutable i32"));
  EXPECT_THAT(with("(global (export \"op.f/1\") i64 (i64.const 0))"),
              HasSubstr("must be an immutable i32"));
  EXPECT_THAT(with(kOperation + "(global (export \"op.f/0\") i32 (i32.const 0))"),
              HasSubstr("two operations are named f"));
  EXPECT_EQ(error_of("(import \"env\" \"now\" (func))" + kInit + step + kOperation),
            "folder/m.wat: a model imports nothing, but this one needs env.now");
}

TEST(WasmModel, AModelThatCannotBeginIsAnError) {
  const std::string step = step_of("(i32.const 1) (i64.const 0)") + kOperation;
  EXPECT_THAT(error_of("(func (export \"init\") (result i64) unreachable)" + step),
              HasSubstr("init has no result: trapped: unreachable"));
  EXPECT_THAT(error_of(kInit + step + "(func $start unreachable) (start $start)"),
              HasSubstr("the model cannot be instantiated: trapped: unreachable"));
}

}  // namespace
}  // namespace heddle::harness
