// From the bytes of an opcode to the Opcode: constant tables made from kOpcodes.
//
// One row for each prefix byte (none, 0xfb, 0xfc, 0xfd, 0xfe); that every number after a prefix in
// instructions.def has its place there, the compiler checks.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "engine/syntax/instruction.hpp"

namespace heddle::engine {

inline constexpr std::array<std::uint8_t, 5> kOpcodePrefixes = {0x00, 0xfb, 0xfc, 0xfd, 0xfe};

// The row of a byte that begins an opcode: 0 unless it is a prefix.
[[nodiscard]] constexpr std::size_t opcode_row(std::uint8_t first) {
  for (std::size_t row = 1; row < kOpcodePrefixes.size(); ++row) {
    if (first == kOpcodePrefixes[row]) return row;
  }
  return 0;
}

inline constexpr std::size_t kOpcodesOfPrefixMax = 0x114;
inline constexpr std::uint16_t kNoOpcode = 0xffff;
inline constexpr auto kOpcodeTable = [] {
  std::array<std::array<std::uint16_t, kOpcodesOfPrefixMax>, kOpcodePrefixes.size()> table{};
  for (auto& row : table) row.fill(kNoOpcode);
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    // Out of range here is a compile-time error: larger codes need wider rows.
    table[opcode_row(kOpcodes[i].prefix)].at(kOpcodes[i].code) = static_cast<std::uint16_t>(i);
  }
  return table;
}();

[[nodiscard]] constexpr std::optional<Opcode> lookup_opcode(std::size_t row, std::uint32_t code) {
  if (code >= kOpcodesOfPrefixMax || kOpcodeTable[row][code] == kNoOpcode) return std::nullopt;
  return static_cast<Opcode>(kOpcodeTable[row][code]);
}

// What a decoder asks of each opcode: what follows it, and how it nests.
enum class Nesting : std::uint8_t { None, Opens, Closes, Else };
struct OpcodeReading {
  Opcode opcode = Opcode::Nop;
  ImmediateKind immediate = ImmediateKind::None;
  Nesting nesting = Nesting::None;
};
[[nodiscard]] constexpr OpcodeReading reading_of(Opcode opcode) {
  const OpcodeInfo& row = info(opcode);
  Nesting nesting = Nesting::None;
  if (row.shape == Shape::Block || row.shape == Shape::Loop || row.shape == Shape::If ||
      row.shape == Shape::TryTable) {
    nesting = Nesting::Opens;
  } else if (row.shape == Shape::End) {
    nesting = Nesting::Closes;
  } else if (row.shape == Shape::Else) {
    nesting = Nesting::Else;
  }
  return {.opcode = opcode, .immediate = row.immediate, .nesting = nesting};
}
inline constexpr auto kOpcodeReadings = [] {
  std::array<OpcodeReading, kOpcodeCount> readings;
  for (std::size_t i = 0; i < kOpcodeCount; ++i) readings[i] = reading_of(static_cast<Opcode>(i));
  return readings;
}();

}  // namespace heddle::engine
