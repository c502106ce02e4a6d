// From the bytes of an opcode to the Opcode: constant tables made from kOpcodes.
//
// One row of 256 entries for each prefix byte (none, 0xfc, 0xfe); every number after a prefix in
// instructions.def is below 256, which the compiler checks.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "engine/syntax/instruction.hpp"

namespace heddle::engine {

inline constexpr std::array<std::uint8_t, 3> kOpcodePrefixes = {0x00, 0xfc, 0xfe};

// The row of a byte that begins an opcode: 0 unless it is a prefix.
[[nodiscard]] constexpr std::size_t opcode_row(std::uint8_t first) {
  for (std::size_t row = 1; row < kOpcodePrefixes.size(); ++row) {
    if (first == kOpcodePrefixes[row]) return row;
  }
  return 0;
}

inline constexpr std::uint16_t kNoOpcode = 0xffff;
inline constexpr auto kOpcodeTable = [] {
  std::array<std::array<std::uint16_t, 256>, kOpcodePrefixes.size()> table{};
  for (auto& row : table) row.fill(kNoOpcode);
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    // Out of range here is a compile-time error: a code of 256 or more needs wider rows.
    table[opcode_row(kOpcodes[i].prefix)].at(kOpcodes[i].code) = static_cast<std::uint16_t>(i);
  }
  return table;
}();

[[nodiscard]] constexpr std::optional<Opcode> lookup_opcode(std::size_t row, std::uint32_t code) {
  if (code >= 256 || kOpcodeTable[row][code] == kNoOpcode) return std::nullopt;
  return static_cast<Opcode>(kOpcodeTable[row][code]);
}

}  // namespace heddle::engine
