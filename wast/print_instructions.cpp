// Bodies and constant expressions, an instruction at a time. Spec: text/instructions.

#include <algorithm>
#include <bit>

#include "wast/print_literals.hpp"
#include "wast/printer.hpp"
#include "wast/utf8.hpp"

namespace heddle::wast {

using engine::Expression;
using engine::ImmediateKind;
using engine::Instruction;
using engine::Shape;

namespace {

bool opens_block(const Instruction& instruction) {
  const ImmediateKind immediate = info(instruction.opcode).immediate;
  return immediate == ImmediateKind::BlockType || immediate == ImmediateKind::TryTable;
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

// Labels may have the same name; then they are called by number.
void Printer::add_body(const Expression& body, const engine::NameMap& labels) {
  std::map<std::string_view, int> uses;
  for (const auto& [block, name] : labels) ++uses[name];
  std::uint32_t block = 0;
  for_each_instruction(body, [&](const Instruction& instruction, std::size_t depth) {
    begin_line(2 + depth);
    if (info(instruction.opcode).shape == Shape::End && !labels_.empty()) labels_.pop_back();
    if (!opens_block(instruction)) return add_instruction(body, instruction, depth);
    const auto label = labels.find(block++);
    const bool is_named = label != labels.end() && !label->second.empty() && is_utf8(label->second);
    text_ += info(instruction.opcode).mnemonic;
    const std::string id = is_named ? id_literal(label->second) : "";
    if (is_named) add(" {}", id);
    add(" (;@{};)", depth + 1);
    add_immediates(body, instruction, depth);
    const bool is_used = is_named && uses[label->second] == 1 && id.size() <= kIdBytesUsedMax;
    labels_.push_back(is_used ? id : "");
  });
  labels_.clear();
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
  if (label < labels_.size() && !labels_[labels_.size() - 1 - label].empty()) {
    add(" {}", labels_[labels_.size() - 1 - label]);
    return;
  }
  add(" {}", label);
  if (label <= depth) add(" (;@{};)", depth - label);
}

void Printer::add_block_type(const Instruction& instruction) {
  if (instruction.a == engine::kBlockEmpty) return;
  if (instruction.a == engine::kBlockValue) {
    add(" (result {})", to_string(engine::decode_value_type(instruction.b)));
  } else {
    add_type_use(instruction.a, TypeNaming::ByIndex);
  }
}

void Printer::add_catches(const Expression& expression, const Instruction& instruction,
                          std::size_t depth) {
  for (std::uint32_t i = 0; i < catch_count(instruction); ++i) {
    const engine::CatchClause clause = catch_clause(expression, instruction, i);
    text_ += has_tag(clause.kind) ? " (catch" : " (catch_all";
    if (gives_exception(clause.kind)) text_ += "_ref";
    if (has_tag(clause.kind)) add_named(ImmediateKind::Tag, clause.tag);
    add_label(clause.label, depth);
    text_ += ')';
  }
}

// Offset 0 and the natural alignment go without saying.
void Printer::add_alignment(const Instruction& instruction, std::uint32_t log2) {
  const auto natural = std::countr_zero(info(instruction.opcode).access_bytes);
  if (instruction.value != 0) add(" offset={}", instruction.value);
  if (log2 == static_cast<std::uint32_t>(natural)) return;
  if (log2 < 64) {
    add(" align={}", std::uint64_t{1} << log2);
  } else {
    add(" align=2^{}", log2);
  }
}

// An index of what the kind says.
void Printer::add_named(ImmediateKind kind, std::uint32_t index) {
  static const Ids kNone;
  const auto ids = [&]() -> const Ids& {
    if (kind == ImmediateKind::Function) return functions_;
    if (kind == ImmediateKind::Local) return locals_;
    if (kind == ImmediateKind::Global) return globals_;
    if (kind == ImmediateKind::Table) return tables_;
    if (kind == ImmediateKind::Memory) return memories_;
    if (kind == ImmediateKind::Element) return elements_;
    if (kind == ImmediateKind::Data) return datas_;
    if (kind == ImmediateKind::Tag) return tags_;
    return kind == ImmediateKind::Type ? types_ : kNone;
  };
  text_ += ' ';
  add_index(ids(), index);
}

void Printer::add_field(std::uint32_t type, std::uint32_t field) {
  static const Ids kNone;
  add_named(ImmediateKind::Type, type);
  const auto found = fields_.find(type);
  text_ += ' ';
  add_index(found == fields_.end() ? kNone : found->second, field);
}

void Printer::add_vector(const Instruction& instruction) {
  const engine::VectorImmediate vector = vector_immediate(instruction);
  if (info(instruction.opcode).immediate == ImmediateKind::Shuffle) {
    for (std::uint32_t i = 0; i < 16; ++i) add(" {}", vector.byte(i));
    return;
  }
  add(" i32x4 0x{:08x} 0x{:08x} 0x{:08x} 0x{:08x}", vector.low & 0xffff'ffff, vector.low >> 32,
      vector.high & 0xffff'ffff, vector.high >> 32);
}

// Labels and the types of blocks and branches.
void Printer::add_control(const Expression& expression, const Instruction& instruction,
                          std::size_t depth) {
  const ImmediateKind immediate = info(instruction.opcode).immediate;
  if (immediate == ImmediateKind::Label) return add_label(instruction.a, depth);
  if (immediate == ImmediateKind::LabelTable) {
    for (std::size_t i = 0; i <= instruction.b; ++i) {
      add_label(expression.pool[instruction.a + i], depth);
    }
    return;
  }
  if (immediate == ImmediateKind::CastBranch) {
    add_label(instruction.a, depth);
    add_value(instruction.b);
    return add_value(instruction.value);
  }
  add_block_type(instruction);
  if (immediate == ImmediateKind::TryTable) add_catches(expression, instruction, depth);
}

// Memory 0 goes without saying.
void Printer::add_memory(const Instruction& instruction) {
  const ImmediateKind immediate = info(instruction.opcode).immediate;
  const auto [opcode, offset, a, b, value] = instruction;
  if (immediate == ImmediateKind::DataMemory) {
    if (b != 0) add_named(ImmediateKind::Memory, b);
    return add_named(ImmediateKind::Data, a);
  }
  if (immediate == ImmediateKind::MemoryMemory) {
    if (a != 0 || b != 0) add_two(ImmediateKind::Memory, a, ImmediateKind::Memory, b);
    return;
  }
  if (a != 0) add_named(ImmediateKind::Memory, a);
  if (immediate == ImmediateKind::MemArg) return add_alignment(instruction, b);
  if (immediate == ImmediateKind::Memory) return;
  add_alignment(instruction, b & 0xff);
  add(" {}", b >> 8);
}

// An encoded ValueType.
void Printer::add_value(std::uint64_t bits) {
  add(" {}", to_string(engine::decode_value_type(static_cast<std::uint32_t>(bits))));
}

// A heap type: what a reference refers to.
void Printer::add_heap(std::uint32_t bits) {
  const engine::ValueType type = engine::decode_value_type(bits);
  if (type.is_defined_ref()) return add(" {}", type.index);
  add(" {}", keyword_of(type.heap));
}

void Printer::add_number(ImmediateKind kind, std::uint64_t value) {
  if (kind == ImmediateKind::I32) return add(" {}", static_cast<std::int32_t>(value));
  if (kind == ImmediateKind::I64) return add(" {}", static_cast<std::int64_t>(value));
  if (kind == ImmediateKind::F64) return add(" {}", f64_literal(value));
  add(" {}", f32_literal(static_cast<std::uint32_t>(value)));
}

// Two indices, in the order of the text.
void Printer::add_two(ImmediateKind first_kind, std::uint32_t first, ImmediateKind second_kind,
                      std::uint32_t second) {
  add_named(first_kind, first);
  add_named(second_kind, second);
}

void Printer::add_immediates(const Expression& expression, const Instruction& instruction,
                             std::size_t depth) {
  const auto [opcode, offset, a, b, value] = instruction;
  const ImmediateKind immediate = info(opcode).immediate;
  switch (immediate) {
    case ImmediateKind::None:
    case ImmediateKind::ZeroByte:
      return;
    case ImmediateKind::Function:
    case ImmediateKind::Local:
    case ImmediateKind::Global:
    case ImmediateKind::Table:
    case ImmediateKind::Element:
    case ImmediateKind::Data:
    case ImmediateKind::Tag:
    case ImmediateKind::Type:
      return add_named(immediate, a);
    case ImmediateKind::I32:
    case ImmediateKind::I64:
    case ImmediateKind::F32:
    case ImmediateKind::F64:
      return add_number(immediate, value);
    case ImmediateKind::Label:
    case ImmediateKind::LabelTable:
    case ImmediateKind::CastBranch:
    case ImmediateKind::BlockType:
    case ImmediateKind::TryTable:
      return add_control(expression, instruction, depth);
    case ImmediateKind::Memory:
    case ImmediateKind::DataMemory:
    case ImmediateKind::MemoryMemory:
    case ImmediateKind::MemArg:
    case ImmediateKind::MemArgLane:
      return add_memory(instruction);
    case ImmediateKind::ElementTable:
      return add_two(ImmediateKind::Table, b, ImmediateKind::Element, a);
    case ImmediateKind::TableTable:
      return add_two(ImmediateKind::Table, a, ImmediateKind::Table, b);
    case ImmediateKind::TypeData:
      return add_two(ImmediateKind::Type, a, ImmediateKind::Data, b);
    case ImmediateKind::TypeElement:
      return add_two(ImmediateKind::Type, a, ImmediateKind::Element, b);
    case ImmediateKind::TypeType:
      return add_two(ImmediateKind::Type, a, ImmediateKind::Type, b);
    case ImmediateKind::TypeField:
      return add_field(a, b);
    case ImmediateKind::TypeCount:
      add_named(ImmediateKind::Type, a);
      return add(" {}", b);
    case ImmediateKind::TypeTable:
      if (b != 0) add_named(ImmediateKind::Table, b);
      text_ += " (type";
      add_named(ImmediateKind::Type, a);
      text_ += ')';
      return;
    case ImmediateKind::SelectTypes:
      text_ += " (result";
      for (std::size_t i = 0; i < b; ++i) add_value(expression.pool[a + i]);
      text_ += ')';
      return;
    case ImmediateKind::HeapType:
      return add_heap(b);
    case ImmediateKind::RefType:
      return add_value(b);
    case ImmediateKind::Lane:
      return add(" {}", b);
    case ImmediateKind::V128:
    case ImmediateKind::Shuffle:
      return add_vector(instruction);
  }
}

}  // namespace heddle::wast
