#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "engine/valid/limits.hpp"
#include "engine/valid/test_verdict.hpp"

namespace heddle::engine {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(Validate, AValidModuleIsTheModuleThatWasGiven) {
  const auto module = std::make_shared<const Module>();
  const auto valid = validate(module);
  ASSERT_TRUE(valid);
  EXPECT_EQ(valid->shared(), module);
  EXPECT_EQ(&valid->module(), module.get());
}

TEST(Validate, MessagesNameTypesInstructionAndFunction) {
  EXPECT_EQ(verdict("(module (func $f (drop (i32.add (i32.const 1) (i64.const 2)))))"),
            "type mismatch: instruction requires [i32 i32] but stack has [i32 i64]: i32.add, in "
            "function 0 ($f)");
  EXPECT_EQ(verdict("(module (func) (func (drop)))"),
            "type mismatch: instruction requires a value but stack has []: drop, in function 1");
  EXPECT_EQ(verdict("(module (func (result i64)))"),
            "type mismatch: block requires [i64] but stack has []: end, in function 0");
}

TEST(Validate, FunctionIndicesInMessagesCountImports) {
  EXPECT_THAT(verdict("(module (import \"m\" \"f\" (func)) (func (local.set 0 (i32.const 1))))"),
              testing::AllOf(StartsWith("unknown local 0"), HasSubstr("function 1")));
}

TEST(Validate, ErrorsPointAtTheInstruction) {
  const auto result =
      validate_text("(module\n  (func\n    (drop (i32.eqz\n      (f32.const 1)))))");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().span.file, "test.wat");
  EXPECT_EQ(result.error().span.line, 3U);
}

TEST(Validate, NamesFromModulesAreShownWithoutControlBytes) {
  EXPECT_THAT(verdict("(module (func (export \"a\\1b[2J\")) (func (export \"a\\1b[2J\")))"),
              StartsWith("duplicate export name \"a?[2J\""));
}

TEST(Validate, SharedMemoriesNeedAMaximum) {
  EXPECT_EQ(verdict("(module (memory 1 2 shared))"), "valid");
  Module module;
  module.memories = {{MemoryType{{.min = 1, .max = {}}, true}}};
  EXPECT_EQ(verdict(module), "shared memory must have maximum");
  module.memories.clear();
  module.imports = {{"m", "m", MemoryType{{.min = 1, .max = {}}, true}}};
  EXPECT_EQ(verdict(module), "shared memory must have maximum");
}

TEST(Validate, MemoriesHaveAsManyPagesAsTheirAddressesReach) {
  constexpr const char* kTooLarge = "memory size must be at most 65536 pages (4GiB)";
  constexpr const char* kTooLarge64 = "memory size must be at most 281474976710656 pages";
  check_cases({
      {"(memory 65536 65536)"},
      {"(memory 65537)", kTooLarge},
      {"(memory 0 65537)", kTooLarge},
      {"(import \"m\" \"m\" (memory 65537))", kTooLarge},
      {"(memory 2 1)", "size minimum must not be greater than maximum: 2, 1"},
      {"(memory i64 0x1_0000_0000_0000)"},
      {"(memory i64 0x1_0000_0000_0001)", kTooLarge64},
      {"(memory i64 0 0x1_0000_0000_0001)", kTooLarge64},
      {"(memory 0xffff_ffff (pagesize 1))"},
      {"(memory 0x1_0000_0000 (pagesize 1))", "memory size must be at most 4294967295 pages"},
      {"(memory i64 0xffff_ffff_ffff_ffff (pagesize 1))"},
  });
}

TEST(Validate, PagesHaveOneByteOrTheUsualSize) {
  for (std::uint32_t log2 = 0; log2 < 70; ++log2) {
    Module module;
    module.memories.resize(1);
    module.memories[0].type.page_bytes_log2 = static_cast<std::uint8_t>(log2);
    const bool is_valid = log2 == 0 || log2 == kPageBytesLog2;
    EXPECT_THAT(verdict(module), StartsWith(is_valid ? "valid" : "invalid custom page size"));
  }
}

