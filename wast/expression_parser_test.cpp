#include "wast/expression_parser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "wast/parse.hpp"
#include "wast/test_source.hpp"

namespace heddle::wast {
namespace {

using engine::Expression;
using engine::ImmediateKind;
using engine::Instruction;
using engine::Opcode;
using testing::ElementsAre;
using testing::StartsWith;

// Everything a body can refer to; every "$x" has index 1.
const std::string kContext =
    "(type $w (func)) (type $x (func (param i32) (result i32)))"
    "(func) (func $x) (table 0 funcref) (table $x 0 funcref) (memory 0) (memory $x 0)"
    "(global i32 (i32.const 0)) (global $x i32 (i32.const 0)) (elem func) (elem $x func)"
    "(data) (data $x) (tag) (tag $x) (type $s (struct (field i32) (field $f i64)))"
    "(func (param i32) (param $x i32) ";

core::Result<engine::Module> parse(const std::string& body) {
  return parse_module(source_of(kContext + body + ")"));
}

Expression body_of(const std::string& body) {
  auto module = parse(body);
  EXPECT_TRUE(module) << module.error().message << " in " << body;
  return module ? std::move(module->functions.back().body) : Expression{};
}

std::string error_of(const std::string& body) {
  const auto module = parse(body);
  return module ? "no error" : module.error().message;
}

// The mnemonics of a body without its last `end`.
std::string flat(const std::string& body) {
  std::string text;
  const Expression expression = body_of(body);
  for (const Instruction& instruction : expression.code) {
    if (&instruction == &expression.code.back()) break;
    text += std::string(info(instruction.opcode).mnemonic) + " ";
  }
  return text;
}

Instruction first_of(const std::string& body) {
  const Expression expression = body_of(body);
  return expression.code.empty() ? Instruction{} : expression.code.front();
}

TEST(Expression, FoldedInstructionsComeAfterTheirOperands) {
  EXPECT_EQ(flat("(i32.add (i32.const 1) (i32.mul (i32.const 2) (i32.const 3))) drop"),
            "i32.const i32.const i32.const i32.mul i32.add drop ");
  EXPECT_EQ(flat("(block (nop) nop) (loop)"), "block nop nop end loop end ");
  EXPECT_EQ(flat("(if (i32.const 1) (then nop) (else (drop)))"), "i32.const if nop else drop end ");
  EXPECT_EQ(flat("(if (then))"), "if end ");
  EXPECT_EQ(flat("i32.const 1 if nop else nop end block loop end end"),
            "i32.const if nop else nop end block loop end end ");
}

TEST(Expression, UnbalancedBlocksAreUnexpectedTokens) {
  for (const std::string body : {"block",
                                 "(block",
                                 "end",
                                 "else",
                                 "block else end",
                                 "(block end)",
                                 "(end)",
                                 "(else)",
                                 "(then)",
                                 "(if (i32.const 1))",
                                 "(if (then) nop)",
                                 "(if (then) (else) (else))",
                                 "(if (else))",
                                 "(i32.add nop)",
                                 "(i32.add (i32.const 1)",
                                 "if else else end",
                                 "(nop) )(",
                                 "(if nop (then))",
                                 "(block (param $x i32))",
                                 "(call_indirect (param $x i32))",
                                 "(1)"}) {
    EXPECT_THAT(error_of(body), StartsWith("unexpected token")) << body;
  }
}

TEST(Expression, LabelsCountOutwards) {
  const Expression code = body_of("(block $a (loop $b (block $a br $a br $b br 2)) br $a)");
  EXPECT_EQ(code.code[3].a, 0U);
  EXPECT_EQ(code.code[4].a, 1U);
  EXPECT_EQ(code.code[5].a, 2U);
  EXPECT_EQ(code.code[8].a, 0U);
  // The operands of an `if` are outside its label.
  EXPECT_EQ(error_of("(if $l (br $l) (then))"), "unknown label $l");
  EXPECT_EQ(body_of("(if $l (i32.const 1) (then br $l))").code[2].a, 0U);
}

TEST(Expression, RepeatedLabelsMustMatch) {
  EXPECT_EQ(flat("block $a end $a if $b else $b end $b"), "block end if else end ");
  for (const std::string body : {"block end $a", "block $a end $b", "if $a else $b end",
                                 "if $a else $a end $b", "loop $a end $\"b\""}) {
    EXPECT_EQ(error_of(body), "mismatching label") << body;
  }
}

TEST(Expression, BlockTypesAreEmptyAValueOrAnIndex) {
  EXPECT_EQ(first_of("block end").a, engine::kBlockEmpty);
  const Instruction value = first_of("(block (result i64) i64.const 0)");
  EXPECT_EQ(value.a, engine::kBlockValue);
  EXPECT_EQ(value.b, encode(engine::kI64));
  EXPECT_EQ(first_of("(loop (param i32) (result i32))").a, 1U);
  EXPECT_EQ(first_of("(if (type $w) (then))").a, 0U);
  EXPECT_EQ(first_of("(block (result i32 i32))").a,
            4U);  // after the types of the context and the function
}

TEST(Expression, BranchTablesKeepTheirTargetsInThePool) {
  const Expression code = body_of("(block $l br_table 1 0 $l) (br_table 0 (i32.const 1))");
  EXPECT_EQ(code.code[1].a, 0U);
  EXPECT_EQ(code.code[1].b, 2U);
  EXPECT_EQ(code.code[4].a, 3U);
  EXPECT_EQ(code.code[4].b, 0U);
  EXPECT_THAT(code.pool, ElementsAre(1, 0, 0, 0));
  EXPECT_THAT(error_of("br_table"), StartsWith("unexpected token"));
}

TEST(Expression, SelectWithTypesIsAnotherInstruction) {
  EXPECT_EQ(first_of("select").opcode, Opcode::Select);
  const Expression typed = body_of("(select (result i32) (result i64))");
  EXPECT_EQ(typed.code[0].opcode, Opcode::SelectTyped);
  EXPECT_EQ(typed.code[0].b, 2U);
  EXPECT_THAT(typed.pool, ElementsAre(encode(engine::kI32), encode(engine::kI64)));
}

TEST(Expression, MemoryArgumentsDefaultToNaturalAlignment) {
  const Instruction plain = first_of("i64.atomic.rmw32.cmpxchg_u");
  EXPECT_EQ(plain.b, 2U);
  EXPECT_EQ(plain.value, 0U);
  const Instruction full = first_of("i32.load8_u $x offset=0xffff_ffff align=4");
  EXPECT_EQ(full.a, 1U);
  EXPECT_EQ(full.b, 2U);
  EXPECT_EQ(full.value, 0xffff'ffffU);
  EXPECT_EQ(error_of("i32.load align=0"), "alignment must be a power of two");
  EXPECT_EQ(error_of("i32.load align=6"), "alignment must be a power of two");
  EXPECT_EQ(first_of("i32.load offset=0xffffffffffffffff").value, 0xffff'ffff'ffff'ffffU);
  EXPECT_EQ(error_of("i32.load offset=0x10000000000000000"), "i64 constant out of range");
  EXPECT_EQ(error_of("i32.load align=4 offset=0"), "unexpected token offset=0");
  EXPECT_EQ(error_of("i32.load offset=-1"), "unknown operator offset=-1");
}

TEST(Expression, ConstantsAreBits) {
  EXPECT_EQ(first_of("i32.const -1").value, 0xffff'ffffU);
  EXPECT_EQ(first_of("i64.const -1").value, ~0ULL);
  EXPECT_EQ(first_of("f32.const -0").value, 0x8000'0000U);
  EXPECT_EQ(first_of("f64.const nan:0x1").value, 0x7ff0'0000'0000'0001U);
  EXPECT_THAT(error_of("i32.const 0x1_0000_0000"), StartsWith("constant out of range"));
  EXPECT_THAT(error_of("f32.const 1e39"), StartsWith("constant out of range"));
  EXPECT_THAT(error_of("i32.const 1.0"), StartsWith("unexpected token"));
  EXPECT_THAT(error_of("i32.const 0x"), StartsWith("unknown operator"));
  EXPECT_THAT(error_of("i32.const"), StartsWith("unexpected token"));
}

TEST(Expression, OneIndexOfTwoIsTheSegment) {
  EXPECT_EQ(first_of("table.init $x").a, 1U);
  EXPECT_EQ(first_of("table.init $x").b, 0U);
  EXPECT_EQ(first_of("table.init $x 0").a, 0U);
  EXPECT_EQ(first_of("table.init $x 0").b, 1U);
  EXPECT_EQ(first_of("memory.init $x 0").b, 1U);
  EXPECT_EQ(first_of("table.copy $x 0").a, 1U);
  EXPECT_EQ(first_of("memory.copy 0 $x").b, 1U);
  EXPECT_THAT(error_of("table.copy $x"), StartsWith("unexpected token"));
}

TEST(Expression, IndirectCallsHaveATableAndAType) {
  const Instruction call = first_of("call_indirect $x (type $x)");
  EXPECT_EQ(call.a, 1U);
  EXPECT_EQ(call.b, 1U);
  EXPECT_EQ(first_of("call_indirect").a, 0U);
}

// How each kind of immediate is written with index 1, and which member says so.
std::string immediate_text(ImmediateKind kind, bool is_nullable) {
  switch (kind) {
    case ImmediateKind::None:
    case ImmediateKind::ZeroByte:
      return "";
    case ImmediateKind::BlockType:
    case ImmediateKind::TypeTable:
      return "(type $x)";
    case ImmediateKind::SelectTypes:
      return "(result i32)";
    case ImmediateKind::Label:
    case ImmediateKind::LabelTable:
    case ImmediateKind::I32:
    case ImmediateKind::I64:
    case ImmediateKind::F32:
    case ImmediateKind::F64:
      return "1";
    case ImmediateKind::TryTable:
      return "(type $x) (catch $x 1) (catch_all 0) end";
    case ImmediateKind::CastBranch:
      return "1 (ref null any) (ref $x)";
    case ImmediateKind::TypeCount:
      return "$x 3";
    case ImmediateKind::TypeField:
      return "$s $f";
    case ImmediateKind::TypeData:
    case ImmediateKind::TypeElement:
    case ImmediateKind::TypeType:
      return "$x $x";
    case ImmediateKind::Tag:
    case ImmediateKind::Type:
      return "$x";
    case ImmediateKind::MemArgLane:
      return "$x offset=8 7";
    case ImmediateKind::Lane:
      return "7";
    case ImmediateKind::V128:
      return "i64x2 1 2";
    case ImmediateKind::Shuffle:
      return "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15";
    case ImmediateKind::RefType:
      return is_nullable ? "(ref null $x)" : "(ref $x)";
    case ImmediateKind::HeapType:
      return "extern";
    case ImmediateKind::TableTable:
    case ImmediateKind::MemoryMemory:
      return "$x $x";
    case ImmediateKind::Function:
    case ImmediateKind::Local:
    case ImmediateKind::Global:
    case ImmediateKind::Table:
    case ImmediateKind::ElementTable:
    case ImmediateKind::Element:
    case ImmediateKind::MemArg:
    case ImmediateKind::Memory:
    case ImmediateKind::DataMemory:
    case ImmediateKind::Data:
      return "$x";
  }
  return "";
}

bool has_index_in_a(ImmediateKind kind) {
  switch (kind) {
    case ImmediateKind::None:
    case ImmediateKind::ZeroByte:
    case ImmediateKind::SelectTypes:
    case ImmediateKind::LabelTable:
    case ImmediateKind::I32:
    case ImmediateKind::I64:
    case ImmediateKind::F32:
    case ImmediateKind::F64:
    case ImmediateKind::TypeField:
    case ImmediateKind::Lane:
    case ImmediateKind::V128:
    case ImmediateKind::Shuffle:
    case ImmediateKind::RefType:
    case ImmediateKind::HeapType:
      return false;
    case ImmediateKind::TryTable:
    case ImmediateKind::CastBranch:
    case ImmediateKind::Tag:
    case ImmediateKind::Type:
    case ImmediateKind::TypeCount:
    case ImmediateKind::TypeData:
    case ImmediateKind::TypeElement:
    case ImmediateKind::TypeType:
    case ImmediateKind::MemArgLane:
    case ImmediateKind::BlockType:
    case ImmediateKind::TypeTable:
    case ImmediateKind::Label:
    case ImmediateKind::TableTable:
    case ImmediateKind::MemoryMemory:
    case ImmediateKind::Function:
    case ImmediateKind::Local:
    case ImmediateKind::Global:
    case ImmediateKind::Table:
    case ImmediateKind::ElementTable:
    case ImmediateKind::Element:
    case ImmediateKind::MemArg:
    case ImmediateKind::Memory:
    case ImmediateKind::DataMemory:
    case ImmediateKind::Data:
      return true;
  }
  return false;
}

TEST(Expression, EveryInstructionOfTheTableParsesWithItsImmediates) {
  for (std::size_t i = 0; i < engine::kOpcodeCount; ++i) {
    const auto opcode = static_cast<Opcode>(i);
    const auto& row = info(opcode);
    if (opcode == Opcode::Else || opcode == Opcode::End) continue;
    // Of two opcodes with one mnemonic.
    const bool is_second = engine::find_opcode(row.mnemonic) != opcode;
    std::string text = std::string(row.mnemonic) + " " + immediate_text(row.immediate, is_second);
    if (row.immediate == ImmediateKind::BlockType) text += " end";
    const Instruction instruction = first_of(text);
    EXPECT_EQ(instruction.opcode, opcode) << text;
    if (has_index_in_a(row.immediate)) EXPECT_EQ(instruction.a, 1U) << text;
  }
}

TEST(Expression, NestingIsLimitedNotRecursive) {
  const auto nested = [](std::string_view open, std::string_view close, std::size_t depth) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += open;
    for (std::size_t i = 0; i < depth; ++i) text += close;
    return text;
  };
  const std::pair<std::string_view, std::string_view> forms[] = {
      {"(block ", ")"}, {"block ", "end "}, {"(i32.eqz ", ")"}, {"(if (then ", "))"}};
  for (const auto& [open, close] : forms) {
    EXPECT_EQ(error_of(nested(open, close, kNestingMax / 2 - 1)), "no error") << open;
    EXPECT_EQ(error_of(nested(open, close, kNestingMax)), "nesting too deep") << open;
    EXPECT_EQ(error_of(nested(open, close, 100 * kNestingMax)), "nesting too deep") << open;
  }
}

}  // namespace
}  // namespace heddle::wast
