// The part of FunctionCompiler that deals with references.
//
// Instructions that only look at a reference leave it where it is, even in a local.
#include <utility>

#include "engine/compile/function_compiler.hpp"

namespace heddle::engine {

void FunctionCompiler::reference_instruction(const Instruction& instruction) {
  switch (info(instruction.opcode).shape) {
    case Shape::BrOnNull:
      return branch_on_null(instruction.a);
    case Shape::BrOnNonNull:
      return branch_on_non_null(instruction.a);
    case Shape::BrOnCast:
    case Shape::BrOnCastFail: {
      Source reference = source_at(stack_.size() - 1);
      const std::uint32_t slot = slot_of(reference);
      return branch_on(
          {.is_null_test = false, .target = static_cast<std::uint32_t>(instruction.value)}, slot,
          info(instruction.opcode).shape == Shape::BrOnCast, instruction.a);
    }
    case Shape::RefEq:
      return binary(Opcode::I64Eq);
    case Shape::RefAsNonNull:
      return check_reference(Opcode::RefAsNonNull, std::nullopt);
    case Shape::RefCast:
      return check_reference(Opcode::RefCast, instruction.b);
    case Shape::AnyConvertExtern:
    case Shape::ExternConvertAny:
      return;
    case Shape::RefTest:
    case Shape::RefI31:
    case Shape::I31Get:
      return reference_result(instruction);
    default:
      std::unreachable();
  }
}

// Traps, or leaves the reference as it is.
void FunctionCompiler::check_reference(Operation operation, std::optional<std::uint32_t> target) {
  Source reference = source_at(stack_.size() - 1);
  const std::uint32_t slot = slot_of(reference);
  assembler_.emit(assembler_.select(operation, assembler_.holds(slot, TypeKind::I64)), 0, slot, 0);
  if (target) assembler_.emit_annex({.bits = *target});
}

// Whatever the opcode, ref.test says in its immediate whether null passes.
void FunctionCompiler::reference_result(const Instruction& instruction) {
  const Shape shape = info(instruction.opcode).shape;
  const Opcode opcode = shape == Shape::RefTest ? Opcode::RefTest : instruction.opcode;
  Source operand = pop();
  const std::uint32_t slot = slot_of(operand);
  const std::uint32_t result = temporary(stack_.size());
  const std::uint32_t cell = assembler_.emit(
      assembler_.select(opcode, assembler_.holds(slot, TypeKind::I64)), result, slot, 0);
  if (shape == Shape::RefTest) assembler_.emit_annex({.bits = instruction.b});
  assembler_.produced(cell, result, TypeKind::Bottom);
  stack_.push_temporary(shape == Shape::RefI31 ? SlotClass::Reference : SlotClass::Number);
}

std::uint32_t FunctionCompiler::emit_reference_branch(const ReferenceTest& test, std::uint32_t slot,
                                                      bool when) {
  const Operation operation{test.is_null_test ? Opcode::I64Eqz : Opcode::BrOnCast,
                            when ? Form::BranchIf : Form::BranchUnless};
  const std::uint32_t cell = assembler_.emit(
      assembler_.select(operation, assembler_.holds(slot, TypeKind::I64)), slot, 0, 0);
  if (!test.is_null_test) assembler_.emit_annex({.bits = test.target});
  return cell;
}

// The reference stays behind when the branch is not taken.
void FunctionCompiler::branch_on_null(std::uint32_t depth) {
  Source reference = source_at(stack_.size() - 1);
  const std::uint32_t slot = slot_of(reference);
  const OperandStack::Entry entry = stack_.pop();
  branch_on({}, slot, true, depth);
  switch (entry.kind) {
    case OperandStack::Kind::Temporary:
      return stack_.push_temporary(SlotClass::Reference);
    case OperandStack::Kind::Local:
      return stack_.push_local(entry.local, SlotClass::Reference);
    case OperandStack::Kind::Constant:
      return stack_.push_constant(entry.constant, SlotClass::Reference);
  }
}

// The reference is the label's last value.
void FunctionCompiler::branch_on_non_null(std::uint32_t depth) {
  Source reference = source_at(stack_.size() - 1);
  const std::uint32_t slot = slot_of(reference);
  branch_on({}, slot, false, depth);
  stack_.pop();
}

void FunctionCompiler::branch_on(const ReferenceTest& test, std::uint32_t slot, bool when,
                                 std::uint32_t depth) {
  Label& label = label_at(depth);
  const bool is_return = label.kind == LabelKind::Function;
  if (is_return && results_ > 1) settle_from(stack_.size() - results_);
  if (!is_return && !needs_moves(label)) {
    jump_to(label, emit_reference_branch(test, slot, when));
    return;
  }
  const std::uint32_t skip = emit_reference_branch(test, slot, !when);
  const Accumulators accumulators = assembler_.accumulators();
  if (is_return) {
    return_();
    is_reachable_ = true;
  } else {
    move_to(label);
    jump_to(label, assembler_.emit(assembler_.select(Opcode::Br, false), 0, 0, 0));
  }
  assembler_.patch(skip, assembler_.position());
  assembler_.bind_here();
  assembler_.restore(accumulators);
}

}  // namespace heddle::engine
