// FixedRule: what the validator looks up for each instruction, in half a cache line: its shape, and
// its signature (signature.hpp) as type codes.
#pragma once

#include <array>
#include <cstdint>

#include "engine/valid/signature.hpp"
#include "engine/valid/type_code.hpp"

namespace heddle::engine {

struct FixedRule {
  std::array<TypeCode, 4> operands{};  // deepest first; i32 for addresses
  TypeCode result = 0;                 // of all of them, if there are several
  Shape shape = Shape::Nop;
  std::uint8_t operand_count = 0;
  std::uint8_t result_count = 0;
  bool has_addresses = false;
  std::array<char, 4> address_letters{};
  char result_address_letter = 0;
};

inline constexpr auto kFixedRules = [] consteval {
  std::array<FixedRule, kOpcodeCount> rules;
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    const Signature& signature = kSignatures[i];
    FixedRule& rule = rules[i];
    rule.shape = kOpcodes[i].shape;
    for (std::size_t n = 0; n < signature.operand_count; ++n) {
      rule.operands[n] = encode(signature.operands[n]);
    }
    rule.result = encode(signature.result);
    rule.operand_count = signature.operand_count;
    rule.result_count = signature.is_fixed && signature.has_result ? signature.result_count : 0;
    rule.has_addresses = signature.has_addresses;
    rule.address_letters = signature.address_letters;
    rule.result_address_letter = signature.result_address_letter;
  }
  return rules;
}();

[[nodiscard]] constexpr const FixedRule& fixed_rule(Opcode opcode) {
  return kFixedRules[static_cast<std::size_t>(opcode)];
}

}  // namespace heddle::engine
