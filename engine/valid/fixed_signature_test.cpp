// What the opcode table says, row by row: each fixed signature, alignment and lane count.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "engine/valid/signature.hpp"
#include "engine/valid/test_verdict.hpp"

namespace heddle::engine {
namespace {

using testing::StartsWith;

Instruction with_natural_alignment(Opcode opcode) {
  Instruction instruction{.opcode = opcode};
  const ImmediateKind kind = info(opcode).immediate;
  if (kind == ImmediateKind::MemArg || kind == ImmediateKind::MemArgLane) {
    while (1U << instruction.b < info(opcode).access_bytes) ++instruction.b;
  }
  return instruction;
}

// A body of one instruction, with its operands as parameters, in a module with one of everything.
std::string try_with(Opcode opcode, std::vector<ValueType> operands, std::vector<ValueType> results,
                     AddressType first = AddressType::I32, AddressType second = AddressType::I32) {
  std::vector<Instruction> code;
  for (std::uint32_t n = 0; n < operands.size(); ++n) {
    code.push_back({.opcode = Opcode::LocalGet, .a = n});
  }
  Instruction instruction = with_natural_alignment(opcode);
  const ImmediateKind kind = info(opcode).immediate;
  if (kind == ImmediateKind::TableTable || kind == ImmediateKind::MemoryMemory) instruction.b = 1;
  code.push_back(instruction);
  code.push_back({.opcode = Opcode::End});
  Module module = module_with_body({std::move(operands), std::move(results)}, std::move(code));
  module.memories = {{.type = {.address = first}}, {.type = {.address = second}}};
  module.tables.resize(2);
  module.tables[0].type.address = first;
  module.tables[1].type.address = second;
  module.elements.resize(1);
  module.elements[0].mode = SegmentMode::Passive;
  module.datas.resize(1);
  module.datas[0].mode = SegmentMode::Passive;
  return verdict(std::move(module));
}

void check_row(Opcode opcode, const std::vector<ValueType>& operands,
               const std::vector<ValueType>& results, AddressType first, AddressType second) {
  SCOPED_TRACE(info(opcode).mnemonic);
  EXPECT_EQ(try_with(opcode, operands, results, first, second), "valid");
  for (std::size_t n = 0; n < operands.size(); ++n) {
    auto wrong = operands;
    wrong[n] = kExternRef;
    EXPECT_THAT(try_with(opcode, wrong, results, first, second), StartsWith("type mismatch"));
  }
  auto wrong_results = results;
  wrong_results.push_back(kI32);
  EXPECT_THAT(try_with(opcode, operands, wrong_results, first, second),
              StartsWith("type mismatch"));
  if (operands.empty()) return;
  EXPECT_THAT(try_with(opcode, {operands.begin() + 1, operands.end()}, results, first, second),
              StartsWith("type mismatch"));
}

// Every row with a fixed signature, driven by that signature: exactly the operands it names are
// accepted, and exactly its results are left.
TEST(FixedSignature, EveryFixedSignatureIsEnforced) {
  int rows = 0;
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    const auto opcode = static_cast<Opcode>(i);
    const Signature& type = signature(opcode);
    if (!type.is_fixed) continue;
    ++rows;
    const std::vector<ValueType> results(type.has_result ? type.result_count : 0, type.result);
    check_row(opcode, {type.operands.begin(), type.operands.begin() + type.operand_count}, results,
              AddressType::I32, AddressType::I32);
  }
  EXPECT_GT(rows, 450);
}

// Likewise where memories and tables have 64-bit addresses: of two, one or the other or both.
TEST(FixedSignature, EveryAddressIsOfTheTypeOfItsMemoryOrTable) {
  const auto value_of = [](ValueType type, char letter, AddressType first, AddressType second) {
    if (letter == 'a') return value_type(first);
    if (letter == 'b') return value_type(second);
    if (letter == 'm') {
      const bool both = first == AddressType::I64 && second == AddressType::I64;
      return both ? kI64 : kI32;
    }
    return type;
  };
  int rows = 0;
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    const auto opcode = static_cast<Opcode>(i);
    const Signature& type = signature(opcode);
    if (!type.is_fixed || !type.has_addresses) continue;
    ++rows;
    for (const auto [first, second] : {std::pair{AddressType::I64, AddressType::I32},
                                       std::pair{AddressType::I32, AddressType::I64},
                                       std::pair{AddressType::I64, AddressType::I64}}) {
      std::vector<ValueType> operands;
      for (std::size_t n = 0; n < type.operand_count; ++n) {
        operands.push_back(
            value_of(type.operands.at(n), type.address_letters.at(n), first, second));
      }
      const std::vector<ValueType> results(
          type.has_result ? type.result_count : 0,
          value_of(type.result, type.result_address_letter, first, second));
      check_row(opcode, operands, results, first, second);
    }
  }
  EXPECT_GE(rows, 119);
}

