#include "engine/valid/constant_expression.hpp"

#include "engine/valid/test_verdict.hpp"

namespace heddle::engine {
namespace {

const std::string kRequired = "constant expression required";

TEST(ConstantExpressions, YieldOneValueOfTheRightType) {
  check_cases({
      {"(global i32 (i32.const 1) (i32.const 2))", "type mismatch"},
      {"(global i32)", "type mismatch: block requires [i32] but stack has []: end, in global 0"},
      {"(global i64 (i32.const 1))", "type mismatch"},
      {"(global anyref (ref.i31 (i32.const 1)))"},
      {"(global i31ref (ref.null any))", "type mismatch"},
      {"(global v128 (v128.const i64x2 1 2))"},
      {"(global funcref (ref.func 7))", "unknown function 7"},
  });
}

TEST(ConstantExpressions, MayAddSubtractAndMultiplyIntegers) {
  int constant = 0;
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    const auto opcode = static_cast<Opcode>(i);
    if (!is_extended_constant(opcode)) continue;
    ++constant;
    EXPECT_TRUE(is_constant(opcode));
    const std::string type(info(opcode).mnemonic.substr(0, 3));
    const std::string one = "(" + type + ".const 1)";
    check_cases({{"(global " + type + " (" + std::string(info(opcode).mnemonic) + one + one + "))"},
                 {"(global f32 (" + std::string(info(opcode).mnemonic) + one + one + "))",
                  "type mismatch"}});
  }
  EXPECT_EQ(constant, 6);
  check_cases({{"(global i32 (i32.div_u (i32.const 1) (i32.const 2)))", kRequired},
               {"(global f32 (f32.add (f32.const 1) (f32.const 2)))", kRequired},
               {"(global i32 (i32.add (i32.const 1)))", "type mismatch"}});
}

TEST(ConstantExpressions, MakeStructuresAndArrays) {
  check_cases_after(
      "(type $s (struct (field i32))) (type $a (array i8)) (data \"abc\")",
      {
          {"(global (ref $s) (struct.new $s (i32.const 1)))"},
          {"(global (ref $s) (struct.new $s (i64.const 1)))", "type mismatch"},
          {"(global (ref $s) (struct.new_default $s))"},
          {"(global (ref $a) (array.new $a (i32.const 1) (i32.const 2)))"},
          {"(global (ref $a) (array.new_default $a (i32.const 2)))"},
          {"(global (ref $a) (array.new_fixed $a 1 (i32.const 2)))"},
          {"(global (ref $a) (array.new_data $a 0 (i32.const 0) (i32.const 1)))", kRequired},
          {"(global i32 (struct.get $s 0 (struct.new_default $s)))", kRequired},
          {"(global externref (extern.convert_any (ref.i31 (i32.const 1))))"},
          {"(global anyref (any.convert_extern (ref.null extern)))"},
          {"(global i32 (ref.is_null (ref.null any)))", kRequired},
      });
}

TEST(ConstantExpressions, ReadImmutableGlobalsThatCameBefore) {
  check_cases_after(
      "(import \"m\" \"i\" (global $i i32)) (import \"m\" \"v\" (global $v (mut i32)))",
      {
          {"(global i32 (global.get $i))"},
          {"(global i32 (global.get $v))", kRequired + ": global 1 is mutable"},
          {"(global i32 (i32.const 1)) (global i32 (global.get 2))"},
          {"(global i32 (global.get 2))", "unknown global 2, in global 2"},
          {"(global i32 (global.get 3)) (global i32 (i32.const 0))", "unknown global 3"},
          {"(global (mut i32) (i32.const 1)) (global i32 (global.get 2))", kRequired},
          {"(memory 1) (global $g i32 (i32.const 1)) (data (offset (global.get $g)) \"\")"},
          {"(table 1 funcref) (global $g i32 (i32.const 1)) (elem (offset (global.get $g)) func)"},
          // Tables are made before globals.
          {"(import \"m\" \"f\" (global $f funcref)) (table 1 funcref (global.get $f))"},
          {"(table 1 funcref (global.get 2)) (global funcref (ref.null func))",
           "unknown global 2, in table 0"},
      });
}

TEST(ConstantExpressions, OfSegmentsAreOfTheAddressType) {
  check_cases({
      {"(memory i64 1) (data (i64.const 0) \"\")"},
      {"(memory i64 1) (data (i32.const 0) \"\")", "type mismatch"},
      {"(memory 1) (data (i64.const 0) \"\")", "type mismatch"},
      {"(memory 1) (memory i64 1) (data (memory 1) (i64.const 0) \"\")"},
      {"(table i64 1 funcref) (elem (i64.const 0) func)"},
      {"(table i64 1 funcref) (elem (i32.const 0) func)",
       "type mismatch: block requires [i64] but stack has [i32]: end, in elem segment 0"},
      {"(data (i32.const 0) \"\")", "unknown memory 0"},
      {"(elem (i32.const 0) func)", "unknown table 0"},
  });
}

TEST(ConstantExpressions, OfElementsMatchTheirSegmentAndThatItsTable) {
  check_cases({
      {"(func $f) (table 1 funcref) (elem (i32.const 0) (ref func) (ref.func $f))"},
      {"(table 1 externref) (elem (i32.const 0) funcref (ref.null func))",
       "type mismatch: elem segment 0 holds funcref, table 0 holds externref"},
      {"(elem funcref (ref.null extern))", "type mismatch"},
      {"(table 1 (ref func) (ref.func 0)) (func) (elem (i32.const 0) funcref (ref.null func))",
       "type mismatch: elem segment 0 holds funcref, table 0 holds (ref func)"},
      {"(elem (ref func) (ref.null func))", "type mismatch"},
      {"(elem funcref (item (call 0))) (func)", kRequired + ": call is not constant"},
  });
}

TEST(ConstantExpressions, AreNeededWhereTablesHaveNoNull) {
  check_cases({
      {"(table 0 (ref func))", "type mismatch: table 0 of (ref func) needs an initial value"},
      {"(import \"m\" \"t\" (table 0 (ref func)))"},
      {"(func) (table 1 (ref func) (ref.func 0))"},
      {"(table 1 (ref func) (ref.null func))", "type mismatch"},
      {"(table 1 funcref (ref.null extern))", "type mismatch"},
  });
}

}  // namespace
}  // namespace heddle::engine
