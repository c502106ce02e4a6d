// The part of FunctionCompiler that deals with wide arithmetic.
#include "engine/compile/function_compiler.hpp"

namespace heddle::engine {

// The results are two temporaries; what the integer accumulator holds then is the second.
void FunctionCompiler::wide_arithmetic(const Instruction& instruction) {
  const Signature& types = signature(instruction.opcode);
  std::array<Source, 4> operands;
  std::array<std::uint32_t, 4> slots{};
  for (std::uint32_t i = types.operand_count; i-- > 0;) operands[i] = pop();
  for (std::uint32_t i = 0; i < types.operand_count; ++i) slots[i] = slot_of(operands[i]);
  const std::uint32_t result = temporary(stack_.size());
  assembler_.emit(assembler_.select(instruction.opcode, false), result, slots[0],
                  static_cast<std::int32_t>(slots[1] | slots[2] << 16));
  assembler_.emit_annex({.b = static_cast<std::uint16_t>(slots[3])});
  assembler_.restore({.integer = static_cast<std::int32_t>(result + 1)});
  stack_.push_temporary();
  stack_.push_temporary();
}

}  // namespace heddle::engine