TEST(Validate, TablesHaveAsManyElementsAsTheirAddressesReach) {
  check_cases({
      {"(table 0xffff_ffff funcref)"},
      {"(table i64 0xffff_ffff_ffff_ffff funcref)"},
      {"(table 2 1 funcref)", "size minimum must not be greater than maximum: 2, 1"},
  });
  Module module;
  module.tables.resize(1);
  module.tables[0].type.limits.min = 0x1'0000'0000;
  EXPECT_EQ(verdict(module), "table size must be at most 2^32-1");
}

TEST(Validate, TablesAreAccessedAsTheirTypesSay) {
  check_cases_after(
      "(table $a 1 anyref) (table $i i64 1 i31ref) (table $f 1 funcref) (elem $e i31ref)",
      {
          {"(func (result anyref) (table.get $a (i32.const 0)))"},
          {"(func (result i31ref) (table.get $i (i64.const 0)))"},
          {"(func (result i31ref) (table.get $i (i32.const 0)))", "type mismatch"},
          {"(func (param eqref) (table.set $a (i32.const 0) (local.get 0)))"},
          {"(func (param eqref) (table.set $i (i64.const 0) (local.get 0)))", "type mismatch"},
          {"(func (result i64) (table.grow $i (ref.null i31) (i64.const 0)))"},
          {"(func (result i64) (table.grow $i (ref.null i31) (i32.const 0)))", "type mismatch"},
          {"(func (table.fill $i (i64.const 0) (ref.null i31) (i64.const 0)))"},
          {"(func (table.fill $i (i64.const 0) (ref.null i31) (i32.const 0)))", "type mismatch"},
          {"(func (table.copy $a $i (i32.const 0) (i64.const 0) (i32.const 0)))"},
          {"(func (table.copy $a $i (i32.const 0) (i64.const 0) (i64.const 0)))", "type mismatch"},
          {"(func (table.copy $i $a (i64.const 0) (i32.const 0) (i32.const 0)))",
           "type mismatch: table 1 holds i31ref, table 0 holds anyref"},
          {"(func (table.init $a $e (i32.const 0) (i32.const 0) (i32.const 0)))"},
          {"(func (table.init $i $e (i64.const 0) (i32.const 0) (i32.const 0)))"},
          {"(func (table.init $f $e (i32.const 0) (i32.const 0) (i32.const 0)))",
           "type mismatch: elem segment 0 holds i31ref, table 2 holds funcref"},
          {"(func (drop (table.size 3)))", "unknown table 3"},
          {"(func (elem.drop 1))", "unknown elem segment 1"},
      });
}

TEST(Validate, MemoryInstructionsDoNotCareWhetherTheMemoryIsShared) {
  for (const char* memory : {"(memory 1 1)", "(memory 1 1 shared)"}) {
    EXPECT_EQ(verdict(std::string("(module ") + memory +
                      "(func (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) "
                      "(i64.const -1))) (drop (i32.load (i32.const 0))) atomic.fence))"),
              "valid");
  }
}

TEST(Validate, AFenceNeedsNoMemory) { EXPECT_EQ(verdict("(module (func atomic.fence))"), "valid"); }

TEST(Validate, FunctionReferencesInBodiesMustBeDeclared) {
  EXPECT_THAT(verdict("(module (func $f) (func (drop (ref.func $f))))"),
              StartsWith("undeclared function reference 0"));
  for (const char* declaration :
       {"(elem declare func $f)", "(export \"f\" (func $f))", "(global funcref (ref.func $f))",
        "(table 1 funcref) (elem (i32.const 0) $f)", "(elem funcref (ref.func $f))"}) {
    EXPECT_EQ(
        verdict(std::string("(module (func $f) (func (drop (ref.func $f)))") + declaration + ")"),
        "valid");
  }
  EXPECT_THAT(verdict("(module (func $f) (start $f) (func (drop (ref.func $f))))"),
              StartsWith("undeclared function reference"));
}

