// Which comparisons and operations are others with their operands exchanged.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/syntax/instruction.hpp"

namespace heddle::engine {

// The opcode `x` such that `a opcode b` = `b x a`, if there is one. (Of floating-point operations
// only comparisons: which NaN an addition returns is fixed, but leave no doubt.)
[[nodiscard]] constexpr std::optional<Opcode> with_swapped_operands(Opcode opcode) {
  constexpr auto kSwapped = [] consteval {
    std::array<std::uint16_t, kOpcodeCount> table{};
    constexpr std::string_view kPairs[][2] = {
        {"add", "add"},   {"mul", "mul"},   {"and", "and"},   {"or", "or"},    {"xor", "xor"},
        {"eq", "eq"},     {"ne", "ne"},     {"lt", "gt"},     {"le", "ge"},    {"lt_s", "gt_s"},
        {"lt_u", "gt_u"}, {"le_s", "ge_s"}, {"le_u", "ge_u"}, {"gt", "lt"},    {"ge", "le"},
        {"gt_s", "lt_s"}, {"gt_u", "lt_u"}, {"ge_s", "le_s"}, {"ge_u", "le_u"}};
    for (std::size_t i = 0; i < kOpcodeCount; ++i) {
      table[i] = 0xffff;
      const OpcodeInfo& from = kOpcodes[i];
      const bool is_float = from.signature[0] == 'f' || from.signature[0] == 'F';
      if (from.shape != Shape::Compare && (from.shape != Shape::Binary || is_float)) continue;
      for (const auto& pair : kPairs) {
        if (from.mnemonic.substr(4) != pair[0]) continue;
        for (std::size_t j = 0; j < kOpcodeCount; ++j) {
          const OpcodeInfo& to = kOpcodes[j];
          if (to.shape == from.shape && to.mnemonic.substr(0, 4) == from.mnemonic.substr(0, 4) &&
              to.mnemonic.substr(4) == pair[1]) {
            table[i] = static_cast<std::uint16_t>(j);
          }
        }
      }
    }
    return table;
  }();
  const std::uint16_t swapped = kSwapped[static_cast<std::size_t>(opcode)];
  if (swapped == 0xffff) return std::nullopt;
  return static_cast<Opcode>(swapped);
}

}  // namespace heddle::engine
