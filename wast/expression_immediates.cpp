// What follows a mnemonic, by ImmediateKind. Spec: text/instructions.

#include <fmt/format.h>

#include <bit>
#include <limits>

#include "wast/expression_parser.hpp"
#include "wast/number.hpp"

namespace heddle::wast {

using engine::ImmediateKind;
using engine::Instruction;
using engine::Opcode;
using engine::Shape;

core::Result<std::uint32_t> ExpressionParser::parse_label() {
  if (!cursor_.at(TokenKind::Id)) return cursor_.expect_u32();
  const std::uint32_t offset = cursor_.offset();
  const std::string_view name = *cursor_.take_id();
  const auto found = labels_.find(name);
  if (found == labels_.end() || found->second.empty()) {
    return cursor_.error(fmt::format("unknown label ${}", name), offset);
  }
  return label_count_ - 1 - found->second.back();
}

// Indices of tables and memories may be left out, and are 0 then.
core::Result<std::uint32_t> ExpressionParser::parse_table() {
  if (!cursor_.at_index()) return 0;
  return parse_index(cursor_, context_.tables, "table");
}

core::Result<std::uint32_t> ExpressionParser::parse_memory() {
  if (!cursor_.at_index()) return 0;
  return parse_index(cursor_, context_.memories, "memory");
}

core::Result<void> ExpressionParser::parse_label_table(Instruction& instruction) {
  auto& pool = expression_.pool;
  instruction.a = static_cast<std::uint32_t>(pool.size());
  do {
    HEDDLE_LET(const std::uint32_t label, parse_label());
    pool.push_back(label);
  } while (cursor_.at_index());
  instruction.b = static_cast<std::uint32_t>(pool.size()) - instruction.a - 1;
  return {};
}

core::Result<void> ExpressionParser::parse_block_type(Instruction& instruction) {
  HEDDLE_LET(TypeUse use, parse_type_use(context_, nullptr));
  const engine::FunctionType& type = use.inline_type;
  if (use.index || !type.parameters.empty() || type.results.size() > 1) {
    HEDDLE_LET(instruction.a, resolve(context_, std::move(use)));
  } else if (type.results.empty()) {
    instruction.a = engine::kBlockEmpty;
  } else {
    instruction.a = engine::kBlockValue;
    instruction.b = encode(type.results.front());
  }
  return {};
}

// `select` with `(result ...)` is another instruction than without.
core::Result<void> ExpressionParser::parse_select(Instruction& instruction) {
  auto& pool = expression_.pool;
  if (!cursor_.at_open("result")) return {};
  instruction.opcode = Opcode::SelectTyped;
  instruction.a = static_cast<std::uint32_t>(pool.size());
  while (cursor_.take_open("result")) {
    while (!cursor_.take(TokenKind::Close)) {
      HEDDLE_LET(const engine::ValueType type, parse_value_type(cursor_));
      pool.push_back(encode(type));
    }
  }
  instruction.b = static_cast<std::uint32_t>(pool.size()) - instruction.a;
  return {};
}

core::Result<void> ExpressionParser::parse_memory_argument(Instruction& instruction) {
  constexpr std::string_view kOffset = "offset=";
  constexpr std::string_view kAlign = "align=";
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint32_t>::max();
  HEDDLE_LET(instruction.a, parse_memory());
  instruction.b =
      static_cast<std::uint32_t>(std::countr_zero(info(instruction.opcode).access_bytes));
  const auto at_natural = [&](std::string_view prefix) {
    return cursor_.at(TokenKind::Keyword) && cursor_.text().starts_with(prefix) &&
           classify_number(cursor_.text().substr(prefix.size())) == NumberClass::Natural;
  };
  if (at_natural(kOffset)) {
    const auto offset = parse_natural(cursor_.text().substr(kOffset.size()), kMax);
    if (!offset) return cursor_.error("i32 constant out of range");
    instruction.value = *offset;
    cursor_.advance();
  }
  if (at_natural(kAlign)) {
    const auto align = parse_natural(cursor_.text().substr(kAlign.size()), kMax);
    if (!align) return cursor_.error("i32 constant out of range");
    if (!std::has_single_bit(*align)) return cursor_.error("alignment must be a power of two");
    instruction.b = static_cast<std::uint32_t>(std::countr_zero(*align));
    cursor_.advance();
  }
  return {};
}

core::Result<void> ExpressionParser::parse_number(Instruction& instruction, ImmediateKind kind) {
  const bool is_integer = cursor_.at(TokenKind::Natural) || cursor_.at(TokenKind::Integer);
  const bool takes_float = kind == ImmediateKind::F32 || kind == ImmediateKind::F64;
  if (!is_integer && !(takes_float && cursor_.at(TokenKind::Float))) return cursor_.unexpected();
  const std::string_view text = cursor_.text();
  const auto value = kind == ImmediateKind::I32   ? parse_integer(text, 32)
                     : kind == ImmediateKind::I64 ? parse_integer(text, 64)
                     : kind == ImmediateKind::F32 ? parse_f32(text)
                                                  : parse_f64(text);
  if (!value) return cursor_.error(fmt::format("constant out of range {}", text.substr(0, 60)));
  instruction.value = *value;
  cursor_.advance();
  return {};
}

// Two tables or two memories: both or neither.
core::Result<void> ExpressionParser::parse_pair(Instruction& instruction, const IndexSpace& space,
                                                std::string_view noun) {
  if (!cursor_.at_index()) return {};
  HEDDLE_LET(instruction.a, parse_index(cursor_, space, noun));
  HEDDLE_LET(instruction.b, parse_index(cursor_, space, noun));
  return {};
}

// A single index is the segment's: `table.init $e` is `table.init 0 $e`.
bool ExpressionParser::at_two_indices() {
  if (!cursor_.at_index()) return false;
  const TokenKind after = cursor_.kind_after();
  return after == TokenKind::Natural || after == TokenKind::Id;
}

core::Result<void> ExpressionParser::parse_call_indirect(Instruction& instruction) {
  HEDDLE_LET(instruction.b, parse_table());
  HEDDLE_LET(TypeUse use, parse_type_use(context_, nullptr));
  HEDDLE_LET(instruction.a, resolve(context_, std::move(use)));
  return {};
}

core::Result<void> ExpressionParser::parse_heap(Instruction& instruction) {
  HEDDLE_LET(const engine::HeapKind heap, parse_heap_type(cursor_));
  instruction.b = encode(engine::ValueType{engine::TypeKind::Ref, heap, true});
  return {};
}

core::Result<void> ExpressionParser::parse_immediates(Instruction& instruction) {
  const auto store = [](std::uint32_t& member, core::Result<std::uint32_t> index) {
    if (index) member = *index;
    return index ? core::Result<void>()
                 : core::Result<void>(std::unexpected(std::move(index).error()));
  };
  const auto index_of = [&](const IndexSpace& space, std::string_view noun) {
    return store(instruction.a, parse_index(cursor_, space, noun));
  };
  const ImmediateKind kind = info(instruction.opcode).immediate;
  switch (kind) {
    case ImmediateKind::None:
      return info(instruction.opcode).shape == Shape::Select ? parse_select(instruction)
                                                             : core::Result<void>();
    case ImmediateKind::ZeroByte:
      return {};
    case ImmediateKind::SelectTypes:
      return parse_select(instruction);
    case ImmediateKind::BlockType:
      return parse_block_type(instruction);
    case ImmediateKind::LabelTable:
      return parse_label_table(instruction);
    case ImmediateKind::MemArg:
      return parse_memory_argument(instruction);
    case ImmediateKind::TypeTable:
      return parse_call_indirect(instruction);
    case ImmediateKind::HeapType:
      return parse_heap(instruction);
    case ImmediateKind::Label:
      return store(instruction.a, parse_label());
    case ImmediateKind::Table:
      return store(instruction.a, parse_table());
    case ImmediateKind::Memory:
      return store(instruction.a, parse_memory());
    case ImmediateKind::Function:
      return index_of(context_.functions, "function");
    case ImmediateKind::Local:
      return index_of(locals_, "local");
    case ImmediateKind::Global:
      return index_of(context_.globals, "global");
    case ImmediateKind::Element:
      return index_of(context_.elements, "elem segment");
    case ImmediateKind::Data:
      return index_of(context_.datas, "data segment");
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
      return cursor_.error("not supported yet");
    case ImmediateKind::TableTable:
      return parse_pair(instruction, context_.tables, "table");
    case ImmediateKind::MemoryMemory:
      return parse_pair(instruction, context_.memories, "memory");
    case ImmediateKind::ElementTable:
      if (at_two_indices()) HEDDLE_TRY(store(instruction.b, parse_table()));
      return index_of(context_.elements, "elem segment");
    case ImmediateKind::DataMemory:
      if (at_two_indices()) HEDDLE_TRY(store(instruction.b, parse_memory()));
      return index_of(context_.datas, "data segment");
    case ImmediateKind::I32:
    case ImmediateKind::I64:
    case ImmediateKind::F32:
    case ImmediateKind::F64:
      return parse_number(instruction, kind);
  }
  return {};
}

core::Result<Instruction> ExpressionParser::parse_instruction(Opcode opcode) {
  Instruction instruction{.opcode = opcode, .offset = cursor_.offset()};
  cursor_.advance();
  HEDDLE_TRY(parse_immediates(instruction));
  return instruction;
}

}  // namespace heddle::wast
