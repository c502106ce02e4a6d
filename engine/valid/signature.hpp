// OpcodeInfo::signature, parsed at compile time: what an instruction whose type depends on nothing
// but its opcode pops and pushes.
//
// Invariant: `is_fixed` is false for the rows marked "*", and then nothing else means anything.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "engine/syntax/instruction.hpp"

namespace heddle::engine {

struct Signature {
  bool is_fixed = false;
  bool has_result = false;
  std::uint8_t operand_count = 0;
  std::array<ValueType, 3> operands;  // deepest first
  ValueType result;
};

// Not constant for any other letter: a typing error in the table does not compile.
consteval ValueType type_of_letter(char letter) {
  switch (letter) {
    case 'i':
      return kI32;
    case 'I':
      return kI64;
    case 'f':
      return kF32;
    case 'F':
      return kF64;
    default:
      throw "unknown type letter in instructions.def";
  }
}

consteval Signature parse_signature(std::string_view text) {
  Signature signature;
  if (text == "*") return signature;
  signature.is_fixed = true;
  const std::size_t arrow = text.find('>');
  for (std::size_t i = 0; i < arrow; ++i) {
    signature.operands.at(i) = type_of_letter(text.at(i));
    ++signature.operand_count;
  }
  if (arrow + 1 < text.size()) {
    signature.has_result = true;
    signature.result = type_of_letter(text.at(arrow + 1));
  }
  if (arrow + 2 < text.size()) throw "two results in instructions.def";
  return signature;
}

inline constexpr auto kSignatures = [] consteval {
  std::array<Signature, kOpcodeCount> signatures;
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    signatures[i] = parse_signature(kOpcodes[i].signature);
  }
  return signatures;
}();

[[nodiscard]] constexpr const Signature& signature(Opcode opcode) {
  return kSignatures[static_cast<std::size_t>(opcode)];
}

}  // namespace heddle::engine
