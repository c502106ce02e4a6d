// Vectors: their lane indices, for the signatures are fixed. Spec: valid/instructions, "Vector
// Instructions", "Memory Instructions".
#include <fmt/format.h>

#include "engine/valid/function_validator.hpp"

namespace heddle::engine {
namespace {

constexpr std::uint32_t kVectorBytes = 16;

// "i16x8.extract_lane_s" is about 8 lanes.
consteval std::uint8_t lanes_of(const OpcodeInfo& row) {
  if (row.immediate != ImmediateKind::Lane) return 0;
  std::uint8_t lanes = 0;
  const std::size_t dot = row.mnemonic.find('.');
  for (std::size_t i = row.mnemonic.find('x') + 1; i < dot; ++i) {
    lanes = static_cast<std::uint8_t>(lanes * 10 + (row.mnemonic.at(i) - '0'));
  }
  return lanes;
}

constexpr auto kLanes = [] consteval {
  std::array<std::uint8_t, kOpcodeCount> lanes{};
  for (std::size_t i = 0; i < kOpcodeCount; ++i) lanes[i] = lanes_of(kOpcodes[i]);
  return lanes;
}();

std::string invalid_lane(std::uint32_t lane, std::uint32_t count) {
  return fmt::format("invalid lane index {}: there are {}", lane, count);
}

}  // namespace

bool FunctionValidator::check_lane(const Instruction& instruction) {
  const std::uint8_t count = kLanes.at(static_cast<std::size_t>(instruction.opcode));
  if (instruction.b >= count) return fail(invalid_lane(instruction.b, count));
  return check_fixed(fixed_rule(instruction.opcode));
}

bool FunctionValidator::check_memory_lane(const Instruction& instruction) {
  if (!check_memory_access(instruction)) return false;
  const std::uint32_t count = kVectorBytes / info(instruction.opcode).access_bytes;
  const std::uint32_t lane = instruction.b >> 8;
  return lane < count || fail(invalid_lane(lane, count));
}

bool FunctionValidator::check_shuffle(const Instruction& instruction) {
  const VectorImmediate lanes = vector_immediate(instruction);
  for (std::uint32_t i = 0; i < kVectorBytes; ++i) {
    if (lanes.byte(i) >= 2 * kVectorBytes) {
      return fail(invalid_lane(lanes.byte(i), 2 * kVectorBytes));
    }
  }
  return check_fixed(fixed_rule(instruction.opcode));
}

}  // namespace heddle::engine
