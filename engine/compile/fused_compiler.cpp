// The part of FunctionCompiler that makes two operations in one cell, where the first is the last
// that was made: what is done most often between two accesses.
//
// The first operation's own result is not written where only the second reads it: a temporary whose
// height is popped is never read again.
//
// (Tried and left out: a count, a comparison and a branch in one cell. It saves a dispatch for each
// round of a loop, but makes switches of agents a third slower.)
#include <utility>

#include "engine/compile/function_compiler.hpp"

namespace heddle::engine {
namespace {

std::int32_t field(std::uint64_t value) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(value));
}

constexpr bool is_commutative(Opcode opcode) {
  return opcode == Opcode::I32Add || opcode == Opcode::I32And || opcode == Opcode::I32Or ||
         opcode == Opcode::I32Xor;
}

}  // namespace

void FunctionCompiler::note_immediate(Opcode opcode, std::uint32_t cell, std::uint32_t left,
                                      std::uint64_t value, const Accumulators& before) {
  if (!can_begin_pair(opcode)) return;
  immediate_ = {.opcode = opcode,
                .cell = cell,
                .end = assembler_.position(),
                .left = left,
                .value = static_cast<std::uint32_t>(value),
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
  const bool is_ring = immediate_.mask && opcode == Opcode::I32Shl && is_left && other.is_constant;
  if (is_ring) {
    emit_ring_index(static_cast<std::uint32_t>(other.constant % 32));
  } else if (pair && !immediate_.mask) {
    emit_pair(*pair, other);
  } else {
    return false;
  }
  stack_.push_temporary();
  return true;
}

void FunctionCompiler::emit_pair(const Pair& pair, const Source& other) {
  const Immediate first = std::exchange(immediate_, {});
  assembler_.truncate(first.cell, first.before);
  const bool holds_left = assembler_.holds(first.left, TypeKind::I32);
  const bool holds_other = !other.is_constant && assembler_.holds(other.slot, TypeKind::I32);
  const Handler handler = other.is_constant ? assembler_.select_immediate(pair, holds_left)
                                            : assembler_.select(pair, holds_left, holds_other);
  const std::uint32_t result = temporary(stack_.size());
  const std::uint32_t cell = assembler_.emit(handler, result, first.left, field(first.value));
  assembler_.emit_annex({.b = static_cast<std::uint16_t>(other.is_constant ? 0 : other.slot),
                         .c = field(other.constant)});
  assembler_.produced(cell, result, TypeKind::I32);
  if (first.opcode == Opcode::I32Add && kPairSecond[pair.second] == Opcode::I32And &&
      other.is_constant) {
    immediate_ = first;
    immediate_.end = assembler_.position();
    immediate_.mask = static_cast<std::uint32_t>(other.constant);
  }
}

void FunctionCompiler::emit_ring_index(std::uint32_t shift) {
  const Immediate first = std::exchange(immediate_, {});
  assembler_.truncate(first.cell, first.before);
  const std::uint32_t result = temporary(stack_.size());
  const Handler handler =
      assembler_.select(Internal::RingIndex, assembler_.holds(first.left, TypeKind::I32));
  const std::uint32_t cell = assembler_.emit(handler, result, first.left, field(first.value));
  assembler_.emit_annex({.b = static_cast<std::uint16_t>(shift), .c = field(*first.mask)});
  assembler_.produced(cell, result, TypeKind::I32);
}

}  // namespace heddle::engine
