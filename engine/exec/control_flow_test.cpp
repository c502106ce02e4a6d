// Small functions in which a value on the operand stack must be read at the right time: the cases
// that a compiler with a symbolic stack gets wrong.
#include <gmock/gmock.h>

#include "engine/exec/thread_fixture.hpp"

namespace heddle::engine {
namespace {

// The body of (func (param $x i32) (param $y i32) (result i32) (local $t i32) ...), called with
// 5, 9.
std::string run_body(std::string_view body) {
  OneAgent agent;
  Instance& instance = agent.instantiate(
      "(module (func $swap (param i32 i32) (result i32 i32) (local.get 1) (local.get 0))"
      " (func $minus (param i32 i32) (result i32) (i32.sub (local.get 0) (local.get 1)))"
      " (func (export \"run\") (param $x i32) (param $y i32) (result i32) (local $t i32) " +
      std::string(body) + "))");
  return agent.run(instance, "run", {5, 9});
}

TEST(ControlFlow, AValueReadFromALocalKeepsItWhenTheLocalChanges) {
  EXPECT_EQ(run_body("(i32.sub (local.get $x) (local.tee $x (i32.const 100)))"),
            "returned i32:-95");
  EXPECT_EQ(run_body("local.get $x local.get $x local.get $y i32.add local.set $x"),
            "returned i32:5");
  EXPECT_EQ(run_body("local.get $x local.get $x local.get $x (local.set $x (i32.const 1))"
                     " i32.add i32.add local.get $x i32.add"),
            "returned i32:16");
}

TEST(ControlFlow, ALocalThatChangesOnOnePathOnlyIsReadBeforeThePathsPart) {
  for (const auto& [condition, result] : {std::pair{"0", "5"}, std::pair{"1", "5"}}) {
    EXPECT_EQ(run_body("local.get $x (if (i32.const " + std::string(condition) +
                       ") (then (local.set $x (i32.const 77))))"),
              "returned i32:" + std::string(result));
    EXPECT_EQ(run_body("local.get $x (block (br_if 0 (i32.const " + std::string(condition) +
                       ")) (local.set $x (i32.const 77)))"),
              "returned i32:" + std::string(result));
  }
}

TEST(ControlFlow, ALocalThatALoopChangesIsReadBeforeTheLoop) {
  EXPECT_EQ(run_body("local.get $x (loop (local.set $x (i32.sub (local.get $x) (i32.const 1)))"
                     " (br_if 0 (local.get $x)))"),
            "returned i32:5");
}

TEST(ControlFlow, AConditionMayBeOlderThanTheLastComparison) {
  EXPECT_EQ(run_body("(block $b (result i32) (i32.const 1) (i32.sub (local.get $x) (i32.const 5))"
                     " (drop (i32.eq (local.get $x) (i32.const 5))) br_if $b"
                     " drop (i32.const 2))"),
            "returned i32:2");
  EXPECT_EQ(run_body("(i32.sub (local.get $x) (i32.const 5))"
                     " (drop (i32.eq (local.get $x) (i32.const 5))) i32.eqz"
                     " (if (result i32) (then (i32.const 1)) (else (i32.const 2)))"),
            "returned i32:1");
  EXPECT_EQ(run_body("local.get $x (local.set $t (i32.gt_s (local.get $x) (i32.const 6)))"
                     " i32.eqz"),
            "returned i32:0");
}

TEST(ControlFlow, AComparisonAtTheEndOfABlockIsNotTheOnlyWayToItsResult) {
  constexpr std::string_view kBody =
      "(block $out (result i32) (i32.const 40)"
      " (block $in (result i32) (i32.const 1) (br_if $in (i32.eq (local.get $x) (i32.const 5)))"
      "  drop (i32.eq (local.get $x) (i32.const 123)))"
      " br_if $out drop (i32.const 2))";
  EXPECT_EQ(run_body(kBody), "returned i32:40");
}

TEST(ControlFlow, AComparisonKeptInALocalIsStillABranchCondition) {
  EXPECT_EQ(run_body("(if (local.tee $t (i32.lt_s (local.get $x) (local.get $y)))"
                     " (then (return (i32.add (local.get $t) (i32.const 10))))) (i32.const 0)"),
            "returned i32:11");
}

TEST(ControlFlow, NegationsOfComparisonsCancelOut) {
  for (const std::string_view comparison :
       {"(i32.lt_s (local.get $x) (local.get $y))", "(i64.eqz (i64.const 0))",
        "(f64.lt (f64.const 1) (f64.const 2))", "(f64.ne (f64.const nan) (f64.const 2))"}) {
    std::string condition(comparison);
    for (int negations = 0; negations < 4; ++negations) {
      const std::string expected = negations % 2 == 0 ? "1" : "2";
      EXPECT_EQ(
          run_body("(if (result i32) " + condition + " (then (i32.const 1)) (else (i32.const 2)))"),
          "returned i32:" + expected)
          << condition;
      EXPECT_EQ(run_body("(local.set $t " + condition + ") (i32.add (local.get $t) (i32.const 0))"),
                "returned i32:" + std::string(negations % 2 == 0 ? "1" : "0"));
      condition = "(i32.eqz " + condition + ")";
    }
  }
}

TEST(ControlFlow, NotLessIsNotGreaterOrEqualForNans) {
  EXPECT_EQ(run_body("(if (result i32) (i32.eqz (f64.lt (f64.const nan) (f64.const 1)))"
                     " (then (i32.const 1)) (else (i32.const 2)))"),
            "returned i32:1");
  EXPECT_EQ(run_body("(block (br_if 0 (f32.ge (f32.const nan) (f32.const 1)))"
                     " (return (i32.const 3))) (i32.const 4)"),
            "returned i32:3");
}

TEST(ControlFlow, ValuesThatABranchTakesAlongDoNotOverwriteThoseThatStay) {
  constexpr std::string_view kBody =
      "(block $b (result i32) local.get $x local.get $y (br_if $b (local.get $t))"
      " i32.sub (br 0))";
  EXPECT_EQ(run_body(kBody), "returned i32:-4");
  EXPECT_EQ(run_body("(local.set $t (i32.const 1))" + std::string(kBody)), "returned i32:9");
}

TEST(ControlFlow, BranchTablesMoveValuesToEachTarget) {
  for (const auto& [index, result] : {std::pair{"0", "29"}, {"1", "209"}, {"2", "9"}, {"7", "9"}}) {
    EXPECT_EQ(
        run_body(
            "(block $a (result i32) (i32.const 1000) (block $b (result i32)"
            " (i32.const 5000) (block $c (result i32) local.get $y (br_table $c $b 3 (i32.const " +
            std::string(index) +
            "))) (i32.add (i32.const 20)) (br $a))"
            " (i32.add (i32.const 200)) (br $a))"),
        "returned i32:" + std::string(result));
  }
}

TEST(ControlFlow, ArgumentsAreStagedInOrder) {
  EXPECT_EQ(run_body("(call $minus (local.get $y) (local.get $x))"), "returned i32:4");
  EXPECT_EQ(run_body("(call $minus (call $swap (local.get $x) (local.get $y)))"), "returned i32:4");
  EXPECT_EQ(run_body("local.get $x (call $minus (local.tee $x (i32.const 50)) (local.get $x))"
                     " i32.add"),
            "returned i32:5");
}

TEST(ControlFlow, LoopsTakeParametersAlong) {
  EXPECT_EQ(run_body("(i32.const 0) local.get $x"
                     " (loop $l (param i32 i32) (result i32)"
                     "  local.set $t local.get $t i32.add"
                     "  local.get $t i32.const 1 i32.sub local.tee $t"
                     "  local.get $t (br_if $l) drop)"),
            "returned i32:15");
}

TEST(ControlFlow, ManyValuesMoveAtOnce) {
  OneAgent agent;
  Instance& instance = agent.instantiate(R"((module
      (func (export "run") (param $c i32) (result i32 i32 i32 i32 i32 i32)
        (i32.const 9) (i32.const 8)
        (i32.const 1) (local.get $c) (i32.const 3) (i32.const 4) (i32.const 5) (i32.const 6)
        (br_if 0 (local.get $c))
        (block (param i32 i32 i32 i32 i32 i32) (result i32 i32 i32 i32 i32 i32)
          (i32.const 7) (br_if 0 (i32.eqz (local.get $c))) drop)
        drop drop)))");
  EXPECT_EQ(agent.run(instance, "run", {2}), "returned i32:1 i32:2 i32:3 i32:4 i32:5 i32:6");
  EXPECT_EQ(agent.run(instance, "run", {0}), "returned i32:9 i32:8 i32:0 i32:3 i32:4 i32:5");
}

TEST(ControlFlow, SelectReadsAllThreeBeforeItWrites) {
  EXPECT_EQ(run_body("(i32.const 3) (select (local.get $y) (local.get $x)"
                     " (i32.lt_s (local.get $y) (local.get $x))) i32.mul"),
            "returned i32:15");
}

TEST(ControlFlow, ManyConstantsFindAPlaceEvenWhenTheFrameHasNoneLeft) {
  std::string body = "(i64.const 0)";
  std::uint64_t expected = 0;
  for (std::uint64_t i = 1; i <= 200; ++i) {
    const std::uint64_t constant = i * 0x1'0000'0001ULL;
    body += " (i64.const " + std::to_string(constant) + ") i64.xor";
    expected ^= constant;
  }
  OneAgent agent;
  Instance& instance =
      agent.instantiate("(module (func (export \"run\") (result i64) " + body + "))");
  EXPECT_EQ(agent.run(instance, "run"), "returned i64:" + std::to_string(expected));
}

TEST(ControlFlow, AFrameOfMoreThan65535SlotsIsRefused) {
  OneAgent agent;
  auto module = std::make_shared<Module>();
  module->add_type(FunctionType{});
  module->functions.push_back({.locals = {{49'000, kI64}}});
  std::vector<Instruction>& code = module->functions[0].body.code;
  code.resize(17'000, {.opcode = Opcode::I32Const});
  code.resize(34'000, {.opcode = Opcode::Drop});
  code.push_back({.opcode = Opcode::End});
  std::string error;
  EXPECT_EQ(agent.link(module, error), nullptr);
  EXPECT_THAT(error, testing::HasSubstr("function 0 is too large"));
}

}  // namespace
}  // namespace heddle::engine
