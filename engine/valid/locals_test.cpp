#include "engine/valid/locals.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "engine/valid/test_verdict.hpp"

namespace heddle::engine {
namespace {

using testing::StartsWith;

constexpr ValueType kFunction = ref_type(HeapKind::Func, false);

// The verdict on a function with an i32 and an i64 as parameters.
std::string with_locals(std::vector<LocalRun> runs, std::vector<Instruction> code) {
  code.push_back({.opcode = Opcode::End});
  Module module = module_with_body({.parameters = {kI32, kI64}, .results = {}}, std::move(code));
  module.functions[0].locals = std::move(runs);
  return verdict(std::move(module));
}

std::string use_as_i64(std::vector<LocalRun> runs, std::uint32_t index) {
  return with_locals(std::move(runs), {{.opcode = Opcode::LocalGet, .a = index},
                                       {.opcode = Opcode::I64Eqz},
                                       {.opcode = Opcode::Drop}});
}

TEST(Locals, AreCountedWithoutBeingExpanded) {
  EXPECT_EQ(use_as_i64({}, 1), "valid");
  EXPECT_THAT(use_as_i64({}, 0), StartsWith("type mismatch"));
  EXPECT_THAT(use_as_i64({}, 2), StartsWith("unknown local 2"));
  EXPECT_EQ(use_as_i64({{3, kI32}, {0, kF32}, {2, kI64}}, 5), "valid");
  EXPECT_EQ(use_as_i64({{3, kI32}, {0, kF32}, {2, kI64}}, 6), "valid");
  EXPECT_THAT(use_as_i64({{3, kI32}, {0, kF32}, {2, kI64}}, 4), StartsWith("type mismatch"));
  EXPECT_THAT(use_as_i64({{3, kI32}, {0, kF32}, {2, kI64}}, 7), StartsWith("unknown local 7"));
  EXPECT_EQ(use_as_i64({{kLocalsMax - 2, kI32}}, 1), "valid");
  EXPECT_THAT(use_as_i64({{kLocalsMax - 1, kI32}}, 1), StartsWith("too many locals"));
  EXPECT_THAT(use_as_i64({{0xffff'ffff, kI32}, {0xffff'ffff, kI32}}, 1),
              StartsWith("too many locals"));
}

TEST(Locals, HaveTheSameTypesBeforeAndAfterTheFirstFew) {
  for (std::uint32_t count = 50; count < 80; ++count) {
    const std::vector<LocalRun> runs = {{count, kI32}, {1, kI64}, {100, kF32}, {1, kI64}};
    EXPECT_EQ(use_as_i64(runs, 2 + count), "valid");
    EXPECT_EQ(use_as_i64(runs, 2 + count + 101), "valid");
    for (const std::uint32_t wrong : {1 + count, 3 + count, 102 + count}) {
      EXPECT_THAT(use_as_i64(runs, wrong), StartsWith("type mismatch")) << count;
    }
    EXPECT_THAT(use_as_i64(runs, 104 + count), StartsWith("unknown local"));
  }
}

TEST(Locals, WithoutADefaultValueMustBeSetBeforeTheyAreRead) {
  const std::vector<LocalRun> runs = {{70, kI32}, {3, kFunction}};
  const Instruction read{.opcode = Opcode::LocalGet, .a = 73};
  const Instruction unreachable{.opcode = Opcode::Unreachable};
  const Instruction set{.opcode = Opcode::LocalSet, .a = 73};
  const Instruction tee{.opcode = Opcode::LocalTee, .a = 73};
  const Instruction set_other{.opcode = Opcode::LocalSet, .a = 72};
  const Instruction block{.opcode = Opcode::Block, .a = kBlockEmpty};
  const Instruction branch_if{.opcode = Opcode::If, .a = kBlockEmpty};
  const Instruction otherwise{.opcode = Opcode::Else};
  const Instruction end{.opcode = Opcode::End};
  const Instruction drop{.opcode = Opcode::Drop};
  const std::string error = "uninitialized local 73 of type (ref func)";
  EXPECT_THAT(with_locals(runs, {unreachable, read, drop}), StartsWith(error));
  EXPECT_EQ(with_locals(runs, {unreachable, set, read, drop}), "valid");
  EXPECT_EQ(with_locals(runs, {unreachable, tee, drop, read, drop}), "valid");
  EXPECT_THAT(with_locals(runs, {unreachable, set_other, read, drop}), StartsWith(error));
  // What a block sets is set inside of it only, and so for each arm of an `if`.
  EXPECT_EQ(with_locals(runs, {unreachable, set, block, read, drop, end}), "valid");
  EXPECT_THAT(with_locals(runs, {unreachable, block, unreachable, set, end, read, drop}),
              StartsWith(error));
  EXPECT_EQ(with_locals(runs, {unreachable, block, unreachable, set, block, read, drop, end, end}),
            "valid");
  EXPECT_THAT(
      with_locals(runs, {unreachable, branch_if, unreachable, set, otherwise, read, drop, end}),
      StartsWith(error));
  EXPECT_THAT(with_locals(runs, {unreachable, branch_if, unreachable, set, otherwise, unreachable,
                                 set, end, read, drop}),
              StartsWith(error));
  // Setting it again inside of a block does not make it forgotten.
  EXPECT_EQ(with_locals(runs, {unreachable, set, block, unreachable, set, end, read, drop}),
            "valid");
}

TEST(Locals, ThatWereSetInOneFunctionAreNotSetInTheNext) {
  Module module;
  module.add_type(FunctionType{});
  module.functions.resize(2);
  for (Function& function : module.functions) function.locals = {{1, kFunction}};
  module.functions[0].body.code = {{.opcode = Opcode::Unreachable},
                                   {.opcode = Opcode::LocalSet, .a = 0},
                                   {.opcode = Opcode::End}};
  module.functions[1].body.code = {
      {.opcode = Opcode::LocalGet, .a = 0}, {.opcode = Opcode::Drop}, {.opcode = Opcode::End}};
  EXPECT_THAT(verdict(module), testing::AllOf(StartsWith("uninitialized local 0"),
                                              testing::HasSubstr("function 1")));
}

TEST(Locals, ThatAreParametersNeedNotBeSet) {
  EXPECT_EQ(
      verdict(module_with_body({.parameters = {kFunction}, .results = {kFunction}},
                               {{.opcode = Opcode::LocalGet, .a = 0}, {.opcode = Opcode::End}})),
      "valid");
}

TEST(Locals, AreOfTypesThatExist) {
  EXPECT_THAT(with_locals({{1, defined_ref_type(1, true)}}, {}), StartsWith("unknown type 1"));
  EXPECT_EQ(with_locals({{1, defined_ref_type(0, true)}}, {}), "valid");
}

}  // namespace
}  // namespace heddle::engine
