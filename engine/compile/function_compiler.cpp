#include "engine/compile/function_compiler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/compile/swapped_operands.hpp"

namespace heddle::engine {
namespace {

// Space for constants that cannot be foreseen: left operands, stored values.
constexpr std::uint32_t kConstantsSpare = 8;
constexpr std::uint32_t kConstantsMax = 64;

// Constants that may not be immediates.
constexpr auto kMayNeedSlot = [] {
  std::array<bool, kOpcodeCount> may{};
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    const Opcode opcode = static_cast<Opcode>(i);
    may[i] = info(opcode).shape == Shape::VectorConst ||
             (info(opcode).shape == Shape::Const && opcode != Opcode::I32Const);
  }
  return may;
}();

constexpr std::uint64_t kNull = 0;  // so that ref.is_null is i64.eqz

bool fits_signed(std::uint64_t value) {
  return value == static_cast<std::uint64_t>(
                      static_cast<std::int64_t>(static_cast<std::int32_t>(value & 0xffff'ffff)));
}

bool is_immediate(TypeKind type, std::uint64_t value) {
  return type == TypeKind::I32 || (type == TypeKind::I64 && fits_signed(value));
}

std::int32_t low_half(std::uint64_t value) {
  return static_cast<std::int32_t>(value & 0xffff'ffff);
}

}  // namespace

core::Result<void> FunctionCompiler::compile(const Function& function, FunctionCode& code,
                                             StackMapBuilder* maps) {
  maps_ = maps;
  function_index_ = code.function_index;
  const FunctionType& type = module_->module->function_type(function.type);
  local_slots_.reset(type, function.locals);
  parameters_ = local_slots_.parameter_slots();
  results_ = slot_count(type.results);
  locals_ = local_slots_.slots();
  if (locals_ <= kFrameSlotsMax) begin(function);
  while (locals_ <= kFrameSlotsMax && !labels_.empty()) {
    if (!is_reachable_) skip_unreachable();
    const Instruction& instruction = body_->code[next_++];
    offset_ = instruction.offset;
    assembler_.set_offset(offset_);
    if (maps_ != nullptr) maps_->begin_instruction(assembler_.position(), stack_);
    compile_instruction(instruction);
    if (temporaries_begin_ + stack_.height_max() > kFrameSlotsMax) break;
    if (assembler_.is_too_long()) break;
  }
  if (maps_ != nullptr) maps_->finish(local_slots_, temporaries_begin_);
  return finish(function, code);
}

void FunctionCompiler::begin(const Function& function) {
  const auto locals = static_cast<std::uint32_t>(locals_);
  body_ = &function.body;
  next_ = 0;
  constants_.clear();
  constants_max_ = reserve_constants(function.body);
  temporaries_begin_ = locals + constants_max_;
  comparison_ = {};
  immediate_ = {};
  br_tables_ = 0;
  tries_.clear();
  catches_.clear();
  open_try_ = kNoTry;
  is_reachable_ = true;
  labels_.clear();
  labels_.push_back({.kind = LabelKind::Function,
                     .results = results_,
                     .type = &module_->module->function_type(function.type)});
  stack_.shrink(0);
  stack_.begin_function(locals);
  assembler_.begin_function();
}

// The number of different constants of the body that are not immediates, and some more. Stops
// counting early, so that this is fast for any body.
std::uint32_t FunctionCompiler::reserve_constants(const Expression& body) const {
  std::array<std::uint64_t, kConstantsMax> seen{};
  std::uint32_t count = 0;
  for (const Instruction& instruction : body.code) {
    if (!kMayNeedSlot[static_cast<std::size_t>(instruction.opcode)]) [[likely]]
      continue;
    if (info(instruction.opcode).shape == Shape::VectorConst) {
      const VectorImmediate vector = vector_immediate(instruction);
      const std::array halves{vector.low, vector.high};
      if (!std::ranges::search(std::span(seen).first(count), halves).empty()) continue;
      if (count + 2 > seen.size()) break;
      std::ranges::copy(halves, seen.begin() + count);
      count += 2;
    }
    if (info(instruction.opcode).shape != Shape::Const) continue;
    if (is_immediate(signature(instruction.opcode).result.kind, instruction.value)) continue;
    const auto end = seen.begin() + count;
    if (std::find(seen.begin(), end, instruction.value) != end) continue;
    if (count == seen.size()) break;
    seen[count++] = instruction.value;
  }
  return count + kConstantsSpare;
}

core::Result<void> FunctionCompiler::finish(const Function& function, FunctionCode& code) const {
  const std::uint64_t frame_slots = std::max<std::uint64_t>(
      locals_ <= kFrameSlotsMax ? temporaries_begin_ + stack_.height_max() : locals_, results_);
  if (frame_slots > kFrameSlotsMax || assembler_.is_too_long()) {
    return core::make_error(
        fmt::format("function {} is too large: it needs {} slots in its frame, {} are possible",
                    function_index_, frame_slots, kFrameSlotsMax),
        module_->module->span_at(function.offset));
  }
  code.parameter_count = parameters_;
  code.local_count = static_cast<std::uint32_t>(locals_) - parameters_;
  code.result_count = results_;
  code.frame_slots = static_cast<std::uint32_t>(frame_slots);
  code.constants = arena_->copy(std::span<const std::uint64_t>(constants_));
  code.tries = arena_->copy(std::span<const TryRange>(tries_));
  code.catches = arena_->copy(std::span<const CatchTarget>(catches_));
  assembler_.finish(code, *arena_);
  return {};
}

// NOLINTNEXTLINE(readability-function-size): a table of shapes
void FunctionCompiler::compile_instruction(const Instruction& instruction) {
  switch (info(instruction.opcode).shape) {
    case Shape::Nop:
    case Shape::Unreachable:
    case Shape::Block:
    case Shape::Loop:
    case Shape::If:
    case Shape::Else:
    case Shape::End:
    case Shape::Br:
    case Shape::BrIf:
    case Shape::BrTable:
    case Shape::Return:
    case Shape::Call:
    case Shape::CallIndirect:
      return control(instruction);
    case Shape::Drop:
      return drop();
    case Shape::Select:
      return select();
    case Shape::LocalGet:
      return local_get(instruction);
    case Shape::LocalSet:
    case Shape::LocalTee:
      return local_set(instruction);
    case Shape::GlobalGet:
      if (slot_count(module_->globals[instruction.a]->type) == 2) {
        return vector_global_get(instruction);
      }
      return index_result(instruction.opcode, instruction.a, module_->globals[instruction.a]->type);
    case Shape::RefFunc:
      return index_result(instruction.opcode, instruction.a, kFuncRef);
    case Shape::GlobalSet:
      return global_set(instruction);
    case Shape::Const:
      return stack_.push_constant(instruction.value);
    case Shape::RefNull:
      return stack_.push_constant(kNull, SlotClass::Reference);
    case Shape::RefIsNull:
      return unary(Opcode::I64Eqz);
    case Shape::Compare:
    case Shape::Binary:
      return binary(instruction.opcode);
    case Shape::Test:
    case Shape::Unary:
    case Shape::Convert:
      return unary(instruction.opcode);
    case Shape::TableGet:
    case Shape::TableSet:
    case Shape::TableInit:
    case Shape::ElemDrop:
    case Shape::TableCopy:
    case Shape::TableGrow:
    case Shape::TableSize:
    case Shape::TableFill:
      return table_instruction(instruction);
    case Shape::Load:
    case Shape::Store:
    case Shape::MemorySize:
    case Shape::MemoryGrow:
    case Shape::MemoryInit:
    case Shape::DataDrop:
    case Shape::MemoryCopy:
    case Shape::MemoryFill:
    case Shape::AtomicNotify:
    case Shape::AtomicWait:
    case Shape::AtomicFence:
    case Shape::AtomicLoad:
    case Shape::AtomicStore:
    case Shape::AtomicRmw:
    case Shape::AtomicCmpxchg:
      return memory_instruction(instruction);
    case Shape::TryTable:
    case Shape::Throw:
    case Shape::ThrowRef:
      return exception_instruction(instruction);
    case Shape::ReturnCall:
    case Shape::ReturnCallIndirect:
    case Shape::CallRef:
    case Shape::ReturnCallRef:
      return control(instruction);
    case Shape::WideArithmetic:
      return wide_arithmetic(instruction);
    case Shape::BrOnNull:
    case Shape::BrOnNonNull:
    case Shape::BrOnCast:
    case Shape::BrOnCastFail:
    case Shape::RefEq:
    case Shape::RefAsNonNull:
    case Shape::RefTest:
    case Shape::RefCast:
    case Shape::AnyConvertExtern:
    case Shape::ExternConvertAny:
    case Shape::RefI31:
    case Shape::I31Get:
      return reference_instruction(instruction);
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
      return aggregate_instruction(instruction);
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
      return vector_instruction(instruction);
  }
}

FunctionCompiler::Source FunctionCompiler::source_at(std::uint32_t position) const {
  const OperandStack::Entry& entry = stack_.at(position);
  switch (entry.kind) {
    case OperandStack::Kind::Temporary:
      return {.slot = temporary(position)};
    case OperandStack::Kind::Local:
      return {.slot = entry.local};
    case OperandStack::Kind::Constant:
      return {.is_constant = true, .slot = temporary(position), .constant = entry.constant};
  }
  std::unreachable();
}

FunctionCompiler::Source FunctionCompiler::pop() {
  const Source source = source_at(stack_.size() - 1);
  stack_.pop();
  return source;
}

std::uint32_t FunctionCompiler::slot_of(Source& source) {
  if (!source.is_constant) return source.slot;
  source.is_constant = false;
  const auto found = std::ranges::find(constants_, source.constant);
  if (found == constants_.end() && constants_.size() == constants_max_) {
    write_constant(source.slot, source.constant);
    return source.slot;
  }
  const auto index = static_cast<std::uint32_t>(found - constants_.begin());
  if (found == constants_.end()) constants_.push_back(source.constant);
  source.slot = static_cast<std::uint32_t>(locals_) + index;
  return source.slot;
}

void FunctionCompiler::write_constant(std::uint32_t slot, std::uint64_t value) {
  std::uint32_t cell = 0;
  if (fits_signed(value)) {
    cell = assembler_.emit(assembler_.select(Internal::ConstantSigned, false), slot, 0,
                           low_half(value));
  } else if (value <= 0xffff'ffff) {
    cell = assembler_.emit(assembler_.select(Internal::ConstantUnsigned, false), slot, 0,
                           low_half(value));
  } else {
    cell = assembler_.emit(assembler_.select(Internal::ConstantWide, false), slot, 0, 0);
    assembler_.emit_annex({.bits = value});
  }
  assembler_.produced(cell, slot, TypeKind::Bottom);
}

void FunctionCompiler::copy(std::uint32_t slot, const Source& source) {
  if (source.is_constant) return write_constant(slot, source.constant);
  if (source.slot == slot) return;
  const bool is_accumulated = assembler_.holds(source.slot, TypeKind::I32);
  const std::uint32_t cell =
      assembler_.emit(assembler_.select(Internal::Move, is_accumulated), slot, source.slot, 0);
  assembler_.produced(cell, slot, TypeKind::Bottom);
}

// Copies a value to its temporary.
auto FunctionCompiler::settler() {
  return [this](std::uint32_t position, const OperandStack::Entry&) {
    copy(temporary(position), source_at(position));
    if (maps_ != nullptr) maps_->settle(position);
  };
}

void FunctionCompiler::settle_from(std::uint32_t position) {
  stack_.settle_from(position, settler());
}

void FunctionCompiler::settle_locals() { stack_.settle_locals(settler()); }

void FunctionCompiler::settle_local(std::uint32_t slot) { stack_.settle_local(slot, settler()); }

void FunctionCompiler::binary(Opcode opcode) {
  Source right = pop();
  Source left = pop();
  if (left.is_constant && !right.is_constant) {
    if (const auto swapped = with_swapped_operands(opcode)) {
      std::swap(left, right);
      opcode = *swapped;
    }
  }
  if (opcode == Opcode::I32Sub && right.is_constant) {
    opcode = Opcode::I32Add;
    right.constant = (0 - right.constant) & 0xffff'ffff;
  }
  if (binary_with_last(opcode, left, right)) return;
  const Signature& types = signature(opcode);
  const std::uint32_t result = temporary(stack_.size());
  const std::uint32_t left_slot = slot_of(left);
  Handler handler = nullptr;
  if (right.is_constant && is_immediate(types.operands[1].kind, right.constant)) {
    handler =
        assembler_.select_immediate(opcode, assembler_.holds(left_slot, types.operands[0].kind));
  }
  std::int32_t right_field = low_half(right.constant);
  if (handler == nullptr) {
    right_field = static_cast<std::int32_t>(slot_of(right));
    handler = assembler_.select(opcode, assembler_.holds(left_slot, types.operands[0].kind),
                                assembler_.holds(right.slot, types.operands[1].kind));
  }
  const Accumulators before = assembler_.accumulators();
  const std::uint32_t cell = assembler_.emit(handler, result, left_slot, right_field);
  assembler_.produced(cell, result, types.result.kind);
  stack_.push_temporary();
  if (right.is_constant) note_immediate(opcode, cell, left_slot, right.constant, before);
  if (info(opcode).shape == Shape::Compare) {
    comparison_ = {.opcode = opcode,
                   .left = left,
                   .right = right,
                   .result = result,
                   .begin = cell,
                   .end = cell + 1,
                   .before = before};
  }
}

void FunctionCompiler::unary(Opcode opcode) {
  const Signature& types = signature(opcode);
  Source operand = pop();
  const std::uint32_t result = temporary(stack_.size());
  const std::uint32_t slot = slot_of(operand);
  const bool is_negation = opcode == Opcode::I32Eqz && comparison_.end == assembler_.position() &&
                           comparison_.end != 0 && comparison_.result == slot;
  const Accumulators before = assembler_.accumulators();
  const std::uint32_t cell = assembler_.emit(
      assembler_.select(opcode, assembler_.holds(slot, types.operands[0].kind)), result, slot, 0);
  assembler_.produced(cell, result, types.result.kind);
  stack_.push_temporary();
  if (is_negation) {  // of the comparison just made
    comparison_.is_negated = !comparison_.is_negated;
    comparison_.end = cell + 1;
  } else if (info(opcode).shape == Shape::Test) {
    comparison_ = {.opcode = opcode,
                   .left = operand,
                   .result = result,
                   .begin = cell,
                   .end = cell + 1,
                   .before = before};
  }
}

void FunctionCompiler::drop() {
  const bool is_vector = stack_.at(stack_.size() - 1).slot_class == SlotClass::VectorHigh;
  stack_.shrink(stack_.size() - (is_vector ? 2 : 1));
}

void FunctionCompiler::select() {
  if (stack_.at(stack_.size() - 2).slot_class == SlotClass::VectorHigh) return select_vector();
  Source condition = pop();
  const SlotClass slot_class = stack_.at(stack_.size() - 1).slot_class;
  Source second = pop();
  Source first = pop();
  const std::uint32_t result = temporary(stack_.size());
  const std::uint32_t condition_slot = slot_of(condition);
  const std::uint32_t second_slot = slot_of(second);
  const std::uint32_t first_slot = slot_of(first);
  const std::uint32_t cell = assembler_.emit(
      assembler_.select(Opcode::Select, assembler_.holds(condition_slot, TypeKind::I32)), result,
      first_slot, static_cast<std::int32_t>(second_slot | condition_slot << 16));
  assembler_.produced(cell, result, TypeKind::Bottom);
  stack_.push_temporary(slot_class);
}

void FunctionCompiler::local_get(const Instruction& instruction) {
  const auto [slot, type] = local_slots_.at(instruction.a);
  stack_.push_local(slot, slot_class(type));
  if (slot_count(type) == 2) stack_.push_local(slot + 1, SlotClass::VectorHigh);
}

// And local.tee, behind which the value is that of the local.
void FunctionCompiler::local_set(const Instruction& instruction) {
  const auto [slot, type] = local_slots_.at(instruction.a);
  if (slot_count(type) == 2) {
    assign_vector(slot);
  } else {
    assign(slot);
  }
  if (instruction.opcode == Opcode::LocalTee) local_get(instruction);
}

void FunctionCompiler::assign(std::uint32_t local) {
  const std::uint32_t position = stack_.size() - 1;
  const bool is_temporary = stack_.at(position).kind == OperandStack::Kind::Temporary;
  const Source source = pop();
  if (!source.is_constant && source.slot == local) return;
  settle_local(local);
  if (is_temporary && assembler_.retarget(source.slot, local)) {
    comparison_ = {};
    return;
  }
  copy(local, source);
}

void FunctionCompiler::global_set(const Instruction& instruction) {
  if (slot_count(module_->globals[instruction.a]->type) == 2) return vector_global_set(instruction);
  Source source = pop();
  const std::uint32_t slot = slot_of(source);
  assembler_.emit(assembler_.select(Opcode::GlobalSet, assembler_.holds(slot, TypeKind::I32)), 0,
                  slot, static_cast<std::int32_t>(instruction.a));
}

// A result that depends on nothing but an index: global.get, ref.func.
void FunctionCompiler::index_result(Operation operation, std::uint32_t index, ValueType type) {
  const std::uint32_t result = temporary(stack_.size());
  const std::uint32_t cell = assembler_.emit(assembler_.select(operation, false), result, 0,
                                             static_cast<std::int32_t>(index));
  assembler_.produced(cell, result, TypeKind::Bottom);
  stack_.push_value(type);
}

}  // namespace heddle::engine
