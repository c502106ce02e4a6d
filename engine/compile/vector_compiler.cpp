// The part of FunctionCompiler that deals with vectors.
//
// A vector is two entries of the operand stack. Where an instruction takes it as a whole, it is
// given by its low slot, so that its high half must be in the slot behind: entries that are a
// vector's local or its temporaries are as they should be, and constants go into two neighbours of
// the constants' slots.
#include <algorithm>
#include <array>
#include <utility>

#include "engine/compile/function_compiler.hpp"

namespace heddle::engine {

std::uint32_t FunctionCompiler::pop_vector() {
  const std::uint32_t position = stack_.size() - 2;
  const Source low = source_at(position);
  const Source high = source_at(position + 1);
  std::uint32_t slot = low.slot;
  if (low.is_constant && high.is_constant) {
    slot = vector_constant_slot(position, low.constant, high.constant);
  } else if (low.is_constant || high.is_constant || high.slot != low.slot + 1) {
    settle_from(position);
    slot = temporary(position);
  }
  stack_.shrink(position);
  return slot;
}

// Of the constant at a position, which is written to its temporaries if there is no more space.
std::uint32_t FunctionCompiler::vector_constant_slot(std::uint32_t position, std::uint64_t low,
                                                     std::uint64_t high) {
  const std::array halves{low, high};
  const auto found = std::ranges::search(constants_, halves).begin();
  if (found == constants_.end() && constants_.size() + 2 > constants_max_) {
    settle_from(position);
    return temporary(position);
  }
  const auto index = static_cast<std::uint32_t>(found - constants_.begin());
  if (found == constants_.end()) constants_.insert(constants_.end(), halves.begin(), halves.end());
  return static_cast<std::uint32_t>(locals_) + index;
}

// The cell emitted at `position` produced the vector that is now on top of the stack.
void FunctionCompiler::push_vector(std::uint32_t position) {
  assembler_.produced_vector(position, temporary(stack_.size()));
  stack_.push_value(kV128);
}

void FunctionCompiler::select_vector() {
  Source condition = pop();
  const std::uint32_t second = pop_vector();
  const std::uint32_t first = pop_vector();
  const std::uint32_t slot = slot_of(condition);
  const Handler handler =
      assembler_.select(Internal::SelectVector, assembler_.holds(slot, TypeKind::I32));
  push_vector(assembler_.emit(handler, temporary(stack_.size()), first,
                              static_cast<std::int32_t>(second | slot << 16)));
}

void FunctionCompiler::assign_vector(std::uint32_t local) {
  const std::uint32_t position = stack_.size() - 2;
  const bool is_temporary = stack_.at(position).kind == OperandStack::Kind::Temporary;
  const Source low = source_at(position);
  const Source high = source_at(position + 1);
  if (!low.is_constant && low.slot == local && high.slot == local + 1) {
    return stack_.shrink(position);
  }
  const bool is_constant = low.is_constant && high.is_constant;
  const std::uint32_t slot = is_constant ? 0 : pop_vector();
  if (is_constant) stack_.shrink(position);
  settle_local(local);
  settle_local(local + 1);
  if (is_constant) {
    copy(local, low);
    copy(local + 1, high);
  } else if (is_temporary && assembler_.retarget(slot, local, 2)) {
    comparison_ = {};
  } else {
    const Handler handler = assembler_.select(Internal::MoveVector, false);
    const std::uint32_t cell = assembler_.emit(handler, local, slot, 0);
    assembler_.produced_vector(cell, local);
  }
}

void FunctionCompiler::vector_global_get(const Instruction& instruction) {
  push_vector(assembler_.emit(assembler_.select(Internal::GlobalGetVector, false),
                              temporary(stack_.size()), 0,
                              static_cast<std::int32_t>(instruction.a)));
}

void FunctionCompiler::vector_global_set(const Instruction& instruction) {
  const std::uint32_t slot = pop_vector();
  assembler_.emit(assembler_.select(Internal::GlobalSetVector, false), 0, slot,
                  static_cast<std::int32_t>(instruction.a));
}

// Two cells, or three if the memory is not the first or 64-bit numbers address it: operation.hpp.
void FunctionCompiler::vector_access(const Instruction& instruction) {
  const Opcode opcode = instruction.opcode;
  const Signature& types = signature(opcode);
  const MemoryType& memory = *module_->memories[instruction.a];
  const bool is_far = instruction.a != 0 || memory.address == AddressType::I64;
  const Form form = is_far ? Form::Far : memory.shared ? Form::Visible : Form::Plain;
  std::uint64_t offset = instruction.value;
  const std::uint32_t vector = types.operand_count == 2 ? pop_vector() : 0;
  Source address = form == Form::Plain ? pop_address(offset) : pop();
  const std::uint32_t slot = slot_of(address);
  const std::uint32_t result = temporary(stack_.size());
  const Handler handler = assembler_.select({opcode, form}, assembler_.holds(slot, TypeKind::I32));
  const std::uint64_t field = is_far ? instruction.a : offset;
  const std::uint32_t cell = assembler_.emit(
      handler, result, slot, static_cast<std::int32_t>(static_cast<std::uint32_t>(field)));
  const auto opcode_field = static_cast<std::uint16_t>(opcode);
  const std::uint32_t lane =
      info(opcode).immediate == ImmediateKind::MemArgLane ? instruction.b >> 8 : 0;
  Cell annex;
  annex.where = {.function = function_index_, .offset = instruction.offset};
  annex.a = is_far ? static_cast<std::uint16_t>(opcode_field | kFarBit) : opcode_field;
  annex.b = static_cast<std::uint16_t>(vector);
  annex.c = static_cast<std::int32_t>(lane << 16);
  assembler_.emit_annex(annex);
  if (is_far) assembler_.emit_annex({.bits = offset});
  if (types.has_result) push_vector(cell);
}

// The sixteen bytes of the second cell are the lanes.
void FunctionCompiler::vector_shuffle(const Instruction& instruction) {
  const std::uint32_t second = pop_vector();
  const std::uint32_t first = pop_vector();
  const VectorImmediate lanes = vector_immediate(instruction);
  const std::uint32_t cell =
      assembler_.emit(assembler_.select(instruction.opcode, false), temporary(stack_.size()), first,
                      static_cast<std::int32_t>(second));
  Cell annex;
  annex.bits = lanes.low;
  annex.a = static_cast<std::uint16_t>(lanes.high);
  annex.b = static_cast<std::uint16_t>(lanes.high >> 16);
  annex.c = static_cast<std::int32_t>(static_cast<std::uint32_t>(lanes.high >> 32));
  assembler_.emit_annex(annex);
  push_vector(cell);
}

// A vector, and as second operand a number: in its accumulator, or as a shift's count immediate.
void FunctionCompiler::vector_and_number(const Instruction& instruction) {
  const Opcode opcode = instruction.opcode;
  const bool is_shift = info(opcode).shape == Shape::VectorShift;
  Source number = pop();
  const std::uint32_t vector = pop_vector();
  const std::uint32_t result = temporary(stack_.size());
  if (is_shift && number.is_constant) {
    const auto count = static_cast<std::int32_t>(number.constant & 0x7f);
    push_vector(assembler_.emit(assembler_.select_immediate(opcode, false), result, vector, count));
    return;
  }
  const std::uint32_t slot = slot_of(number);
  const bool is_accumulated = assembler_.holds(slot, signature(opcode).operands[1].kind);
  const std::uint32_t lane = is_shift ? 0 : instruction.b;
  push_vector(assembler_.emit(assembler_.select(opcode, false, is_accumulated), result, vector,
                              static_cast<std::int32_t>(slot | lane << 16)));
}

// Of vectors only, and an immediate lane.
void FunctionCompiler::vector_operation(const Instruction& instruction) {
  const Opcode opcode = instruction.opcode;
  const Signature& types = signature(opcode);
  std::array<std::uint32_t, 3> slots{};
  for (std::uint32_t i = types.operand_count; i-- > 0;) slots[i] = pop_vector();
  const std::uint32_t result = temporary(stack_.size());
  const std::uint32_t lane = info(opcode).immediate == ImmediateKind::Lane ? instruction.b : 0;
  const std::uint32_t cell =
      assembler_.emit(assembler_.select(opcode, false), result, slots[0],
                      static_cast<std::int32_t>(slots[1] | slots[2] << 16 | lane));
  if (types.result.kind == TypeKind::V128) return push_vector(cell);
  assembler_.produced(cell, result, types.result.kind);
  stack_.push_temporary();
}

void FunctionCompiler::vector_splat(const Instruction& instruction) {
  const Opcode opcode = instruction.opcode;
  Source number = pop();
  const std::uint32_t slot = slot_of(number);
  const bool is_accumulated = assembler_.holds(slot, signature(opcode).operands[0].kind);
  push_vector(assembler_.emit(assembler_.select(opcode, is_accumulated), temporary(stack_.size()),
                              slot, 0));
}

void FunctionCompiler::vector_instruction(const Instruction& instruction) {
  switch (info(instruction.opcode).shape) {
    case Shape::VectorConst: {
      const VectorImmediate vector = vector_immediate(instruction);
      stack_.push_constant(vector.low, SlotClass::VectorLow);
      stack_.push_constant(vector.high, SlotClass::VectorHigh);
      return;
    }
    case Shape::VectorLoad:
    case Shape::VectorStore:
    case Shape::VectorLoadLane:
    case Shape::VectorStoreLane:
      return vector_access(instruction);
    case Shape::VectorShuffle:
      return vector_shuffle(instruction);
    case Shape::VectorSplat:
      return vector_splat(instruction);
    case Shape::VectorReplace:
    case Shape::VectorShift:
      return vector_and_number(instruction);
    case Shape::VectorExtract:
    case Shape::VectorUnary:
    case Shape::VectorBinary:
    case Shape::VectorTernary:
    case Shape::VectorTest:
      return vector_operation(instruction);
    default:
      std::unreachable();
  }
}

}  // namespace heddle::engine
