// The part of FunctionCompiler that deals with structures and arrays.
//
// Reading and writing a field or element is one cell, whose operands may be anywhere. All other
// instructions find their operands in neighbouring temporaries.
#include <utility>

#include "engine/compile/function_compiler.hpp"

namespace heddle::engine {
namespace {

// That reads or writes what is stored so, given the first of its kind.
Operation nth(Internal first, std::size_t n) {
  return static_cast<Internal>(static_cast<std::size_t>(first) + n);
}
Operation getter(Internal first, Storage storage, bool is_signed) {
  const auto n = static_cast<std::size_t>(storage);
  const bool is_packed = storage == Storage::Bits8 || storage == Storage::Bits16;
  return nth(first, is_packed ? 2 * n + (is_signed ? 0 : 1) : n + 2);
}
Operation setter(Internal first, Storage storage) {
  return nth(first, static_cast<std::size_t>(storage));
}

bool is_signed(Opcode opcode) { return info(opcode).mnemonic.ends_with("_s"); }

}  // namespace

void FunctionCompiler::aggregate_instruction(const Instruction& instruction) {
  const SubType* type = info(instruction.opcode).immediate == ImmediateKind::None
                            ? nullptr
                            : &module_->module->types[instruction.a];
  const ValueType element =
      type != nullptr && type->array() != nullptr ? type->array()->element.type : kI32;
  const std::uint32_t element_slots = slot_count(element);
  switch (info(instruction.opcode).shape) {
    case Shape::StructGet: {
      const FieldPlace& place = module_->places[instruction.a][instruction.b];
      const Source object = pop();
      return get_place(getter(Internal::FieldGet8S, place.storage, is_signed(instruction.opcode)),
                       object, static_cast<std::int32_t>(place.offset),
                       type->structure()->fields[instruction.b].type);
    }
    case Shape::StructSet: {
      const FieldPlace& place = module_->places[instruction.a][instruction.b];
      return set_place(setter(Internal::FieldSet8, place.storage), 1,
                       type->structure()->fields[instruction.b].type, place.offset);
    }
    case Shape::ArrayGet: {
      Source index = pop();
      const Source object = pop();
      return get_place(
          getter(Internal::ElementGet8S, storage_of(element), is_signed(instruction.opcode)),
          object, static_cast<std::int32_t>(slot_of(index)), element);
    }
    case Shape::ArraySet:
      return set_place(setter(Internal::ElementSet8, storage_of(element)), 2, element, 0);
    case Shape::ArrayLen:
      return get_place(Opcode::ArrayLen, pop(), 0, kI32);
    case Shape::StructNew: {
      std::uint32_t slots = 0;
      for (const FieldType& field : type->structure()->fields) slots += slot_count(field.type);
      return build(instruction, slots, true);
    }
    case Shape::StructNewDefault:
      return build(instruction, 0, true);
    case Shape::ArrayNew:
      return build(instruction, element_slots + 1, true);
    case Shape::ArrayNewDefault:
      return build(instruction, 1, true);
    case Shape::ArrayNewFixed:
      return build(instruction, element_slots * instruction.b, true);
    case Shape::ArrayNewData:
    case Shape::ArrayNewElem:
      return build(instruction, 2, true);
    case Shape::ArrayFill:
      return build(instruction, element_slots + 3, false);
    case Shape::ArrayCopy:
      return build(instruction, 5, false);
    case Shape::ArrayInitData:
    case Shape::ArrayInitElem:
      return build(instruction, 4, false);
    default:
      std::unreachable();
  }
}

// `where`: an offset, or the slot of an index.
void FunctionCompiler::get_place(Operation operation, const Source& object, std::int32_t where,
                                 ValueType type) {
  Source operand = object;
  const std::uint32_t slot = slot_of(operand);
  const std::uint32_t result = temporary(stack_.size());
  const std::uint32_t cell = assembler_.emit(
      assembler_.select(operation, assembler_.holds(slot, TypeKind::I64)), result, slot, where);
  if (slot_count(type) == 2) {
    assembler_.forget();
  } else {
    assembler_.produced(cell, result, TypeKind::Bottom);
  }
  stack_.push_value(type);
}

// Operands: the object, an index if there are two, and the value.
void FunctionCompiler::set_place(Operation operation, std::uint32_t operand_count, ValueType type,
                                 std::uint32_t offset) {
  if (slot_count(type) == 2) {
    settle_from(stack_.size() - 2);
    stack_.pop();
  }
  Source value = pop();
  Source index;
  if (operand_count == 2) index = pop();
  Source object = pop();
  const std::uint32_t object_slot = slot_of(object);
  const std::uint32_t where = operand_count == 2 ? slot_of(index) : offset;
  const std::uint32_t value_slot = slot_of(value);
  assembler_.emit(assembler_.select(operation, assembler_.holds(object_slot, TypeKind::I64)),
                  value_slot, object_slot, static_cast<std::int32_t>(where));
}

void FunctionCompiler::build(const Instruction& instruction, std::uint32_t operand_slots,
                             bool has_result) {
  const std::uint32_t position = stack_.size() - operand_slots;
  settle_from(position);
  const std::uint32_t cell =
      assembler_.emit(assembler_.select(instruction.opcode, false), temporary(position),
                      temporary(position), static_cast<std::int32_t>(instruction.a));
  assembler_.emit_annex({.bits = instruction.b});
  stack_.shrink(position);
  if (!has_result) return;
  assembler_.produced(cell, temporary(position), TypeKind::Bottom);
  stack_.push_temporary(SlotClass::Reference);
}

}  // namespace heddle::engine
