#include "engine/valid/function_validator.hpp"

#include <fmt/format.h>

#include <utility>

#include "engine/valid/signature.hpp"

namespace heddle::engine {

core::Result<void> FunctionValidator::check(std::uint32_t index, const Function& function) {
  index_ = index;
  offset_ = function.offset;
  current_ = nullptr;
  if (check_body(function)) return {};
  return std::unexpected(*std::move(error_));
}

bool FunctionValidator::check_body(const Function& function) {
  const FunctionType& type = context_.module.function_type(function.type);
  if (!locals_.reset(type, function.locals)) {
    return fail(fmt::format("too many locals: at most {} are supported", kLocalsMax));
  }
  body_ = &function.body;
  stack_.clear();
  stack_.push_frame(Shape::Block, {}, type.results);  // parameters are locals, not operands
  for (const Instruction& instruction : function.body.code) {
    current_ = &instruction;
    // Neither the decoder nor the parser makes a body that goes on after its last `end`.
    if (stack_.frames().empty()) return fail("unexpected content after the end");
    if (!check(instruction)) return false;
    if (stack_.height() > kOperandsMax) {
      return fail(fmt::format("operand stack too high: at most {} are supported", kOperandsMax));
    }
  }
  return stack_.frames().empty() || fail("END opcode expected");
}

// A table more than a function: one entry for each shape.
// NOLINTNEXTLINE(readability-function-size)
bool FunctionValidator::check(const Instruction& instruction) {
  switch (info(instruction.opcode).shape) {
    case Shape::Const:
    case Shape::Test:
    case Shape::Compare:
    case Shape::Unary:
    case Shape::Binary:
    case Shape::Convert:
    case Shape::AtomicFence:
      return check_fixed(instruction.opcode);
    case Shape::LocalGet:
    case Shape::LocalSet:
    case Shape::LocalTee:
      return check_local(instruction);
    case Shape::GlobalGet:
    case Shape::GlobalSet:
      return check_global(instruction);
    case Shape::Load:
    case Shape::Store:
    case Shape::AtomicNotify:
    case Shape::AtomicWait:
    case Shape::AtomicLoad:
    case Shape::AtomicStore:
    case Shape::AtomicRmw:
    case Shape::AtomicCmpxchg:
      return check_memory_access(instruction);
    case Shape::MemorySize:
    case Shape::MemoryGrow:
    case Shape::MemoryInit:
    case Shape::MemoryCopy:
    case Shape::MemoryFill:
    case Shape::DataDrop:
      return check_memory_bulk(instruction);
    case Shape::Nop:
      return true;
    case Shape::Unreachable:
      return set_unreachable();
    case Shape::Block:
    case Shape::Loop:
      return check_block(instruction);
    case Shape::If:
      return pop(kI32) && check_block(instruction);
    case Shape::Else:
      return check_else();
    case Shape::End:
      return check_end();
    case Shape::Br:
      return check_br(instruction);
    case Shape::BrIf:
      return check_br_if(instruction);
    case Shape::BrTable:
      return check_br_table(instruction);
    case Shape::Return:
      return check_return();
    case Shape::Call:
      return check_call(instruction);
    case Shape::CallIndirect:
      return check_call_indirect(instruction);
    case Shape::Drop:
      return stack_.pop().has_value() || fail_mismatch();
    case Shape::Select:
      return check_select(instruction);
    case Shape::TableGet:
    case Shape::TableSet:
    case Shape::TableGrow:
    case Shape::TableSize:
    case Shape::TableFill:
      return check_table_access(instruction);
    case Shape::TableInit:
      return check_table_init(instruction);
    case Shape::TableCopy:
      return check_table_copy(instruction);
    case Shape::ElemDrop:
      return check_index("elem segment", instruction.a, context_.module.elements.size());
    case Shape::RefNull:
    case Shape::RefIsNull:
    case Shape::RefFunc:
      return check_reference(instruction);
    case Shape::TryTable:
    case Shape::ReturnCall:
    case Shape::ReturnCallIndirect:
    case Shape::CallRef:
    case Shape::ReturnCallRef:
    case Shape::Throw:
    case Shape::ThrowRef:
    case Shape::BrOnNull:
    case Shape::BrOnNonNull:
    case Shape::BrOnCast:
    case Shape::BrOnCastFail:
    case Shape::WideArithmetic:
    case Shape::RefEq:
    case Shape::RefAsNonNull:
    case Shape::RefTest:
    case Shape::RefCast:
    case Shape::AnyConvertExtern:
    case Shape::ExternConvertAny:
    case Shape::RefI31:
    case Shape::I31Get:
    case Shape::StructNew:
    case Shape::StructNewDefault:
    case Shape::StructGet:
    case Shape::StructSet:
    case Shape::ArrayNew:
    case Shape::ArrayNewDefault:
    case Shape::ArrayNewFixed:
    case Shape::ArrayNewData:
    case Shape::ArrayNewElem:
    case Shape::ArrayGet:
    case Shape::ArraySet:
    case Shape::ArrayLen:
    case Shape::ArrayFill:
    case Shape::ArrayCopy:
    case Shape::ArrayInitData:
    case Shape::ArrayInitElem:
    case Shape::VectorLoad:
    case Shape::VectorStore:
    case Shape::VectorLoadLane:
    case Shape::VectorStoreLane:
    case Shape::VectorConst:
    case Shape::VectorShuffle:
    case Shape::VectorSplat:
    case Shape::VectorExtract:
    case Shape::VectorReplace:
    case Shape::VectorUnary:
    case Shape::VectorBinary:
    case Shape::VectorTernary:
    case Shape::VectorTest:
    case Shape::VectorShift:
      return fail("not supported yet");
  }
  return false;
}

bool FunctionValidator::check_fixed(Opcode opcode) {
  const Signature& type = signature(opcode);
  for (std::size_t i = type.operand_count; i-- > 0;) {
    if (!pop(type.operands[i])) return false;
  }
  if (type.has_result) stack_.push(type.result);
  return true;
}

bool FunctionValidator::pop_any(ValueType& type) {
  const auto found = stack_.pop();
  type = found.value_or(kBottom);
  return found.has_value() || fail_mismatch();
}

bool FunctionValidator::fail(std::string message) {
  const std::uint32_t offset = current_ != nullptr ? current_->offset : offset_;
  error_ =
      core::Error{.message = fmt::format("{}, in {}", message, context_.describe_function(index_)),
                  .span = context_.module.span_at(offset)};
  return false;
}

bool FunctionValidator::fail_mismatch() {
  const TypeStack::Mismatch& mismatch = stack_.mismatch();
  return fail(fmt::format("type mismatch: {} expects {}, found {}", info(current_->opcode).mnemonic,
                          mismatch.expected == kBottom ? "a value" : to_string(mismatch.expected),
                          mismatch.found ? to_string(*mismatch.found) : "nothing"));
}

}  // namespace heddle::engine
