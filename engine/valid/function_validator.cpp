#include "engine/valid/function_validator.hpp"

#include <fmt/format.h>

#include <utility>

#include "engine/valid/limits.hpp"

namespace heddle::engine {

core::Result<void> FunctionValidator::check(std::uint32_t index, const Function& function) {
  place_ = {.what = "function", .index = index, .offset = function.offset};
  current_ = nullptr;
  globals_ = context_.globals.size();
  if (check_body(function)) return {};
  return std::unexpected(*std::move(error_));
}

bool FunctionValidator::check_body(const Function& function) {
  for (const LocalRun& run : function.locals) {
    if (!check_type(encode(run.type))) return false;
  }
  if (!locals_.reset(types_.parameters(function.type), function.locals)) {
    return fail(fmt::format("too many locals: at most {} are supported", kLocalsMax));
  }
  return check_code(function.body, types_.results(function.type));
}

bool FunctionValidator::check_code(const Expression& expression, Types results) {
  body_ = &expression;
  stack_.clear();
  push_frame({.parameters = {}, .results = results});  // parameters are locals, not operands
  for (const Instruction& instruction : expression.code) {
    current_ = &instruction;
    if (!check(instruction)) return false;
    if (stack_.height() > kOperandsMax) {
      return fail(fmt::format("operand stack too high: at most {} are supported", kOperandsMax));
    }
  }
  // Neither the decoder nor the parser makes a body that goes on after its last `end`: check_end.
  return stack_.frames().empty() || fail("END opcode expected");
}

// A table more than a function: one entry for each shape.
// NOLINTNEXTLINE(readability-function-size)
bool FunctionValidator::check(const Instruction& instruction) {
  const FixedRule& rule = fixed_rule(instruction.opcode);
  switch (rule.shape) {
    case Shape::Const:
    case Shape::Test:
    case Shape::Compare:
    case Shape::Unary:
    case Shape::Binary:
    case Shape::Convert:
    case Shape::WideArithmetic:
    case Shape::AtomicFence:
    case Shape::VectorConst:
    case Shape::VectorSplat:
    case Shape::VectorUnary:
    case Shape::VectorBinary:
    case Shape::VectorTernary:
    case Shape::VectorTest:
    case Shape::VectorShift:
      return check_fixed(rule);
    case Shape::LocalGet:
    case Shape::LocalSet:
    case Shape::LocalTee:
      return check_local(instruction, rule.shape);
    case Shape::GlobalGet:
    case Shape::GlobalSet:
      return check_global(instruction);
    case Shape::Load:
    case Shape::Store:
    case Shape::VectorLoad:
    case Shape::VectorStore:
    case Shape::AtomicNotify:
    case Shape::AtomicWait:
    case Shape::AtomicLoad:
    case Shape::AtomicStore:
    case Shape::AtomicRmw:
    case Shape::AtomicCmpxchg:
      return check_memory_access(instruction);
    case Shape::VectorLoadLane:
    case Shape::VectorStoreLane:
      return check_memory_lane(instruction);
    case Shape::VectorExtract:
    case Shape::VectorReplace:
      return check_lane(instruction);
    case Shape::VectorShuffle:
      return check_shuffle(instruction);
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
    case Shape::If:
    case Shape::TryTable:
      return check_block(instruction);
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
    case Shape::Throw:
    case Shape::ThrowRef:
      return check_throw(instruction);
    case Shape::Call:
    case Shape::ReturnCall:
      return check_call(instruction);
    case Shape::CallIndirect:
    case Shape::ReturnCallIndirect:
      return check_call_indirect(instruction);
    case Shape::CallRef:
    case Shape::ReturnCallRef:
      return check_call_ref(instruction);
    case Shape::BrOnNull:
      return check_br_on_null(instruction);
    case Shape::BrOnNonNull:
      return check_br_on_non_null(instruction);
    case Shape::BrOnCast:
    case Shape::BrOnCastFail:
      return check_br_on_cast(instruction);
    case Shape::Drop:
      return check_drop();
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
      return check_element_segment(instruction.a);
    case Shape::RefNull:
    case Shape::RefIsNull:
    case Shape::RefFunc:
    case Shape::RefEq:
    case Shape::RefAsNonNull:
    case Shape::RefTest:
    case Shape::RefCast:
    case Shape::AnyConvertExtern:
    case Shape::ExternConvertAny:
    case Shape::RefI31:
    case Shape::I31Get:
      return check_reference(instruction);
    case Shape::StructNew:
    case Shape::StructNewDefault:
    case Shape::StructGet:
    case Shape::StructSet:
      return check_struct(instruction);
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
      return check_array(instruction);
  }
  return false;
}

bool FunctionValidator::check_fixed(const FixedRule& rule) {
  if (!pop(Types(rule.operands.data(), rule.operand_count))) return false;
  if (rule.result_count > 0) stack_.push(rule.result);
  if (rule.result_count > 1) [[unlikely]]
    stack_.push(rule.result);
  return true;
}

bool FunctionValidator::check_fixed(const FixedRule& rule, Addresses addresses) {
  const auto replace = [&](TypeCode& type, char letter) {
    if (letter == 'a') type = code_of(addresses.a);
    if (letter == 'b') type = code_of(addresses.b);
    if (letter == 'm') type = code_of(std::min(addresses.a, addresses.b));
  };
  FixedRule with_addresses = rule;
  for (std::size_t i = 0; i < rule.operand_count; ++i) {
    replace(with_addresses.operands.at(i), rule.address_letters.at(i));
  }
  replace(with_addresses.result, rule.result_address_letter);
  return check_fixed(with_addresses);
}

bool FunctionValidator::check_type(TypeCode type) {
  return types_.has(type) || fail(unknown("type", decode_value_type(type).index));
}

bool FunctionValidator::check_function_type(std::uint32_t type) {
  if (!check_index("type", type, types_.size())) return false;
  return types_[type].function() != nullptr || fail(fmt::format("non-function type {}", type));
}

bool FunctionValidator::fail(std::string message) {
  const std::uint32_t offset = current_ != nullptr ? current_->offset : place_.offset;
  const std::string place = place_.what == "function"
                                ? context_.describe_function(place_.index)
                                : fmt::format("{} {}", place_.what, place_.index);
  error_ = core::Error{.message = fmt::format("{}, in {}", message, place),
                       .span = context_.module.span_at(offset)};
  return false;
}

bool FunctionValidator::fail_mismatch() {
  const TypeStack::Mismatch& mismatch = stack_.mismatch();
  return fail_mismatch("instruction", spell(mismatch.expected), "stack", spell(mismatch.found));
}

bool FunctionValidator::fail_mismatch(std::string_view what, const std::string& wanted,
                                      std::string_view where, const std::string& found) {
  return fail(fmt::format("type mismatch: {} requires {} but {} has {}: {}", what, wanted, where,
                          found, info(current_->opcode).mnemonic));
}

}  // namespace heddle::engine
