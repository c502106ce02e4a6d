// The part of FunctionCompiler that deals with control: blocks, branches, calls.
#include <utility>

#include "engine/compile/function_compiler.hpp"

namespace heddle::engine {
namespace {

// More values than this move with one cell, from temporaries to temporaries.
constexpr std::uint32_t kSingleMovesMax = 4;

}  // namespace

void FunctionCompiler::control(const Instruction& instruction) {
  switch (info(instruction.opcode).shape) {
    case Shape::Nop:
      return;
    case Shape::Unreachable:
      assembler_.emit(assembler_.select(Opcode::Unreachable, false), 0, 0, 0);
      is_reachable_ = false;
      return;
    case Shape::Block:
    case Shape::Loop:
    case Shape::If:
      return enter_block(instruction);
    case Shape::Else:
      return else_();
    case Shape::End:
      return end();
    case Shape::Br:
      return branch(instruction.a);
    case Shape::BrIf:
      return branch_if(instruction.a);
    case Shape::BrTable:
      return branch_table(instruction);
    case Shape::Return:
      return return_();
    case Shape::Call:
    case Shape::ReturnCall:
      return call(instruction);
    case Shape::CallIndirect:
    case Shape::ReturnCallIndirect:
    case Shape::CallRef:
    case Shape::ReturnCallRef:
      return call_indirect(instruction);
    default:
      std::unreachable();
  }
}

// And try_table, which apart from its clauses is a block.
void FunctionCompiler::enter_block(const Instruction& instruction) {
  const Shape shape = info(instruction.opcode).shape;
  Label label;
  if (instruction.a == kBlockValue) {
    label.value = decode_value_type(instruction.b);
    label.results = slot_count(label.value);
  } else if (instruction.a != kBlockEmpty) {
    label.type = &module_->module->function_type(instruction.a);
    label.parameters = slot_count(label.type->parameters);
    label.results = slot_count(label.type->results);
  }
  if (shape == Shape::If) {
    label.kind = LabelKind::If;
    Comparison condition = pop_condition();
    label.height = stack_.size() - label.parameters;
    settle_locals();
    settle_from(label.height);
    label.else_branch = emit_branch(condition, false);
  } else {
    label.height = stack_.size() - label.parameters;
    settle_locals();
    if (shape == Shape::Loop) {
      label.kind = LabelKind::Loop;
      settle_from(label.height);
      assembler_.bind_here();
      label.loop_begin = assembler_.position();
    }
  }
  labels_.push_back(label);
}

void FunctionCompiler::else_() {
  Label& label = labels_.back();
  if (is_reachable_) {
    settle_from(label.height);
    jump_to(label, assembler_.emit(assembler_.select(Opcode::Br, false), 0, 0, 0));
  }
  assembler_.patch(label.else_branch, assembler_.position());
  label.else_branch = Assembler::kEndOfChain;
  assembler_.bind_here();
  stack_.shrink(label.height);
  push_parameters(label);
  is_reachable_ = true;
}

void FunctionCompiler::push_parameters(const Label& label) {
  if (label.type != nullptr) stack_.push_values(label.type->parameters);
}

void FunctionCompiler::push_results(const Label& label) {
  if (label.type != nullptr) return stack_.push_values(label.type->results);
  if (label.results != 0) stack_.push_value(label.value);
}

void FunctionCompiler::end() {
  const Label label = labels_.back();
  if (label.kind == LabelKind::Function) {
    if (is_reachable_) return_();
    if (label.catches != kEndOfCatches) catch_in_function(label);
    labels_.pop_back();
    return;
  }
  labels_.pop_back();
  const bool is_target = label.branches != Assembler::kEndOfChain ||
                         label.else_branch != Assembler::kEndOfChain ||
                         label.catches != kEndOfCatches;
  if (label.try_range != kNoTry) end_try(label.try_range);
  if (!is_target) {
    if (!is_reachable_) stack_.shrink(label.height);
    return;
  }
  if (is_reachable_) settle_from(label.height);
  assembler_.bind_chain(label.branches);
  bind_catches(label.catches);
  if (label.else_branch != Assembler::kEndOfChain) {
    assembler_.patch(label.else_branch, assembler_.position());
  }
  assembler_.bind_here();
  stack_.shrink(label.height);
  push_results(label);
  is_reachable_ = true;
}

void FunctionCompiler::jump_to(Label& label, std::uint32_t branch_cell) {
  if (label.kind == LabelKind::Loop) {
    assembler_.patch(branch_cell, label.loop_begin);
  } else {
    assembler_.at(branch_cell).c = static_cast<std::int32_t>(label.branches);
    label.branches = branch_cell;
  }
}

bool FunctionCompiler::needs_moves(const Label& label) {
  const std::uint32_t arity = label.arity();
  const std::uint32_t position = stack_.size() - arity;
  if (arity == 0) return false;
  if (position != label.height) {
    if (arity > kSingleMovesMax) settle_from(position);
    return true;
  }
  settle_from(position);
  return false;
}

// Targets are never above their sources, so that going upwards overwrites nothing still needed.
void FunctionCompiler::move_to(const Label& label) {
  const std::uint32_t arity = label.arity();
  const std::uint32_t position = stack_.size() - arity;
  if (arity > kSingleMovesMax) {
    assembler_.emit(assembler_.select(Internal::MoveRange, false), temporary(label.height),
                    temporary(position), static_cast<std::int32_t>(arity));
    assembler_.forget();
  } else {
    for (std::uint32_t i = 0; i < arity; ++i) {
      copy(temporary(label.height + i), source_at(position + i));
    }
  }
  if (maps_ != nullptr) maps_->move(assembler_.position(), stack_, position, label.height);
}

void FunctionCompiler::branch(std::uint32_t depth) {
  Label& label = label_at(depth);
  if (label.kind == LabelKind::Function) return return_();
  if (needs_moves(label)) move_to(label);
  jump_to(label, assembler_.emit(assembler_.select(Opcode::Br, false), 0, 0, 0));
  is_reachable_ = false;
}

void FunctionCompiler::branch_if(std::uint32_t depth) {
  Comparison condition = pop_condition();
  Label& label = label_at(depth);
  const bool is_return = label.kind == LabelKind::Function;
  if (is_return && results_ > 1) settle_from(stack_.size() - results_);
  if (!is_return && !needs_moves(label)) {
    jump_to(label, emit_branch(condition, true));
    return;
  }
  const std::uint32_t skip = emit_branch(condition, false);
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

// One cell for the table, one for each target. Targets that values must move to are reached by way
// of a stub, one for each label.
void FunctionCompiler::branch_table(const Instruction& instruction) {
  Source index = pop();
  const std::span targets = std::span(body_->pool).subspan(instruction.a, instruction.b + 1U);
  const std::uint32_t arity = label_at(targets[0]).arity();
  settle_from(stack_.size() - arity);
  const std::uint32_t slot = slot_of(index);
  assembler_.emit(assembler_.select(Opcode::BrTable, assembler_.holds(slot, TypeKind::I32)), slot,
                  0, static_cast<std::int32_t>(instruction.b));
  const std::uint32_t entries = assembler_.position();
  for (std::uint32_t i = 0; i < targets.size(); ++i) assembler_.emit_annex({});
  ++br_tables_;
  for (std::uint32_t i = 0; i < targets.size(); ++i) {
    Label& label = label_at(targets[i]);
    if (label.kind != LabelKind::Function && !needs_moves(label)) {
      jump_to(label, entries + i);
      continue;
    }
    if (label.stub_owner != br_tables_) {
      label.stub_owner = br_tables_;
      label.stub = assembler_.position();
      assembler_.bind_here();
      branch(targets[i]);
    }
    assembler_.patch(entries + i, label.stub);
  }
  is_reachable_ = false;
}

void FunctionCompiler::return_() {
  if (results_ == 0) {
    assembler_.emit(assembler_.select(Internal::ReturnNone, false), 0, 0, 0);
  } else if (results_ == 1) {
    Source result = source_at(stack_.size() - 1);
    const std::uint32_t slot = slot_of(result);
    assembler_.emit(assembler_.select(Internal::ReturnOne, assembler_.holds(slot, TypeKind::I32)),
                    0, slot, 0);
  } else {
    const std::uint32_t position = stack_.size() - results_;
    settle_from(position);
    assembler_.emit(assembler_.select(Internal::ReturnMany, false), 0, temporary(position),
                    static_cast<std::int32_t>(results_));
  }
  is_reachable_ = false;
}

void FunctionCompiler::call(const Instruction& instruction) {
  const bool is_import = instruction.a < module_->imported_functions;
  const bool is_tail = instruction.opcode == Opcode::ReturnCall;
  Operation operation = instruction.opcode;
  Cell annex;
  if (is_import) {
    operation = is_tail ? Internal::ReturnCallImport : Internal::CallImport;
    annex.c = static_cast<std::int32_t>(instruction.a);
  } else {
    annex.callee = module_->functions + (instruction.a - module_->imported_functions);
  }
  emit_call({.type = &module_->type_of_function(instruction.a),
             .operation = operation,
             .annex = annex,
             .is_tail = is_tail,
             .may_be_host = is_import});
}

// And call_ref: of a callee that is an operand, the last one.
void FunctionCompiler::call_indirect(const Instruction& instruction) {
  const Shape shape = info(instruction.opcode).shape;
  Source callee = pop();
  emit_call({.type = &module_->module->function_type(instruction.a),
             .operation = instruction.opcode,
             .callee = callee,
             .annex = {.bits = instruction.b, .c = static_cast<std::int32_t>(instruction.a)},
             .is_tail = shape == Shape::ReturnCallIndirect || shape == Shape::ReturnCallRef,
             .may_be_host = true});
}

// Two cells; see operation.hpp for tail calls.
void FunctionCompiler::emit_call(CallForm form) {
  const std::uint32_t position = stack_.size() - slot_count(form.type->parameters);
  const std::uint32_t slot = form.callee ? slot_of(*form.callee) : 0;
  settle_from(position);
  const bool is_accumulated = form.callee && assembler_.holds(slot, TypeKind::I64);
  assembler_.emit(assembler_.select(form.operation, is_accumulated), slot, 0,
                  static_cast<std::int32_t>(temporary(position)));
  assembler_.emit_annex(form.annex);
  stack_.shrink(position);
  if (form.is_tail && !form.may_be_host) {
    is_reachable_ = false;
    return;
  }
  push_call_results(*form.type);
  if (form.is_tail) return_();
}

// A single slot of results is left in both accumulators.
void FunctionCompiler::push_call_results(const FunctionType& type) {
  assembler_.forget();
  if (slot_count(type.results) == 1) {
    const auto slot = static_cast<std::int32_t>(temporary(stack_.size()));
    assembler_.restore({.integer = slot, .floating = slot});
  }
  stack_.push_values(type.results);
}

FunctionCompiler::Comparison FunctionCompiler::pop_condition() {
  const std::uint32_t position = stack_.size() - 1;
  const bool is_temporary = stack_.at(position).kind == OperandStack::Kind::Temporary;
  Source source = pop();
  Comparison condition = std::exchange(comparison_, {});
  if (is_temporary && condition.end != 0 && condition.end == assembler_.position() &&
      condition.result == source.slot && assembler_.can_truncate(condition.begin)) {
    assembler_.truncate(condition.begin, condition.before);
    return condition;
  }
  slot_of(source);
  return {.opcode = Opcode::I32Eqz, .is_negated = true, .left = source};
}

std::uint32_t FunctionCompiler::emit_branch(Comparison& condition, bool when) {
  const Opcode opcode = condition.opcode;
  const Signature& types = signature(opcode);
  const Operation operation{opcode,
                            when != condition.is_negated ? Form::BranchIf : Form::BranchUnless};
  const std::uint32_t left = condition.left.slot;
  const auto holds_left = [&] { return assembler_.holds(left, types.operands[0].kind); };
  if (types.operand_count == 1) {
    return assembler_.emit(assembler_.select(operation, holds_left()), left, 0, 0);
  }
  if (condition.right.is_constant) {
    const std::uint64_t value = condition.right.constant;
    const auto number =
        types.operands[1].kind == TypeKind::I32
            ? static_cast<std::int64_t>(static_cast<std::int32_t>(value & 0xffff'ffff))
            : static_cast<std::int64_t>(value);
    const Handler handler = assembler_.select_immediate(operation, holds_left());
    if (handler != nullptr && number >= -0x8000 && number <= 0x7fff) {
      return assembler_.emit(handler, left, static_cast<std::uint16_t>(number), 0);
    }
  }
  const std::uint32_t right = slot_of(condition.right);
  const Handler handler =
      assembler_.select(operation, holds_left(), assembler_.holds(right, types.operands[1].kind));
  return assembler_.emit(handler, left, right, 0);
}

void FunctionCompiler::skip_unreachable() {
  std::size_t depth = 0;
  for (;; ++next_) {
    const Shape shape = info(body_->code[next_].opcode).shape;
    if (shape == Shape::Block || shape == Shape::Loop || shape == Shape::If ||
        shape == Shape::TryTable) {
      ++depth;
    }
    if (depth == 0 && (shape == Shape::Else || shape == Shape::End)) return;
    if (shape == Shape::End) --depth;
  }
}

}  // namespace heddle::engine
