// The opcode table against itself: what one column says must follow from the others.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/syntax/instruction.hpp"

namespace heddle::engine {
namespace {

std::vector<OpcodeInfo> rows_of(Shape shape) {
  std::vector<OpcodeInfo> rows;
  for (const OpcodeInfo& row : kOpcodes) {
    if (row.shape == shape) rows.push_back(row);
  }
  return rows;
}

// The letter of a signature for "i32", "i64", "f32", "f64".
std::string letter(std::string_view type) {
  static const std::map<std::string_view, std::string> kLetters = {
      {"i32", "i"}, {"i64", "I"}, {"f32", "f"}, {"f64", "F"}};
  const auto found = kLetters.find(type);
  return found == kLetters.end() ? "?" : found->second;
}

std::string_view type_of(const OpcodeInfo& row) { return row.mnemonic.substr(0, 3); }

int bytes_of(std::string_view type) { return type.substr(1) == "32" ? 4 : 8; }

// The number in a mnemonic's operation ("load16_u": 16), or that of its type.
int access_bits(const OpcodeInfo& row) {
  for (const auto& [digits, bits] : {std::pair{"8", 8}, {"16", 16}, {"32", 32}}) {
    if (row.mnemonic.substr(4).contains(digits)) return bits;
  }
  return bytes_of(type_of(row)) * 8;
}

// Two forms of one instruction, which the text format tells apart by what follows.
bool has_two_forms(std::string_view mnemonic) {
  return mnemonic == "select" || mnemonic == "ref.test" || mnemonic == "ref.cast";
}

TEST(InstructionTable, EachMnemonicOccursOnceButThoseOfTwoForms) {
  std::map<std::string_view, int> count;
  for (const OpcodeInfo& row : kOpcodes) ++count[row.mnemonic];
  for (const auto& [mnemonic, times] : count) {
    EXPECT_EQ(times, has_two_forms(mnemonic) ? 2 : 1) << mnemonic;
  }
}

TEST(InstructionTable, EachBinaryFormOccursOnce) {
  std::set<std::pair<int, std::uint32_t>> seen;
  for (const OpcodeInfo& row : kOpcodes) {
    EXPECT_TRUE(seen.emplace(row.prefix, row.code).second) << row.mnemonic;
    EXPECT_TRUE(row.prefix == 0 || (row.prefix >= 0xfb && row.prefix <= 0xfe)) << row.mnemonic;
    EXPECT_TRUE(row.prefix != 0 || row.code < 0xfb) << row.mnemonic;
  }
}

TEST(InstructionTable, EveryOpcodeIsFoundByItsMnemonicAndByItsBinaryForm) {
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    const auto opcode = static_cast<Opcode>(i);
    const OpcodeInfo& row = info(opcode);
    EXPECT_EQ(find_opcode(row.prefix, row.code), opcode) << row.mnemonic;
    const bool is_second = i > 0 && kOpcodes[i - 1].mnemonic == row.mnemonic;
    EXPECT_EQ(find_opcode(row.mnemonic), is_second ? static_cast<Opcode>(i - 1) : opcode)
        << row.mnemonic;
  }
}

TEST(InstructionTable, WhatIsNotInTheTableIsNotFound) {
  EXPECT_EQ(find_opcode("i32.atomic.rmw.nand"), std::nullopt);
  EXPECT_EQ(find_opcode(""), std::nullopt);
  EXPECT_EQ(find_opcode("zzz"), std::nullopt);
  EXPECT_EQ(find_opcode(0xfe, 0x04), std::nullopt);
  EXPECT_EQ(find_opcode(0xfe, 0x4f), std::nullopt);
  EXPECT_EQ(find_opcode(0xfd, 0x9a), std::nullopt);
  EXPECT_EQ(find_opcode(0xfb, 0x1f), std::nullopt);
  EXPECT_EQ(find_opcode(0x00, 0x06), std::nullopt);
}

TEST(InstructionTable, ExactlyInstructionsWithAMemoryArgumentHaveAWidth) {
  for (const OpcodeInfo& row : kOpcodes) {
    const bool has_memory_argument =
        row.immediate == ImmediateKind::MemArg || row.immediate == ImmediateKind::MemArgLane;
    EXPECT_EQ(row.access_bytes != 0, has_memory_argument) << row.mnemonic;
  }
}

TEST(InstructionTable, SignaturesOfPlainNumericInstructionsFollowFromShapeAndType) {
  for (const OpcodeInfo& row : kOpcodes) {
    const std::string t = letter(type_of(row));
    if (row.shape == Shape::Const) EXPECT_EQ(row.signature, ">" + t) << row.mnemonic;
    if (row.shape == Shape::Test) EXPECT_EQ(row.signature, t + ">i") << row.mnemonic;
    if (row.shape == Shape::Compare) EXPECT_EQ(row.signature, t + t + ">i") << row.mnemonic;
    if (row.shape == Shape::Unary) EXPECT_EQ(row.signature, t + ">" + t) << row.mnemonic;
    if (row.shape == Shape::Binary) EXPECT_EQ(row.signature, t + t + ">" + t) << row.mnemonic;
    if (row.shape == Shape::Load) EXPECT_EQ(row.signature, "a>" + t) << row.mnemonic;
    if (row.shape == Shape::Store) EXPECT_EQ(row.signature, "a" + t + ">") << row.mnemonic;
  }
}

TEST(InstructionTable, ConversionsNameTheirSourceType) {
  for (const OpcodeInfo& row : rows_of(Shape::Convert)) {
    std::size_t at = std::string_view::npos;
    for (const char* source : {"_i32", "_i64", "_f32", "_f64"}) {
      if (row.mnemonic.contains(source)) at = row.mnemonic.find(source) + 1;
    }
    ASSERT_NE(at, std::string_view::npos) << row.mnemonic;
    const std::string source = letter(row.mnemonic.substr(at, 3));
    EXPECT_EQ(row.signature, source + ">" + letter(type_of(row))) << row.mnemonic;
  }
}

TEST(InstructionTable, WidthsOfLoadsAndStoresFollowFromTheMnemonic) {
  for (const Shape shape : {Shape::Load, Shape::Store}) {
    for (const OpcodeInfo& row : rows_of(shape)) {
      EXPECT_EQ(row.access_bytes * 8, access_bits(row)) << row.mnemonic;
      const bool is_narrow = row.access_bytes < bytes_of(type_of(row));
      const bool has_sign = row.mnemonic.ends_with("_s") || row.mnemonic.ends_with("_u");
      EXPECT_EQ(has_sign, is_narrow && shape == Shape::Load) << row.mnemonic;
    }
  }
}

// All atomic accesses, spelled from their parts in the order of their codes: nine families
// (load, store, seven read-modify-writes), each of seven variants (type and width).
struct Family {
  std::string name;
  Shape shape;
  std::string operands;  // after the address: "v" stands for the type
  bool has_result;
};
const std::vector<Family> kFamilies = {
    {"load", Shape::AtomicLoad, "", true},         {"store", Shape::AtomicStore, "v", false},
    {"add", Shape::AtomicRmw, "v", true},          {"sub", Shape::AtomicRmw, "v", true},
    {"and", Shape::AtomicRmw, "v", true},          {"or", Shape::AtomicRmw, "v", true},
    {"xor", Shape::AtomicRmw, "v", true},          {"xchg", Shape::AtomicRmw, "v", true},
    {"cmpxchg", Shape::AtomicCmpxchg, "vv", true},
};
struct Variant {
  std::string type;
  int bits;
};
const std::vector<Variant> kVariants = {{"i32", 32}, {"i64", 64}, {"i32", 8}, {"i32", 16},
                                        {"i64", 8},  {"i64", 16}, {"i64", 32}};

std::string spell(const Family& family, const Variant& variant) {
  const bool is_narrow = variant.bits < bytes_of(variant.type) * 8;
  const std::string bits = is_narrow ? std::to_string(variant.bits) : "";
  const std::string extension = is_narrow && family.has_result ? "_u" : "";
  const bool is_rmw = family.shape == Shape::AtomicRmw || family.shape == Shape::AtomicCmpxchg;
  return is_rmw ? variant.type + ".atomic.rmw" + bits + "." + family.name + extension
                : variant.type + ".atomic." + family.name + bits + extension;
}

TEST(InstructionTable, AtomicAccessesAreWhatTheirPartsSpell) {
  std::uint32_t code = 0x10;
  for (const Family& family : kFamilies) {
    for (const Variant& variant : kVariants) {
      const std::string mnemonic = spell(family, variant);
      const auto opcode = find_opcode(0xfe, code++);
      ASSERT_TRUE(opcode.has_value()) << mnemonic;
      const OpcodeInfo& row = info(*opcode);
      std::string signature = "a";
      for ([[maybe_unused]] const char operand : family.operands) {
        signature += letter(variant.type);
      }
      signature += ">" + (family.has_result ? letter(variant.type) : "");
      EXPECT_EQ(row.mnemonic, mnemonic);
      EXPECT_EQ(row.shape, family.shape) << mnemonic;
      EXPECT_EQ(row.access_bytes * 8, variant.bits) << mnemonic;
      EXPECT_EQ(row.signature, signature) << mnemonic;
    }
  }
}

TEST(InstructionTable, ThreadsHasSixtySevenInstructions) {
  int count = 0;
  for (const OpcodeInfo& row : kOpcodes) count += row.prefix == 0xfe ? 1 : 0;
  EXPECT_EQ(count, 67);
}

TEST(InstructionTable, AnOpcodeBelongsToTheFeatureThatItsPrefixSays) {
  for (const OpcodeInfo& row : kOpcodes) {
    if (row.prefix == 0xfb) EXPECT_EQ(row.feature, Feature::Gc) << row.mnemonic;
    if (row.prefix == 0xfe) EXPECT_EQ(row.feature, Feature::Threads) << row.mnemonic;
    if (row.prefix != 0xfd) continue;
    const bool is_relaxed = row.mnemonic.contains("relaxed");
    EXPECT_EQ(row.feature, is_relaxed ? Feature::RelaxedSimd : Feature::Simd) << row.mnemonic;
    EXPECT_EQ(row.code >= 0x100, is_relaxed) << row.mnemonic;
  }
}

TEST(Features, EachHasANameByWhichItIsFound) {
  for (std::size_t i = 0; i < kFeatureCount; ++i) {
    const auto feature = static_cast<Feature>(i);
    EXPECT_EQ(find_feature(name_of(feature)), feature);
    Features features;
    features.disable(feature);
    EXPECT_EQ(features.has(feature), feature == Feature::Mvp);
    features.enable(feature);
    EXPECT_TRUE(features.has_all());
  }
  EXPECT_EQ(find_feature("simd128"), std::nullopt);
}

TEST(InstructionTable, WaitAndNotifyTakeWhatTheProposalSays) {
  const auto check = [](Opcode opcode, std::string_view mnemonic, std::string_view signature,
                        int bytes) {
    EXPECT_EQ(info(opcode).mnemonic, mnemonic);
    EXPECT_EQ(info(opcode).signature, signature);
    EXPECT_EQ(info(opcode).access_bytes, bytes);
  };
  check(Opcode::MemoryAtomicNotify, "memory.atomic.notify", "ai>i", 4);
  check(Opcode::MemoryAtomicWait32, "memory.atomic.wait32", "aiI>i", 4);
  check(Opcode::MemoryAtomicWait64, "memory.atomic.wait64", "aII>i", 8);
  check(Opcode::AtomicFence, "atomic.fence", ">", 0);
}

TEST(ValueTypeEncoding, DecodeUndoesEncode) {
  for (const ValueType type : {kI32, kI64, kF32, kF64, kV128, kFuncRef, kExternRef, kBottom,
                               ref_type(HeapKind::NoExn, false), defined_ref_type(0, true),
                               defined_ref_type(kEncodedIndexMax, false)}) {
    EXPECT_EQ(decode_value_type(encode(type)), type) << to_string(type);
  }
}

}  // namespace
}  // namespace heddle::engine
