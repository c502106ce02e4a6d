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
  bool has_result = false;  // at least one
  std::uint8_t operand_count = 0;
  std::uint8_t result_count = 0;
  std::array<ValueType, 4> operands;  // deepest first
  ValueType result;                   // the first
  // Letters of those that are addresses or sizes, whose type is that of memory or table: 'a', 'b'
  // or 'm' as in instructions.def; 0 for all others. `operands` and `result` say i32 for them.
  std::array<char, 4> address_letters{};
  char result_address_letter = 0;
  bool has_addresses = false;
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
    case 'v':
      return kV128;
    case 'a':
    case 'b':
    case 'm':
      return kI32;
    default:
      throw "unknown type letter in instructions.def";
  }
}

consteval char address_letter(char letter) {
  return letter == 'a' || letter == 'b' || letter == 'm' ? letter : '\0';
}

consteval Signature parse_signature(std::string_view text) {
  Signature signature;
  if (text == "*") return signature;
  signature.is_fixed = true;
  const std::size_t arrow = text.find('>');
  for (std::size_t i = 0; i < arrow; ++i) {
    signature.operands.at(i) = type_of_letter(text.at(i));
    signature.address_letters.at(i) = address_letter(text.at(i));
    if (signature.address_letters.at(i) != 0) signature.has_addresses = true;
    ++signature.operand_count;
  }
  if (arrow + 1 < text.size()) {
    signature.has_result = true;
    signature.result = type_of_letter(text.at(arrow + 1));
    signature.result_address_letter = address_letter(text.at(arrow + 1));
    if (signature.result_address_letter != 0) signature.has_addresses = true;
  }
  // More than one result are of the same type: those of wide arithmetic.
  signature.result_count = static_cast<std::uint8_t>(text.size() - arrow - 1);
  for (std::size_t i = arrow + 2; i < text.size(); ++i) {
    if (text.at(i) != text.at(arrow + 1)) throw "results of different types in instructions.def";
  }
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
