// The part of FunctionCompiler that deals with memories and tables.
#include <utility>

#include "engine/compile/function_compiler.hpp"

namespace heddle::engine {
namespace {

std::int32_t as_field(std::uint64_t value) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(value));
}

bool fits_16_bits(std::uint64_t value, TypeKind type) {
  const auto number =
      type == TypeKind::I32
          ? static_cast<std::int64_t>(static_cast<std::int32_t>(value & 0xffff'ffff))
          : static_cast<std::int64_t>(value);
  return number >= -0x8000 && number <= 0x7fff;
}

}  // namespace

// A constant address is folded into the offset where the sum is one.
FunctionCompiler::Source FunctionCompiler::pop_address(std::uint64_t& offset) {
  Source address = pop();
  if (address.is_constant && address.constant + offset <= 0xffff'ffff) {
    offset += address.constant;
    address.constant = 0;
  }
  return address;
}

void FunctionCompiler::load(const Instruction& instruction) {
  const Opcode opcode = instruction.opcode;
  const Signature& types = signature(opcode);
  if (module_->is_memory_shared) {
    return general(instruction, {.operation = {opcode, Form::Visible},
                                 .operand_count = 1,
                                 .has_result = true,
                                 .result_type = types.result.kind,
                                 .immediate = static_cast<std::uint32_t>(instruction.value),
                                 .is_visible = true});
  }
  std::uint64_t offset = instruction.value;
  Source address = pop_address(offset);
  const std::uint32_t result = temporary(stack_.size());
  const std::uint32_t slot = slot_of(address);
  const std::uint32_t cell =
      assembler_.emit(assembler_.select(opcode, assembler_.holds(slot, TypeKind::I32)), result,
                      slot, as_field(offset));
  assembler_.produced(cell, result, types.result.kind);
  stack_.push_temporary();
}

void FunctionCompiler::store(const Instruction& instruction) {
  const Opcode opcode = instruction.opcode;
  if (module_->is_memory_shared) {
    return general(instruction, {.operation = {opcode, Form::Visible},
                                 .operand_count = 2,
                                 .immediate = static_cast<std::uint32_t>(instruction.value),
                                 .is_visible = true});
  }
  const TypeKind type = signature(opcode).operands[1].kind;
  std::uint64_t offset = instruction.value;
  Source value = pop();
  Source address = pop_address(offset);
  const std::uint32_t address_slot = slot_of(address);
  const bool is_address_accumulated = assembler_.holds(address_slot, TypeKind::I32);
  if (value.is_constant && fits_16_bits(value.constant, type)) {
    if (const Handler handler = assembler_.select_immediate(opcode, is_address_accumulated)) {
      assembler_.emit(handler, address_slot, static_cast<std::uint16_t>(value.constant),
                      as_field(offset));
      return;
    }
  }
  const std::uint32_t value_slot = slot_of(value);
  assembler_.emit(assembler_.select(opcode, assembler_.holds(address_slot, TypeKind::I32),
                                    assembler_.holds(value_slot, type)),
                  address_slot, value_slot, as_field(offset));
}

// Any memory by any address: three cells, of which the last has the offset or the second index.
void FunctionCompiler::far(const Instruction& instruction) {
  const Signature& types = signature(instruction.opcode);
  std::array<Source, 3> operands;
  std::array<std::uint32_t, 3> slots{};
  for (std::uint32_t i = types.operand_count; i-- > 0;) operands[i] = pop();
  for (std::uint32_t i = 0; i < types.operand_count; ++i) slots[i] = slot_of(operands[i]);
  const std::uint32_t result = temporary(stack_.size());
  const std::uint32_t cell =
      assembler_.emit(assembler_.select({instruction.opcode, Form::Far}, false), result, slots[0],
                      as_field(instruction.a));
  assembler_.emit_annex(
      {.where = {.function = function_index_, .offset = instruction.offset},
       .a = static_cast<std::uint16_t>(static_cast<std::uint16_t>(instruction.opcode) | kFarBit),
       .b = static_cast<std::uint16_t>(slots[1]),
       .c = static_cast<std::int32_t>(slots[2])});
  const bool has_offset = info(instruction.opcode).immediate == ImmediateKind::MemArg;
  assembler_.emit_annex({.bits = has_offset ? instruction.value : instruction.b});
  if (!types.has_result) return;
  assembler_.produced(cell, result, types.result.kind);
  stack_.push_temporary();
}

// Whether the instruction only concerns the first memory, and that by 32 bits.
bool FunctionCompiler::is_near(const Instruction& instruction) const {
  const auto is_first = [&](std::uint32_t memory) {
    return memory == 0 && module_->memories[0]->address == AddressType::I32;
  };
  switch (info(instruction.opcode).immediate) {
    case ImmediateKind::MemArg:
    case ImmediateKind::MemArgLane:
    case ImmediateKind::Memory:
      return is_first(instruction.a);
    case ImmediateKind::DataMemory:
      return is_first(instruction.b);
    case ImmediateKind::MemoryMemory:
      return is_first(instruction.a) && is_first(instruction.b);
    default:  // no memory
      return true;
  }
}

// An operation in the two-cell form that everything rare shares.
void FunctionCompiler::general(const Instruction& instruction, const General& general) {
  std::array<Source, 3> operands;
  std::array<std::uint32_t, 3> slots{};
  for (std::uint32_t i = general.operand_count; i-- > 0;) operands[i] = pop();
  for (std::uint32_t i = 0; i < general.operand_count; ++i) slots[i] = slot_of(operands[i]);
  const std::uint32_t result = temporary(stack_.size());
  // Accesses have variants for these.
  const bool is_left = general.operand_count > 0 && assembler_.holds(slots[0], TypeKind::I32);
  const bool is_right = general.operand_count == 2 &&
                        assembler_.holds(slots[1], signature(instruction.opcode).operands[1].kind);
  const std::uint32_t cell =
      assembler_.emit(assembler_.select(general.operation, is_left, is_right), result, slots[0],
                      as_field(general.immediate));
  Cell annex;
  if (general.is_visible) {
    annex.where = {.function = function_index_, .offset = instruction.offset};
  } else {
    annex.bits = general.second_immediate;
  }
  annex.a = static_cast<std::uint16_t>(instruction.opcode);
  annex.b = static_cast<std::uint16_t>(slots[1]);
  annex.c = static_cast<std::int32_t>(slots[2]);
  assembler_.emit_annex(annex);
  if (!general.has_result) return;
  assembler_.produced(cell, result, general.result_type);
  stack_.push_temporary(general.result_class);
}

void FunctionCompiler::memory_instruction(const Instruction& instruction) {
  if (!is_near(instruction)) return far(instruction);
  const Opcode opcode = instruction.opcode;
  const Signature& types = signature(opcode);
  const bool is_shared = module_->is_memory_shared;
  General form{.operation = {opcode, is_shared ? Form::Visible : Form::Plain},
               .operand_count = types.operand_count,
               .has_result = types.has_result,
               .result_type = types.result.kind,
               .immediate = static_cast<std::uint32_t>(instruction.value),
               .is_visible = is_shared};
  switch (info(opcode).shape) {
    case Shape::Load:
      return load(instruction);
    case Shape::Store:
      return store(instruction);
    case Shape::DataDrop:
      assembler_.emit(assembler_.select(opcode, false), 0, 0, as_field(instruction.a));
      return;
    case Shape::MemoryInit:
      form.immediate = instruction.a;
      if (is_shared) form.operation = Internal::Action;
      break;
    case Shape::MemorySize:
    case Shape::MemoryGrow:
    case Shape::MemoryCopy:
    case Shape::MemoryFill:
      if (is_shared) form.operation = Internal::Action;
      break;
    case Shape::AtomicNotify:
    case Shape::AtomicWait:
    case Shape::AtomicFence:
      form.operation = Internal::Action;
      form.is_visible = true;
      break;
    default:  // atomic accesses
      break;
  }
  general(instruction, form);
}

void FunctionCompiler::table_instruction(const Instruction& instruction) {
  const Opcode opcode = instruction.opcode;
  General form{.operation = opcode, .immediate = instruction.a};
  switch (info(opcode).shape) {
    case Shape::ElemDrop:
      assembler_.emit(assembler_.select(opcode, false), 0, 0, as_field(instruction.a));
      return;
    case Shape::TableSize:
      form.has_result = true;
      break;
    case Shape::TableGet:
      form.operand_count = 1;
      form.has_result = true;
      form.result_class = SlotClass::Reference;
      break;
    case Shape::TableSet:
      form.operand_count = 2;
      break;
    case Shape::TableGrow:
      form.operand_count = 2;
      form.has_result = true;
      break;
    case Shape::TableInit:
    case Shape::TableCopy:
      form.operand_count = 3;
      form.second_immediate = instruction.b;
      break;
    case Shape::TableFill:
      form.operand_count = 3;
      break;
    default:
      std::unreachable();
  }
  general(instruction, form);
}

}  // namespace heddle::engine