TEST(FixedSignature, AlignmentMustNotBeLargerThanNaturalAndOfAtomicsNotSmallerEither) {
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    const auto opcode = static_cast<Opcode>(i);
    const OpcodeInfo& row = info(opcode);
    if (row.access_bytes == 0) continue;
    const bool is_atomic = row.prefix == 0xfe;
    for (const std::uint32_t log2 : {0U, 1U, 2U, 3U, 4U, 5U, 31U, 32U, 63U, 64U}) {
      Module module = module_with_body({}, {{.opcode = Opcode::Unreachable},
                                            {.opcode = opcode, .b = log2},
                                            {.opcode = Opcode::Unreachable},
                                            {.opcode = Opcode::End}});
      module.memories.resize(1);
      const std::uint64_t bytes = log2 < 64 ? std::uint64_t{1} << log2 : 0;
      const bool is_smaller = bytes != 0 && bytes < row.access_bytes;
      const std::string found = verdict(std::move(module));
      if (bytes == row.access_bytes || (is_smaller && !is_atomic)) {
        EXPECT_EQ(found, "valid") << row.mnemonic << " " << log2;
      } else {
        EXPECT_THAT(found, StartsWith(is_atomic ? "atomic alignment must be natural"
                                                : "alignment must not be larger than natural"))
            << row.mnemonic << " " << log2;
      }
    }
  }
}

TEST(FixedSignature, EveryMemoryInstructionNeedsItsMemory) {
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    Instruction instruction = with_natural_alignment(static_cast<Opcode>(i));
    if (info(instruction.opcode).access_bytes == 0) continue;
    instruction.a = 1;
    Module module = module_with_body({}, {{.opcode = Opcode::Unreachable}, instruction});
    module.memories.resize(1);
    EXPECT_THAT(verdict(std::move(module)), StartsWith("unknown memory 1"))
        << info(instruction.opcode).mnemonic;
  }
}

TEST(FixedSignature, OffsetsAreInTheRangeOfTheMemorysAddresses) {
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    Instruction instruction = with_natural_alignment(static_cast<Opcode>(i));
    if (info(instruction.opcode).access_bytes == 0) continue;
    const auto with_offset = [&](std::uint64_t offset, AddressType address) {
      instruction.value = offset;
      Module module = module_with_body({}, {{.opcode = Opcode::Unreachable},
                                            instruction,
                                            {.opcode = Opcode::Unreachable},
                                            {.opcode = Opcode::End}});
      module.memories = {{.type = {.address = address}}};
      return verdict(std::move(module));
    };
    EXPECT_EQ(with_offset(0xffff'ffff, AddressType::I32), "valid");
    EXPECT_THAT(with_offset(0x1'0000'0000, AddressType::I32), StartsWith("offset out of range"));
    EXPECT_EQ(with_offset(~std::uint64_t{0}, AddressType::I64), "valid");
  }
}

// The lanes are as many as the vector has room for.
std::uint32_t lanes_of(const OpcodeInfo& row) {
  if (row.immediate == ImmediateKind::MemArgLane) return 16U / row.access_bytes;
  if (row.mnemonic.starts_with("i8x16")) return 16;
  if (row.mnemonic.starts_with("i16x8")) return 8;
  return row.mnemonic.find("32x4") == 1 ? 4 : 2;
}

TEST(FixedSignature, LaneIndicesMustBeBelowTheNumberOfLanes) {
  int rows = 0;
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    const auto opcode = static_cast<Opcode>(i);
    const OpcodeInfo& row = info(opcode);
    const bool is_memory = row.immediate == ImmediateKind::MemArgLane;
    if (row.immediate != ImmediateKind::Lane && !is_memory) continue;
    ++rows;
    for (std::uint32_t lane = 0; lane < 256; ++lane) {
      Module module = module_with_body({}, {{.opcode = Opcode::Unreachable},
                                            {.opcode = opcode, .b = is_memory ? lane << 8 : lane},
                                            {.opcode = Opcode::Unreachable},
                                            {.opcode = Opcode::End}});
      module.memories.resize(1);
      EXPECT_THAT(verdict(std::move(module)),
                  StartsWith(lane < lanes_of(row) ? "valid" : "invalid lane index"))
          << row.mnemonic << " " << lane;
    }
  }
  EXPECT_EQ(rows, 22);
}

TEST(FixedSignature, EachLaneOfAShuffleIsOneOfThirtyTwo) {
  for (std::uint32_t lane = 0; lane < 16; ++lane) {
    for (const std::uint64_t index : {31U, 32U, 255U}) {
      Instruction shuffle{.opcode = Opcode::I8x16Shuffle};
      VectorImmediate lanes;
      (lane < 8 ? lanes.low : lanes.high) = index << lane % 8 * 8;
      set_vector_immediate(shuffle, lanes);
      EXPECT_THAT(verdict(module_with_body({}, {{.opcode = Opcode::Unreachable},
                                                shuffle,
                                                {.opcode = Opcode::Drop},
                                                {.opcode = Opcode::End}})),
                  StartsWith(index < 32 ? "valid" : "invalid lane index"));
    }
  }
}

}  // namespace
}  // namespace heddle::engine
