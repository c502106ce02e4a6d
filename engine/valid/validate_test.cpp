#include "engine/valid/validate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "engine/valid/limits.hpp"
#include "engine/valid/signature.hpp"
#include "wast/parse.hpp"

namespace heddle::engine {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

core::Result<ValidModule> validate_text(const std::string& text) {
  const auto source =
      std::make_shared<const core::Source>(core::Source{.file = "test.wat", .text = text});
  HEDDLE_LET(Module module, wast::parse_module(source));
  return validate(std::make_shared<const Module>(std::move(module)));
}

// The error's message, or "valid".
std::string verdict(const std::string& text) {
  const auto result = validate_text(text);
  return result ? "valid" : result.error().message;
}

Module module_with_body(FunctionType type, std::vector<Instruction> code) {
  Module module;
  module.add_type(std::move(type));
  module.functions.resize(1);
  module.functions[0].body.code = std::move(code);
  return module;
}

std::string verdict(Module module) {
  const auto result = validate(std::make_shared<const Module>(std::move(module)));
  return result ? "valid" : result.error().message;
}

TEST(Validate, AValidModuleIsTheModuleThatWasGiven) {
  const auto module = std::make_shared<const Module>();
  const auto valid = validate(module);
  ASSERT_TRUE(valid);
  EXPECT_EQ(valid->shared(), module);
  EXPECT_EQ(&valid->module(), module.get());
}

TEST(Validate, MessagesNameTypesInstructionAndFunction) {
  EXPECT_EQ(verdict("(module (func $f (drop (i32.add (i32.const 1) (i64.const 2)))))"),
            "type mismatch: i32.add expects i32, found i64, in function 0 ($f)");
  EXPECT_EQ(verdict("(module (func) (func (drop)))"),
            "type mismatch: drop expects a value, found nothing, in function 1");
  EXPECT_EQ(verdict("(module (func (result i64)))"),
            "type mismatch: end expects i64, found nothing, in function 0");
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

TEST(Validate, AtomicAlignmentMustBeNaturalExactly) {
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    const auto opcode = static_cast<Opcode>(i);
    const OpcodeInfo& row = info(opcode);
    if (row.access_bytes == 0) continue;
    const bool is_atomic = row.prefix == 0xfe;
    for (std::uint32_t log2 = 0; log2 < 6; ++log2) {
      Module module = module_with_body({}, {{.opcode = Opcode::Unreachable},
                                            {.opcode = opcode, .b = log2},
                                            {.opcode = Opcode::Unreachable},
                                            {.opcode = Opcode::End}});
      module.memories.resize(1);
      const bool is_natural = 1U << log2 == row.access_bytes;
      const bool is_smaller = 1U << log2 < row.access_bytes;
      const std::string found = verdict(std::move(module));
      if (is_natural || (is_smaller && !is_atomic)) {
        EXPECT_EQ(found, "valid") << row.mnemonic << " " << log2;
      } else {
        EXPECT_THAT(found, StartsWith(is_atomic ? "atomic alignment must be natural"
                                                : "alignment must not be larger than natural"))
            << row.mnemonic << " " << log2;
      }
    }
  }
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

TEST(Validate, MemoriesHaveAtMost4GiB) {
  constexpr const char* kMessage = "memory size must be at most 65536 pages (4GiB)";
  EXPECT_EQ(verdict("(module (memory 65536 65536))"), "valid");
  EXPECT_EQ(verdict("(module (memory 65537))"), kMessage);
  EXPECT_EQ(verdict("(module (memory 0 65537))"), kMessage);
  EXPECT_THAT(verdict("(module (memory 2 1))"),
              StartsWith("size minimum must not be greater than maximum"));
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

TEST(Validate, ConstantExpressionsAreOneConstant) {
  EXPECT_THAT(verdict("(module (global i32 (i32.add (i32.const 1) (i32.const 2))))"),
              StartsWith("constant expression required"));
  EXPECT_THAT(verdict("(module (global i32 (i32.const 1) (i32.const 2)))"),
              StartsWith("type mismatch"));
  EXPECT_THAT(verdict("(module (global i32))"), StartsWith("type mismatch"));
  EXPECT_EQ(verdict("(module (import \"m\" \"g\" (global i32)) (global i32 (global.get 0)))"),
            "valid");
  EXPECT_THAT(
      verdict("(module (import \"m\" \"g\" (global (mut i32))) (global i32 (global.get 0)))"),
      StartsWith("constant expression required"));
  EXPECT_THAT(verdict("(module (global i32 (i32.const 1)) (global i32 (global.get 0)))"),
              StartsWith("unknown global 0"));
  EXPECT_THAT(verdict("(module (global funcref (ref.func 7)))"), StartsWith("unknown function 7"));
}

TEST(Validate, MemoriesMustBeSingle) {
  EXPECT_THAT(verdict("(module (memory 0) (memory 0))"), StartsWith("multiple memories"));
  EXPECT_THAT(verdict("(module (import \"m\" \"m\" (memory 0)) (memory 0))"),
              StartsWith("multiple memories"));
}

TEST(Validate, IndirectCallsNeedATableOfFunctions) {
  EXPECT_EQ(verdict("(module (table 1 funcref) (func (call_indirect (i32.const 0))))"), "valid");
  EXPECT_THAT(verdict("(module (table 1 externref) (func (call_indirect (i32.const 0))))"),
              StartsWith("type mismatch: call_indirect expects a table of funcref"));
}

TEST(Validate, ReturnLeavesTheFunctionNotTheBlock) {
  EXPECT_EQ(verdict("(module (func (result i32) (block (return (i32.const 1))) (i32.const 2)))"),
            "valid");
  EXPECT_THAT(verdict("(module (func (result i32) (block (result i64) (return (i64.const 1)))"
                      " (drop) (i32.const 2)))"),
              StartsWith("type mismatch: return expects i32, found i64"));
}

TEST(Validate, EachTargetOfABranchTableIsChecked) {
  const auto with_operand = [](const std::string& operand) {
    return verdict(
        "(module (func (result i64) (block $a (result i64) (drop (block $b (result i32) "
        "(br_table $b $a " +
        operand + " (i32.const 0)))) (i64.const 1))))");
  };
  EXPECT_THAT(with_operand("(i64.const 1)"), StartsWith("type mismatch: br_table expects i32"));
  EXPECT_THAT(with_operand("(i32.const 1)"), StartsWith("type mismatch: br_table expects i64"));
  EXPECT_EQ(with_operand("(unreachable)"), "valid");
  EXPECT_THAT(with_operand("(unreachable) (f32.const 1)"), StartsWith("type mismatch"));
}

TEST(Validate, OffsetsHave32Bits) {
  Module module = module_with_body({}, {{.opcode = Opcode::Unreachable},
                                        {.opcode = Opcode::I32Load, .value = 0x1'0000'0000},
                                        {.opcode = Opcode::Drop},
                                        {.opcode = Opcode::End}});
  module.memories.resize(1);
  EXPECT_THAT(verdict(std::move(module)), StartsWith("offset out of range"));
}

TEST(Validate, BodiesThatAreNotWellNestedAreRejectedToo) {
  EXPECT_THAT(verdict(module_with_body({}, {})), StartsWith("END opcode expected"));
  EXPECT_THAT(verdict(module_with_body({}, {{.opcode = Opcode::End}, {.opcode = Opcode::Nop}})),
              StartsWith("unexpected content after the end"));
  EXPECT_THAT(verdict(module_with_body({}, {{.opcode = Opcode::Else}, {.opcode = Opcode::End}})),
              StartsWith("END opcode expected"));
  Module module;
  module.globals.resize(1);
  EXPECT_EQ(verdict(module), "END opcode expected");
}

TEST(Validate, LocalsAreCountedWithoutBeingExpanded) {
  const auto with_locals = [](std::vector<LocalRun> runs, std::uint32_t index) {
    Module module = module_with_body({.parameters = {kI32, kI64}, .results = {}},
                                     {{.opcode = Opcode::LocalGet, .a = index},
                                      {.opcode = Opcode::I64Eqz},
                                      {.opcode = Opcode::Drop},
                                      {.opcode = Opcode::End}});
    module.functions[0].locals = std::move(runs);
    return verdict(std::move(module));
  };
  EXPECT_EQ(with_locals({}, 1), "valid");
  EXPECT_THAT(with_locals({}, 0), StartsWith("type mismatch"));
  EXPECT_THAT(with_locals({}, 2), StartsWith("unknown local 2"));
  EXPECT_EQ(with_locals({{3, kI32}, {0, kF32}, {2, kI64}}, 5), "valid");
  EXPECT_EQ(with_locals({{3, kI32}, {0, kF32}, {2, kI64}}, 6), "valid");
  EXPECT_THAT(with_locals({{3, kI32}, {0, kF32}, {2, kI64}}, 4), StartsWith("type mismatch"));
  EXPECT_THAT(with_locals({{3, kI32}, {0, kF32}, {2, kI64}}, 7), StartsWith("unknown local 7"));
  EXPECT_EQ(with_locals({{kLocalsMax - 2, kI32}}, 1), "valid");
  EXPECT_THAT(with_locals({{kLocalsMax - 1, kI32}}, 1), StartsWith("too many locals"));
  EXPECT_THAT(with_locals({{0xffff'ffff, kI32}, {0xffff'ffff, kI32}}, 1),
              StartsWith("too many locals"));
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

// Every row with a fixed signature, driven by that signature: exactly the operands it names are
// accepted, and exactly its result is left.
TEST(Validate, EveryFixedSignatureIsEnforced) {
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    const auto opcode = static_cast<Opcode>(i);
    const Signature& type = signature(opcode);
    if (!type.is_fixed) continue;
    const auto try_with = [&](std::vector<ValueType> operands, std::vector<ValueType> results) {
      std::vector<Instruction> code;
      for (std::uint32_t n = 0; n < operands.size(); ++n) {
        code.push_back({.opcode = Opcode::LocalGet, .a = n});
      }
      Instruction instruction{.opcode = opcode};
      if (info(opcode).immediate == ImmediateKind::MemArg) {
        while (1U << instruction.b < info(opcode).access_bytes) ++instruction.b;
      }
      code.push_back(instruction);
      code.push_back({.opcode = Opcode::End});
      Module module = module_with_body({std::move(operands), std::move(results)}, std::move(code));
      module.memories.resize(1);
      module.tables.resize(1);
      module.elements.resize(1);
      module.elements[0].mode = SegmentMode::Passive;
      module.datas.resize(1);
      module.datas[0].mode = SegmentMode::Passive;
      return verdict(std::move(module));
    };
    std::vector<ValueType> operands(type.operands.begin(),
                                    type.operands.begin() + type.operand_count);
    std::vector<ValueType> results;
    if (type.has_result) results.push_back(type.result);
    EXPECT_EQ(try_with(operands, results), "valid") << info(opcode).mnemonic;
    for (std::size_t n = 0; n < operands.size(); ++n) {
      auto wrong = operands;
      wrong[n] = kExternRef;
      EXPECT_THAT(try_with(wrong, results), StartsWith("type mismatch")) << info(opcode).mnemonic;
    }
    auto wrong_results = results;
    wrong_results.push_back(kI32);
    EXPECT_THAT(try_with(operands, wrong_results), StartsWith("type mismatch"))
        << info(opcode).mnemonic;
    if (!operands.empty()) {
      EXPECT_THAT(try_with({operands.begin() + 1, operands.end()}, results),
                  StartsWith("type mismatch"))
          << info(opcode).mnemonic;
    }
  }
}

}  // namespace
}  // namespace heddle::engine
