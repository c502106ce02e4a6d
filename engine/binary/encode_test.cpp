#include "engine/binary/encode.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <memory>
#include <set>
#include <string>

#include "engine/binary/decode.hpp"
#include "engine/binary/difference.hpp"
#include "engine/binary/test_random_module.hpp"

namespace heddle::engine {
namespace {

using namespace std::string_literals;

core::Result<Module> decode_bytes(std::string bytes) {
  return decode(std::make_shared<core::Source>(
      core::Source{.file = "test.wasm", .text = std::move(bytes), .is_text = false}));
}

RC_GTEST_PROP(Encode, DecodeUndoesIt, (std::uint64_t seed)) {
  const Module module = RandomModule(seed).make();
  const auto decoded = decode_bytes(encode(module));
  if (!decoded) RC_FAIL(decoded.error().message);
  RC_ASSERT(find_difference(module, *decoded) == "");
}

RC_GTEST_PROP(Encode, IsAFunctionOfTheModule, (std::uint64_t seed)) {
  const Module module = RandomModule(seed).make();
  const std::string bytes = encode(module);
  const auto decoded = decode_bytes(bytes);
  RC_ASSERT(decoded.has_value());
  RC_ASSERT(encode(*decoded) == bytes);
}

TEST(RandomModules, UseEveryOpcode) {
  std::set<Opcode> seen;
  for (std::uint64_t seed = 0; seed < 2000 && seen.size() < kOpcodeCount; ++seed) {
    for (const Function& function : RandomModule(seed).make().functions) {
      for (const Instruction& instruction : function.body.code) seen.insert(instruction.opcode);
    }
  }
  EXPECT_EQ(seen.size(), kOpcodeCount);
}

TEST(Encode, AnEmptyModuleIsItsHeader) { EXPECT_EQ(encode(Module{}), "\0asm\1\0\0\0"s); }

TEST(Encode, WritesADataCountWhenCodeNamesASegment) {
  Module module;
  module.types.resize(1);
  module.functions.resize(1);
  module.datas.resize(2);
  for (DataSegment& data : module.datas) data.mode = SegmentMode::Passive;
  module.functions[0].body.code = {{.opcode = Opcode::DataDrop, .a = 1}, {.opcode = Opcode::End}};
  const auto decoded = decode_bytes(encode(module));
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(decoded->data_count, 2U);
  module.functions[0].body.code = {{.opcode = Opcode::End}};
  EXPECT_EQ(decode_bytes(encode(module))->data_count, std::nullopt);
}

TEST(Encode, AnotherSectionCalledNameIsNotTakenForTheNames) {
  Module module;
  module.customs = {{"name", {}}, {"name", {0, 2, 1, 'm'}}};  // well formed, both
  for (const std::string name : {"", "n"}) {
    module.name = name;
    const auto decoded = decode_bytes(encode(module));
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_EQ(find_difference(module, *decoded), "");
  }
}

TEST(FindDifference, SeesAChangeInEveryPart) {
  const auto differs = [](auto change) {
    Module left;
    left.functions.resize(1);
    left.functions[0].body.code = {{.opcode = Opcode::End}};
    Module right = left;
    change(right);
    return !find_difference(left, right).empty();
  };
  EXPECT_FALSE(differs([](Module& m) { m.functions[0].offset = 7; }));
  EXPECT_FALSE(differs([](Module& m) { m.functions[0].body.code[0].offset = 7; }));
  EXPECT_TRUE(differs([](Module& m) { m.functions[0].body.code[0].a = 7; }));
  EXPECT_FALSE(differs([](Module& m) { m.functions[0].body.pool = {1}; }));
  EXPECT_TRUE(differs([](Module& m) { m.functions[0].locals = {{1, kI32}}; }));
  EXPECT_TRUE(differs([](Module& m) { m.types.resize(1); }));
  EXPECT_TRUE(differs([](Module& m) { m.imports.resize(1); }));
  EXPECT_TRUE(differs([](Module& m) { m.exports.resize(1); }));
  EXPECT_TRUE(differs([](Module& m) { m.datas.resize(1); }));
  EXPECT_TRUE(differs([](Module& m) { m.start = 0; }));
  EXPECT_TRUE(differs([](Module& m) { m.name = "m"; }));
  EXPECT_TRUE(differs([](Module& m) { m.names.functions[0] = "f"; }));
  EXPECT_TRUE(differs([](Module& m) { m.customs.resize(1); }));
}

TEST(FindDifference, ComparesLabelTablesWhereverTheyLie) {
  Module left;
  left.functions.resize(1);
  left.functions[0].body = {
      .code = {{.opcode = Opcode::BrTable, .a = 0, .b = 1}, {.opcode = Opcode::End}},
      .pool = {5, 6}};
  Module right = left;
  right.functions[0].body.code[0].a = 1;
  right.functions[0].body.pool = {9, 5, 6};
  EXPECT_EQ(find_difference(left, right), "");
  right.functions[0].body.pool = {9, 5, 7};
  EXPECT_EQ(find_difference(left, right), "function 0, instruction 0 (br_table, br_table)");
}

}  // namespace
}  // namespace heddle::engine
