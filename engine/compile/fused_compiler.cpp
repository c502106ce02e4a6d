// The part of FunctionCompiler that makes two operations in one cell, where the first is the last
// that was made: what is done most often between two accesses, and at the end of loops.
//
// The first operation's own result is not written where only the second reads it: a temporary whose
// height is popped is never read again.
#include <utility>

#include "engine/compile/function_compiler.hpp"
#include "engine/compile/swapped_operands.hpp"

namespace heddle::engine {
namespace {

// In two's complement, of i32.
std::optional<std::uint16_t> in_16_bits(std::uint64_t value) {
  const auto number = static_cast<std::int32_t>(value & 0xffff'ffff);
  if (number < -0x8000 || number > 0x7fff) return std::nullopt;
  return static_cast<std::uint16_t>(number);
}

constexpr bool is_commutative(Opcode opcode) {
  return opcode == Opcode::I32Add || opcode == Opcode::I32And || opcode == Opcode::I32Or ||
         opcode == Opcode::I32Xor;
}

}  // namespace

void FunctionCompiler::note_immediate(Opcode opcode, std::uint32_t cell, std::uint32_t left,
                                      std::uint64_t value, const Accumulators& before) {
  const std::optional<std::uint16_t> short_value = in_16_bits(value);
  if (!short_value || !can_begin_pair(opcode)) return;
  immediate_ = {.opcode = opcode,
                .cell = cell,
                .end = cell + 1,
                .left = left,
                .value = *short_value,
                .before = before};
}

bool FunctionCompiler::binary_with_last(Opcode opcode, const Source& left, const Source& right) {
  if (!is_last(immediate_)) return false;
  const std::uint32_t last = assembler_.at(immediate_.cell).a;
  if (last < temporaries_begin_) return false;
  const auto is_result = [&](const Source& source) {
    return !source.is_constant && source.slot == last;
  };
  const bool is_left = is_result(left);
  if (!is_left && !(is_result(right) && is_commutative(opcode))) return false;
  const Source& other = is_left ? right : left;
  const std::optional<Pair> pair = find_pair(immediate_.opcode, opcode);
  const std::optional<std::uint16_t> value = in_16_bits(other.constant);
  if (!pair || (other.is_constant && !value)) return false;

  assembler_.truncate(immediate_.cell, immediate_.before);
  const bool holds_left = assembler_.holds(immediate_.left, TypeKind::I32);
  const Handler handler =
      other.is_constant
          ? assembler_.select_immediate(*pair, holds_left)
          : assembler_.select(*pair, holds_left, assembler_.holds(other.slot, TypeKind::I32));
  const std::uint32_t second = other.is_constant ? *value : other.slot;
  const std::uint32_t result = temporary(stack_.size());
  const std::uint32_t cell = assembler_.emit(
      handler, result, immediate_.left, static_cast<std::int32_t>(immediate_.value | second << 16));
  assembler_.produced(cell, result, TypeKind::I32);
  stack_.push_temporary();
  immediate_ = {};
  return true;
}

std::optional<std::uint32_t> FunctionCompiler::branch_with_last(Comparison condition, bool when) {
  if (!is_last(immediate_) || immediate_.opcode != Opcode::I32Add) return std::nullopt;
  const std::uint32_t local = immediate_.left;
  if (assembler_.at(immediate_.cell).a != local) return std::nullopt;
  const bool has_right = signature(condition.opcode).operand_count == 2;
  if (has_right && condition.left.slot != local) {
    const auto swapped = with_swapped_operands(condition.opcode);
    if (!swapped) return std::nullopt;
    condition.opcode = *swapped;
    std::swap(condition.left, condition.right);
  }
  const Source& right = condition.right;
  if (condition.left.slot != local || (has_right && right.slot == local)) return std::nullopt;
  const Operation operation{condition.opcode,
                            when != condition.is_negated ? Form::CountIf : Form::CountUnless};
  const std::optional<std::uint16_t> value = in_16_bits(right.constant);
  if (right.is_constant && !value) return std::nullopt;
  const Handler handler = right.is_constant ? assembler_.select_immediate(operation, false)
                                            : assembler_.select(operation, false);
  if (handler == nullptr) return std::nullopt;  // not of i32
  const std::uint32_t field = right.is_constant ? *value : right.slot;
  assembler_.truncate(immediate_.cell, assembler_.accumulators());
  const std::uint32_t cell = assembler_.emit(handler, local, field, 0);
  assembler_.emit_annex({.c = static_cast<std::int16_t>(immediate_.value)});
  immediate_ = {};
  return cell;
}

}  // namespace heddle::engine
