// Bodies and constant expressions, an instruction at a time. Spec: text/instructions.

#include <algorithm>
#include <bit>

#include "wast/print_literals.hpp"
#include "wast/printer.hpp"

namespace heddle::wast {

using engine::Expression;
using engine::ImmediateKind;
using engine::Instruction;
using engine::Shape;

namespace {

bool opens_block(const Instruction& instruction) {
  return info(instruction.opcode).immediate == ImmediateKind::BlockType;
}

bool closes_block(const Instruction& instruction) {
  const Shape shape = info(instruction.opcode).shape;
  return shape == Shape::Else || shape == Shape::End;
}

// Calls `visit(instruction, depth)` for all but the last `end`, which closing the field stands for.
// `depth` is the number of blocks around the instruction; `else` and `end` are outside of theirs.
template <typename Visit>
void for_each_instruction(const Expression& expression, Visit visit) {
  std::size_t depth = 0;
  for (std::size_t i = 0; i + 1 < expression.code.size(); ++i) {
    const Instruction& instruction = expression.code[i];
    if (closes_block(instruction) && depth > 0) --depth;
    visit(instruction, depth);
    if (opens_block(instruction) || info(instruction.opcode).shape == Shape::Else) ++depth;
  }
}

}  // namespace

void Printer::add_body(const Expression& body) {
  for_each_instruction(body, [&](const Instruction& instruction, std::size_t depth) {
    begin_line(2 + depth);
    add_instruction(body, instruction, depth);
  });
}

void Printer::add_constant(const Expression& constant, std::string_view wrapper) {
  const bool is_single = constant.code.size() == 2 && !opens_block(constant.code.front());
  if (is_single) {
    text_ += " (";
    add_instruction(constant, constant.code.front(), 0);
    text_ += ')';
    return;
  }
  if (!wrapper.empty()) add(" ({}", wrapper);
  for_each_instruction(constant, [&](const Instruction& instruction, std::size_t depth) {
    text_ += ' ';
    add_instruction(constant, instruction, depth);
  });
  if (!wrapper.empty()) text_ += ')';
}

void Printer::add_instruction(const Expression& expression, const Instruction& instruction,
                              std::size_t depth) {
  text_ += info(instruction.opcode).mnemonic;
  if (opens_block(instruction)) add(" (;@{};)", depth + 1);
  add_immediates(expression, instruction, depth);
}

// The comment says which block is meant, by the number that the block bears in its comment; 0 is
// the function.
void Printer::add_label(std::uint32_t label, std::size_t depth) {
  add(" {}", label);
  if (label <= depth) add(" (;@{};)", depth - label);
}

void Printer::add_block_type(const Instruction& instruction) {
  if (instruction.a == engine::kBlockEmpty) return;
  if (instruction.a == engine::kBlockValue) {
    add(" (result {})", to_string(engine::decode_value_type(instruction.b)));
  } else {
    add_type_use(instruction.a);
  }
}

// Offset 0, natural alignment and memory 0 go without saying.
void Printer::add_memory_argument(const Instruction& instruction) {
  const auto natural = std::countr_zero(info(instruction.opcode).access_bytes);
  if (instruction.a != 0) add(" {}", instruction.a);
  if (instruction.value != 0) add(" offset={}", instruction.value);
  if (instruction.b == static_cast<std::uint32_t>(natural)) return;
  if (instruction.b < 64) {
    add(" align={}", std::uint64_t{1} << instruction.b);
  } else {
    add(" align=2^{}", instruction.b);
  }
}

void Printer::add_immediates(const Expression& expression, const Instruction& instruction,
                             std::size_t depth) {
  const auto [opcode, offset, a, b, value] = instruction;
  const auto add_unless_zero = [this](std::uint32_t index) {
    if (index != 0) add(" {}", index);
  };
  switch (info(opcode).immediate) {
    case ImmediateKind::None:
    case ImmediateKind::ZeroByte:
      return;
    case ImmediateKind::BlockType:
      return add_block_type(instruction);
    case ImmediateKind::Label:
      return add_label(a, depth);
    case ImmediateKind::LabelTable:
      for (std::size_t i = 0; i <= b; ++i) add_label(expression.pool[a + i], depth);
      return;
    case ImmediateKind::Function:
      text_ += ' ';
      return add_function_index(a);
    case ImmediateKind::Local:
    case ImmediateKind::Global:
    case ImmediateKind::Table:
    case ImmediateKind::Element:
    case ImmediateKind::Data:
      return add(" {}", a);
    case ImmediateKind::Memory:
      return add_unless_zero(a);
    case ImmediateKind::TypeTable:
      add_unless_zero(b);
      return add(" (type {})", a);
    case ImmediateKind::ElementTable:
      return add(" {} {}", b, a);
    case ImmediateKind::TableTable:
      return add(" {} {}", a, b);
    case ImmediateKind::DataMemory:
      add_unless_zero(b);
      return add(" {}", a);
    case ImmediateKind::MemoryMemory:
      if (a != 0 || b != 0) add(" {} {}", a, b);
      return;
    case ImmediateKind::MemArg:
      return add_memory_argument(instruction);
    case ImmediateKind::SelectTypes:
      text_ += " (result";
      for (std::size_t i = 0; i < b; ++i) {
        add(" {}", to_string(engine::decode_value_type(expression.pool[a + i])));
      }
      text_ += ')';
      return;
    case ImmediateKind::TryTable:
    case ImmediateKind::CastBranch:
    case ImmediateKind::Tag:
    case ImmediateKind::Type:
    case ImmediateKind::TypeField:
    case ImmediateKind::TypeCount:
    case ImmediateKind::TypeData:
    case ImmediateKind::TypeElement:
    case ImmediateKind::TypeType:
    case ImmediateKind::MemArgLane:
    case ImmediateKind::Lane:
    case ImmediateKind::V128:
    case ImmediateKind::Shuffle:
    case ImmediateKind::RefType:
      return;
    case ImmediateKind::HeapType:
      return add(" {}", keyword_of(engine::decode_value_type(b).heap));
    case ImmediateKind::I32:
      return add(" {}", static_cast<std::int32_t>(value));
    case ImmediateKind::I64:
      return add(" {}", static_cast<std::int64_t>(value));
    case ImmediateKind::F32:
      return add(" {}", f32_literal(static_cast<std::uint32_t>(value)));
    case ImmediateKind::F64:
      return add(" {}", f64_literal(value));
  }
}

}  // namespace heddle::wast
