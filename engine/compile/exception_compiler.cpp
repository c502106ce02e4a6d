// The part of FunctionCompiler that deals with exceptions.
//
// A try_table costs nothing until something is thrown: it is a block, and entries of side tables
// (FunctionCode::tries and catches) say which cells are in it and where its clauses lead. A clause
// hands over in the temporaries of its label, where branches leave their values too.
#include "engine/compile/function_compiler.hpp"

namespace heddle::engine {

void FunctionCompiler::exception_instruction(const Instruction& instruction) {
  const Shape shape = info(instruction.opcode).shape;
  if (shape == Shape::TryTable) return enter_try_table(instruction);
  if (shape == Shape::Throw) {
    const FunctionType& type = module_->module->function_type(module_->tag_types[instruction.a]);
    const std::uint32_t position = stack_.size() - slot_count(type.parameters);
    settle_from(position);
    assembler_.emit(assembler_.select(Opcode::Throw, false), 0, temporary(position),
                    static_cast<std::int32_t>(instruction.a));
  } else {
    Source reference = pop();
    const std::uint32_t slot = slot_of(reference);
    assembler_.emit(assembler_.select(Opcode::ThrowRef, false), 0, slot, 0);
  }
  is_reachable_ = false;
}

// Labels of clauses are seen from around the block.
void FunctionCompiler::enter_try_table(const Instruction& instruction) {
  const auto range = static_cast<std::uint32_t>(tries_.size());
  tries_.push_back({.parent = open_try_,
                    .first_clause = static_cast<std::uint32_t>(catches_.size()),
                    .clause_count = catch_count(instruction)});
  for (std::uint32_t i = 0; i < catch_count(instruction); ++i) {
    add_clause(catch_clause(*body_, instruction, i));
  }
  enter_block(instruction);
  labels_.back().try_range = range;
  open_try_ = range;
  assembler_.fence();
  tries_[range].begin = assembler_.position();
}

void FunctionCompiler::add_clause(const CatchClause& clause) {
  Label& label = label_at(clause.label);
  CatchTarget target{.kind = clause.kind, .tag = clause.tag, .slot = temporary(label.height)};
  if (label.kind == LabelKind::Loop) {
    target.target = label.loop_begin;
  } else {
    target.target = label.catches;
    label.catches = static_cast<std::uint32_t>(catches_.size());
  }
  catches_.push_back(target);
}

void FunctionCompiler::end_try(std::uint32_t range) {
  assembler_.fence();
  tries_[range].end = assembler_.position();
  open_try_ = tries_[range].parent;
}

void FunctionCompiler::bind_catches(std::uint32_t first) {
  while (first != kEndOfCatches) {
    CatchTarget& clause = catches_[first];
    first = clause.target;
    clause.target = assembler_.position();
  }
}

void FunctionCompiler::catch_in_function(const Label& label) {
  bind_catches(label.catches);
  assembler_.bind_here();
  stack_.shrink(label.height);
  push_results(label);
  return_();
}

}  // namespace heddle::engine