TEST(Validate, StartFunctionsTakeAndReturnNothing) {
  EXPECT_EQ(verdict("(module (func $f) (start $f))"), "valid");
  EXPECT_THAT(verdict("(module (func $f (result i32) (i32.const 1)) (start $f))"),
              StartsWith("start function"));
  EXPECT_THAT(verdict("(module (func $f (param i32)) (start $f))"), StartsWith("start function"));
  EXPECT_EQ(verdict("(module (start 1))"), "unknown function 1");
}

TEST(Validate, IndirectCallsNeedATableOfFunctions) {
  EXPECT_EQ(verdict("(module (table 1 funcref) (func (call_indirect (i32.const 0))))"), "valid");
  EXPECT_THAT(
      verdict("(module (table 1 externref) (func (call_indirect (i32.const 0))))"),
      StartsWith(
          "type mismatch: instruction requires a table of funcref but table 0 has externref"));
}

TEST(Validate, ReturnLeavesTheFunctionNotTheBlock) {
  EXPECT_EQ(verdict("(module (func (result i32) (block (return (i32.const 1))) (i32.const 2)))"),
            "valid");
  EXPECT_THAT(verdict("(module (func (result i32) (block (result i64) (return (i64.const 1)))"
                      " (drop) (i32.const 2)))"),
              StartsWith("type mismatch: instruction requires [i32] but stack has [i64]: return"));
}

TEST(Validate, EachTargetOfABranchTableIsChecked) {
  const auto with_operand = [](const std::string& operand) {
    return verdict(
        "(module (func (result i64) (block $a (result i64) (drop (block $b (result i32) "
        "(br_table $b $a " +
        operand + " (i32.const 0)))) (i64.const 1))))");
  };
  EXPECT_THAT(
      with_operand("(i64.const 1)"),
      StartsWith("type mismatch: instruction requires [i32] but stack has [i64]: br_table"));
  EXPECT_THAT(
      with_operand("(i32.const 1)"),
      StartsWith("type mismatch: instruction requires [i64] but stack has [i32]: br_table"));
  EXPECT_EQ(with_operand("(unreachable)"), "valid");
  EXPECT_THAT(with_operand("(unreachable) (f32.const 1)"), StartsWith("type mismatch"));
}

TEST(Validate, BodiesThatAreNotWellNestedAreRejectedToo) {
  EXPECT_THAT(verdict(module_with_body({}, {})), StartsWith("END opcode expected"));
  EXPECT_THAT(verdict(module_with_body({}, {{.opcode = Opcode::End}, {.opcode = Opcode::Nop}})),
              StartsWith("unexpected content after the end"));
  EXPECT_THAT(verdict(module_with_body({}, {{.opcode = Opcode::Else}, {.opcode = Opcode::End}})),
              StartsWith("END opcode expected"));
  Module module;
  module.globals.resize(1);
  EXPECT_EQ(verdict(module), "END opcode expected, in global 0");
}

TEST(Validate, TheOperandStackCannotGrowWithoutBound) {
  Module module;
  module.add_type(FunctionType{});
  module.add_type(FunctionType{.parameters = {}, .results = std::vector(kResultsMax, kI64)});
  module.imports = {{"m", "f", FunctionImport{1}}};
  module.functions.resize(1);
  auto& code = module.functions[0].body.code;
  code.assign(100'000, {.opcode = Opcode::Call, .a = 0});
  code.push_back({.opcode = Opcode::Unreachable});
  code.push_back({.opcode = Opcode::End});
  EXPECT_THAT(verdict(module), StartsWith("operand stack too high"));
  code.erase(code.begin() + 500, code.end() - 2);
  EXPECT_EQ(verdict(module), "valid");
  std::get<FunctionType>(module.types[1].composite).results.push_back(kI64);
  EXPECT_THAT(verdict(module), StartsWith("type 1 is too large"));
}

TEST(Validate, DeepNestingTakesNoNativeStack) {
  std::vector<Instruction> code(300'000, {.opcode = Opcode::Loop, .a = kBlockEmpty});
  code.resize(600'001, {.opcode = Opcode::End});
  EXPECT_EQ(verdict(module_with_body({}, std::move(code))), "valid");
}

}  // namespace
}  // namespace heddle::engine
