#include "engine/syntax/instruction.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace heddle::engine {
namespace {

// Opcodes sorted by mnemonic; `select` has two forms, and the untyped one, which comes first in the
// table, must be found.
const std::array<Opcode, kOpcodeCount>& opcodes_by_mnemonic() {
  static const auto kSorted = [] {
    std::array<Opcode, kOpcodeCount> result{};
    for (std::size_t i = 0; i < kOpcodeCount; ++i) result[i] = static_cast<Opcode>(i);
    std::ranges::sort(result, {},
                      [](Opcode opcode) { return std::pair{info(opcode).mnemonic, opcode}; });
    return result;
  }();
  return kSorted;
}

std::pair<std::uint8_t, std::uint32_t> binary_form(Opcode opcode) {
  return {info(opcode).prefix, info(opcode).code};
}

const std::array<Opcode, kOpcodeCount>& opcodes_by_code() {
  static const auto kSorted = [] {
    std::array<Opcode, kOpcodeCount> result{};
    for (std::size_t i = 0; i < kOpcodeCount; ++i) result[i] = static_cast<Opcode>(i);
    std::ranges::sort(result, {}, binary_form);
    return result;
  }();
  return kSorted;
}

}  // namespace

std::optional<Opcode> find_opcode(std::string_view mnemonic) {
  const auto& sorted = opcodes_by_mnemonic();
  const auto found = std::ranges::lower_bound(sorted, mnemonic, {},
                                              [](Opcode opcode) { return info(opcode).mnemonic; });
  if (found == sorted.end() || info(*found).mnemonic != mnemonic) return std::nullopt;
  return *found;
}

std::optional<Opcode> find_opcode(std::uint8_t prefix, std::uint32_t code) {
  const auto& sorted = opcodes_by_code();
  const auto key = std::pair{prefix, code};
  const auto found = std::ranges::lower_bound(sorted, key, {}, binary_form);
  if (found == sorted.end() || binary_form(*found) != key) return std::nullopt;
  return *found;
}

}  // namespace heddle::engine
