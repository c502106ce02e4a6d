#include "wast/expression_parser.hpp"

namespace heddle::wast {

using engine::Expression;
using engine::Instruction;
using engine::Opcode;

namespace {

bool is_block(Opcode opcode) {
  const engine::Shape shape = info(opcode).shape;
  return shape >= engine::Shape::Block && shape <= engine::Shape::TryTable;
}

}  // namespace

bool ExpressionParser::accepts_instructions() const {
  switch (frames_.back().kind) {
    case FrameKind::Sequence:
    case FrameKind::FoldedBlock:
    case FrameKind::FoldedThen:
    case FrameKind::FoldedElse:
    case FrameKind::Block:
    case FrameKind::If:
    case FrameKind::Else:
      return true;
    case FrameKind::Folded:
    case FrameKind::FoldedCondition:
    case FrameKind::FoldedAfterThen:
    case FrameKind::FoldedAfterElse:
      return false;
  }
  return false;
}

void ExpressionParser::emit(Opcode opcode, std::uint32_t offset) {
  expression_.code.push_back({.opcode = opcode, .offset = offset});
}

void ExpressionParser::enter(std::string_view label) {
  if (!label.empty()) labels_[label].push_back(label_count_);
  ++label_count_;
}

void ExpressionParser::leave(std::string_view label) {
  --label_count_;
  if (!label.empty()) labels_.find(label)->second.pop_back();
}

// Emits the block's head; what follows is inside.
void ExpressionParser::open_block(Frame frame) {
  expression_.code.push_back(frame.pending);
  if (!frame.label.empty() && label_names_ != nullptr) {
    label_names_->emplace_hint(label_names_->end(), block_count_, frame.label);
  }
  ++block_count_;
  enter(frame.label);
}

core::Result<void> ExpressionParser::push(Frame frame) {
  if (frames_.size() >= kNestingMax) return cursor_.error("nesting too deep");
  frames_.push_back(frame);
  return {};
}

// `block`, `loop`, `if` or `try_table` with all that belongs to it.
core::Result<ExpressionParser::Frame> ExpressionParser::parse_block_head(FrameKind kind,
                                                                         Opcode opcode) {
  Frame frame{.kind = kind, .label = {}, .pending = {.opcode = opcode, .offset = cursor_.offset()}};
  cursor_.advance();
  frame.label = cursor_.take_id().value_or("");
  HEDDLE_TRY(parse_immediates(frame.pending));
  return frame;
}

// An instruction between others.
core::Result<void> ExpressionParser::parse_plain() {
  const auto opcode = engine::find_opcode(cursor_.text());
  if (!opcode) return cursor_.unexpected();
  if (!is_block(*opcode)) {
    HEDDLE_LET(const Instruction instruction, parse_instruction(*opcode));
    expression_.code.push_back(instruction);
    return {};
  }
  const FrameKind kind = *opcode == Opcode::If ? FrameKind::If : FrameKind::Block;
  HEDDLE_LET(const Frame frame, parse_block_head(kind, *opcode));
  open_block(frame);
  return push(frame);
}

// After `else` and `end` the block's label may be repeated.
core::Result<void> ExpressionParser::check_repeated_label(std::string_view label) {
  const std::uint32_t offset = cursor_.offset();
  const auto repeated = cursor_.take_id();
  if (repeated && *repeated != label) return cursor_.error("mismatching label", offset);
  return {};
}

core::Result<void> ExpressionParser::parse_else() {
  Frame& frame = frames_.back();
  if (frame.kind != FrameKind::If) return cursor_.unexpected();
  emit(Opcode::Else, cursor_.offset());
  cursor_.advance();
  frame.kind = FrameKind::Else;
  return check_repeated_label(frame.label);
}

core::Result<void> ExpressionParser::parse_end() {
  const Frame frame = frames_.back();
  const bool is_block = frame.kind == FrameKind::Block || frame.kind == FrameKind::If ||
                        frame.kind == FrameKind::Else;
  if (!is_block) return cursor_.unexpected();
  emit(Opcode::End, cursor_.offset());
  cursor_.advance();
  leave(frame.label);
  frames_.pop_back();
  return check_repeated_label(frame.label);
}

core::Result<void> ExpressionParser::step_keyword() {
  if (!accepts_instructions()) return cursor_.unexpected();
  if (cursor_.text() == "else") return parse_else();
  if (cursor_.text() == "end") return parse_end();
  return parse_plain();
}

// At "(", where an instruction may begin.
core::Result<void> ExpressionParser::open_folded() {
  cursor_.advance();
  if (!cursor_.at(TokenKind::Keyword)) return cursor_.unexpected();
  const auto opcode = engine::find_opcode(cursor_.text());
  if (!opcode || *opcode == Opcode::Else || *opcode == Opcode::End) return cursor_.unexpected();
  if (!is_block(*opcode)) {
    HEDDLE_LET(const Instruction pending, parse_instruction(*opcode));
    return push({.kind = FrameKind::Folded, .label = {}, .pending = pending});
  }
  if (*opcode == Opcode::If) {
    HEDDLE_LET(const Frame frame, parse_block_head(FrameKind::FoldedCondition, *opcode));
    return push(frame);
  }
  HEDDLE_LET(const Frame frame, parse_block_head(FrameKind::FoldedBlock, *opcode));
  open_block(frame);
  return push(frame);
}

core::Result<void> ExpressionParser::step_open() {
  Frame& frame = frames_.back();
  const bool is_then = cursor_.at_open("then");
  const bool is_else = cursor_.at_open("else");
  if (frame.kind == FrameKind::FoldedCondition && is_then) {
    // The label is not in scope of the operands, so it begins here.
    open_block(frame);
    frame.kind = FrameKind::FoldedAfterThen;
    cursor_.take_open("then");
    return push({.kind = FrameKind::FoldedThen, .label = {}, .pending = {}});
  }
  if (frame.kind == FrameKind::FoldedAfterThen && is_else) {
    emit(Opcode::Else, cursor_.offset());
    frame.kind = FrameKind::FoldedAfterElse;
    cursor_.take_open("else");
    return push({.kind = FrameKind::FoldedElse, .label = {}, .pending = {}});
  }
  const bool takes_operands =
      frame.kind == FrameKind::Folded || frame.kind == FrameKind::FoldedCondition;
  if (accepts_instructions() || takes_operands) return open_folded();
  return cursor_.unexpected();
}

core::Result<void> ExpressionParser::step_close() {
  const Frame frame = frames_.back();
  switch (frame.kind) {
    case FrameKind::Folded:
      expression_.code.push_back(frame.pending);
      break;
    case FrameKind::FoldedThen:
    case FrameKind::FoldedElse:
      break;
    case FrameKind::FoldedBlock:
    case FrameKind::FoldedAfterThen:
    case FrameKind::FoldedAfterElse:
      emit(Opcode::End, cursor_.offset());
      leave(frame.label);
      break;
    case FrameKind::Sequence:
    case FrameKind::FoldedCondition:
    case FrameKind::Block:
    case FrameKind::If:
    case FrameKind::Else:
      return cursor_.unexpected();
  }
  frames_.pop_back();
  cursor_.advance();
  return {};
}

// Until the frame at the bottom is done: a Sequence before its ")", any other when it is closed.
core::Result<void> ExpressionParser::run() {
  while (!frames_.empty()) {
    if (cursor_.at(TokenKind::Keyword)) {
      HEDDLE_TRY(step_keyword());
    } else if (cursor_.at(TokenKind::Open)) {
      HEDDLE_TRY(step_open());
    } else if (!cursor_.at(TokenKind::Close)) {
      return cursor_.unexpected();
    } else if (frames_.back().kind == FrameKind::Sequence) {
      frames_.pop_back();
    } else {
      HEDDLE_TRY(step_close());
    }
  }
  return {};
}

Expression ExpressionParser::finish() {
  emit(Opcode::End, cursor_.offset());
  return std::move(expression_);
}

core::Result<Expression> ExpressionParser::parse_body(engine::NameMap& labels) {
  label_names_ = &labels;
  enter("");
  return parse_constant();
}

core::Result<Expression> ExpressionParser::parse_constant() {
  HEDDLE_TRY(push({}));
  HEDDLE_TRY(run());
  return finish();
}

core::Result<Expression> ExpressionParser::parse_folded() {
  if (!cursor_.at(TokenKind::Open)) return cursor_.unexpected();
  HEDDLE_TRY(open_folded());
  HEDDLE_TRY(run());
  return finish();
}

core::Result<Expression> parse_body(ModuleContext& context, const IndexSpace& locals,
                                    engine::NameMap& labels) {
  return ExpressionParser(context, locals).parse_body(labels);
}

core::Result<Expression> parse_constant(ModuleContext& context) {
  const IndexSpace locals;
  return ExpressionParser(context, locals).parse_constant();
}

core::Result<Expression> parse_folded_constant(ModuleContext& context) {
  const IndexSpace locals;
  return ExpressionParser(context, locals).parse_folded();
}

}  // namespace heddle::wast
