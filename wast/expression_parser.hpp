// ExpressionParser: instructions, plain and folded, to the flat list of an Expression.
// Spec: text/instructions.
//
// Invariants:
//   1. No recursion: what is open stands on a stack of frames, at most kNestingMax of them.
//   2. Operands of a folded instruction are emitted before it; blocks are emitted with their `end`.
//   3. A label is found by name in time independent of the nesting.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "wast/module_context.hpp"

namespace heddle::wast {

// Compilers nest one block per case of a switch; this is ten times more than they are seen to do.
inline constexpr std::size_t kNestingMax = 10'000;

class ExpressionParser {
 public:
  ExpressionParser(ModuleContext& context, const IndexSpace& locals)
      : context_(context), cursor_(context.cursor), locals_(locals) {}

  // A function's body is a label of its own.
  [[nodiscard]] core::Result<engine::Expression> parse_body(engine::NameMap& labels);
  [[nodiscard]] core::Result<engine::Expression> parse_constant();
  [[nodiscard]] core::Result<engine::Expression> parse_folded();

 private:
  enum class FrameKind : std::uint8_t {
    Sequence,         // the whole: ends before a ")"
    Folded,           // (op _ ...): operands are still coming
    FoldedBlock,      // (block _ ...)
    FoldedCondition,  // (if _ (then ...)): operands of the if
    FoldedThen,       // (if ... (then _ ...))
    FoldedAfterThen,  // (if ... (then ...) _)
    FoldedElse,       // (if ... (else _ ...))
    FoldedAfterElse,  // (if ... (else ...) _)
    Block,            // block _ end
    If,               // if _ else
    Else,             // if ... else _ end
  };
  struct Frame {
    FrameKind kind = FrameKind::Sequence;
    std::string_view label;       // of blocks; empty if there is none
    engine::Instruction pending;  // of Folded and FoldedCondition: emitted after the operands
  };

  // --- expression_parser.cpp ---
  [[nodiscard]] bool accepts_instructions() const;
  [[nodiscard]] core::Result<void> push(Frame frame);
  [[nodiscard]] core::Result<void> run();
  [[nodiscard]] core::Result<void> step_keyword();
  [[nodiscard]] core::Result<void> step_open();
  [[nodiscard]] core::Result<void> step_close();
  [[nodiscard]] core::Result<void> open_folded();
  [[nodiscard]] core::Result<Frame> parse_block_head(FrameKind kind, engine::Opcode opcode);
  [[nodiscard]] core::Result<void> parse_plain();
  [[nodiscard]] core::Result<void> parse_else();
  [[nodiscard]] core::Result<void> parse_end();
  [[nodiscard]] core::Result<void> check_repeated_label(std::string_view label);
  void emit(engine::Opcode opcode, std::uint32_t offset);
  void open_block(Frame frame);
  void enter(std::string_view label);
  void leave(std::string_view label);
  [[nodiscard]] engine::Expression finish();

  // --- expression_immediates.cpp ---
  // The instruction at the cursor with its immediates; not emitted.
  [[nodiscard]] core::Result<engine::Instruction> parse_instruction(engine::Opcode opcode);
  [[nodiscard]] core::Result<void> parse_immediates(engine::Instruction& instruction);
  [[nodiscard]] core::Result<void> parse_block_type(engine::Instruction& instruction);
  [[nodiscard]] core::Result<void> parse_label_table(engine::Instruction& instruction);
  [[nodiscard]] core::Result<void> parse_try_table(engine::Instruction& instruction);
  [[nodiscard]] core::Result<void> parse_catch(engine::CatchKind kind);
  [[nodiscard]] core::Result<void> parse_cast_branch(engine::Instruction& instruction);
  [[nodiscard]] core::Result<void> parse_select(engine::Instruction& instruction);
  [[nodiscard]] core::Result<void> parse_alignment(engine::Instruction& instruction);
  [[nodiscard]] core::Result<void> parse_memory_argument(engine::Instruction& instruction);
  [[nodiscard]] core::Result<void> parse_memory_argument_lane(engine::Instruction& instruction);
  [[nodiscard]] core::Result<void> parse_number(engine::Instruction& instruction,
                                                engine::ImmediateKind kind);
  [[nodiscard]] core::Result<std::uint32_t> parse_lane();
  [[nodiscard]] core::Result<void> parse_shuffle(engine::Instruction& instruction);
  [[nodiscard]] core::Result<std::uint32_t> parse_field(std::uint32_t type);
  [[nodiscard]] core::Result<void> parse_reference(engine::Instruction& instruction);
  [[nodiscard]] core::Result<void> parse_type_and(engine::Instruction& instruction);
  [[nodiscard]] core::Result<void> parse_pair(engine::Instruction& instruction,
                                              engine::ImmediateKind kind);
  [[nodiscard]] core::Result<void> parse_segment_and(engine::Instruction& instruction,
                                                     engine::ImmediateKind segment,
                                                     engine::ImmediateKind target);
  [[nodiscard]] core::Result<void> parse_vector_immediate(engine::Instruction& instruction,
                                                          engine::ImmediateKind kind);
  [[nodiscard]] core::Result<std::uint32_t> parse_named(engine::ImmediateKind kind);
  [[nodiscard]] core::Result<void> parse_call_indirect(engine::Instruction& instruction);
  [[nodiscard]] core::Result<void> parse_heap(engine::Instruction& instruction);
  [[nodiscard]] bool at_two_indices();
  [[nodiscard]] core::Result<std::uint32_t> parse_label();
  [[nodiscard]] core::Result<std::uint32_t> parse_table();
  [[nodiscard]] core::Result<std::uint32_t> parse_memory();

  ModuleContext& context_;
  Cursor& cursor_;
  const IndexSpace& locals_;
  std::vector<Frame> frames_;
  std::uint32_t label_count_ = 0;                                  // that are open
  std::uint32_t block_count_ = 0;                                  // blocks so far
  engine::NameMap* label_names_ = nullptr;                         // by number of the block
  std::map<std::string_view, std::vector<std::uint32_t>> labels_;  // positions, innermost last
  engine::Expression expression_;
};

}  // namespace heddle::wast
