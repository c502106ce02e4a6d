// What follows a mnemonic, by ImmediateKind. Spec: text/instructions.

#include <fmt/format.h>

#include <array>
#include <bit>
#include <optional>

#include "wast/expression_parser.hpp"
#include "wast/number.hpp"
#include "wast/vector_literal.hpp"

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
      HEDDLE_LET(const engine::ValueType type, parse_value_type(context_));
      pool.push_back(encode(type));
    }
  }
  instruction.b = static_cast<std::uint32_t>(pool.size()) - instruction.a;
  return {};
}

namespace {

constexpr std::string_view kOffset = "offset=";
constexpr std::string_view kAlign = "align=";

// The digits of `offset=8`.
std::optional<std::string_view> number_after(const Cursor& cursor, std::string_view prefix) {
  if (!cursor.at(TokenKind::Keyword) || !cursor.text().starts_with(prefix)) return std::nullopt;
  const std::string_view number = cursor.text().substr(prefix.size());
  if (classify_number(number) != NumberClass::Natural) return std::nullopt;
  return number;
}

}  // namespace

// `offset=N`? `align=N`?
core::Result<void> ExpressionParser::parse_alignment(Instruction& instruction) {
  instruction.b =
      static_cast<std::uint32_t>(std::countr_zero(info(instruction.opcode).access_bytes));
  if (const auto text = number_after(cursor_, kOffset)) {
    const auto offset = parse_natural(*text, context_.edition.size_max);
    if (!offset) return cursor_.error(std::string(context_.edition.size_error));
    instruction.value = *offset;
    cursor_.advance();
  }
  if (const auto text = number_after(cursor_, kAlign)) {
    const auto align = parse_natural(*text, context_.edition.size_max);
    if (!align) return cursor_.error(std::string(context_.edition.size_error));
    if (!std::has_single_bit(*align)) return cursor_.error("alignment must be a power of two");
    instruction.b = static_cast<std::uint32_t>(std::countr_zero(*align));
    cursor_.advance();
  }
  return {};
}

core::Result<std::uint32_t> ExpressionParser::parse_lane() {
  if (!cursor_.at(TokenKind::Natural)) return cursor_.unexpected();
  const auto lane = parse_natural(cursor_.text(), kLaneMax);
  if (!lane) return cursor_.error(std::string(context_.edition.lane_error));
  cursor_.advance();
  return static_cast<std::uint32_t>(*lane);
}

core::Result<void> ExpressionParser::parse_memory_argument(Instruction& instruction) {
  HEDDLE_LET(instruction.a, parse_memory());
  return parse_alignment(instruction);
}

// A single number is the lane's: `v128.load8_lane 1` is `v128.load8_lane 0 1`.
core::Result<void> ExpressionParser::parse_memory_argument_lane(Instruction& instruction) {
  const bool has_memory =
      cursor_.at(TokenKind::Id) ||
      (cursor_.at(TokenKind::Natural) &&
       (cursor_.kind_after() == TokenKind::Natural || cursor_.text_after().starts_with(kOffset) ||
        cursor_.text_after().starts_with(kAlign)));
  if (has_memory) {
    HEDDLE_LET(instruction.a, parse_memory());
  }
  HEDDLE_TRY(parse_alignment(instruction));
  HEDDLE_LET(const std::uint32_t lane, parse_lane());
  instruction.b |= lane << 8;
  return {};
}

core::Result<void> ExpressionParser::parse_shuffle(Instruction& instruction) {
  constexpr std::size_t kLanes = 16;
  const std::uint32_t offset = cursor_.offset();
  std::array<std::string_view, kLanes> lanes;
  std::size_t count = 0;
  for (; at_number(cursor_); cursor_.advance()) {
    if (count < kLanes) lanes.at(count) = cursor_.text();
    ++count;
  }
  if (cursor_.at_unknown()) return cursor_.unexpected();
  if (count != kLanes) return cursor_.error("invalid lane length", offset);
  engine::VectorImmediate vector;
  for (std::size_t i = 0; i < kLanes; ++i) {
    const auto lane = parse_natural(lanes.at(i), kLaneMax);
    if (!lane) return cursor_.error(std::string(context_.edition.lane_error), offset);
    (i < 8 ? vector.low : vector.high) |= *lane << (i % 8 * 8);
  }
  set_vector_immediate(instruction, vector);
  return {};
}

core::Result<void> ExpressionParser::parse_vector_immediate(Instruction& instruction,
                                                            ImmediateKind kind) {
  if (kind == ImmediateKind::Shuffle) return parse_shuffle(instruction);
  if (kind == ImmediateKind::Lane) {
    HEDDLE_LET(instruction.b, parse_lane());
    return {};
  }
  HEDDLE_LET(const VectorLiteral vector, parse_vector(cursor_));
  set_vector_immediate(instruction, vector.bits);
  return {};
}

// A field by number, or by a name that its type has given it.
core::Result<std::uint32_t> ExpressionParser::parse_field(std::uint32_t type) {
  static const IndexSpace kNone;
  const auto found = context_.fields.find(type);
  return parse_index(cursor_, found == context_.fields.end() ? kNone : found->second, "field");
}

// A type's index and what belongs to the type.
core::Result<void> ExpressionParser::parse_type_and(Instruction& instruction) {
  HEDDLE_LET(instruction.a, parse_named(ImmediateKind::Type));
  const auto second = [&]() -> core::Result<std::uint32_t> {
    const ImmediateKind kind = info(instruction.opcode).immediate;
    if (kind == ImmediateKind::TypeField) return parse_field(instruction.a);
    if (kind == ImmediateKind::TypeCount) return cursor_.expect_u32();
    if (kind == ImmediateKind::TypeData) return parse_named(ImmediateKind::Data);
    if (kind == ImmediateKind::TypeElement) return parse_named(ImmediateKind::Element);
    return parse_named(ImmediateKind::Type);
  };
  HEDDLE_LET(instruction.b, second());
  return {};
}

// Of two opcodes with one mnemonic, the second is for types with null.
core::Result<void> ExpressionParser::parse_reference(Instruction& instruction) {
  HEDDLE_LET(const engine::ValueType type, parse_reference_type(context_));
  instruction.b = encode(type);
  if (type.nullable) {
    instruction.opcode = static_cast<Opcode>(static_cast<std::uint16_t>(instruction.opcode) + 1);
  }
  return {};
}

core::Result<void> ExpressionParser::parse_cast_branch(Instruction& instruction) {
  HEDDLE_LET(instruction.a, parse_label());
  HEDDLE_LET(const engine::ValueType operand, parse_reference_type(context_));
  HEDDLE_LET(const engine::ValueType target, parse_reference_type(context_));
  instruction.b = encode(operand);
  instruction.value = encode(target);
  return {};
}

// After "(catch" and the like. The label is not inside of the block yet.
core::Result<void> ExpressionParser::parse_catch(engine::CatchKind kind) {
  std::uint32_t tag = 0;
  if (has_tag(kind)) {
    HEDDLE_LET(tag, parse_named(ImmediateKind::Tag));
  }
  HEDDLE_LET(const std::uint32_t label, parse_label());
  auto& pool = expression_.pool;
  pool.insert(pool.end(), {static_cast<std::uint32_t>(kind), tag, label});
  return cursor_.expect(TokenKind::Close);
}

core::Result<void> ExpressionParser::parse_try_table(Instruction& instruction) {
  HEDDLE_TRY(parse_block_type(instruction));
  const std::uint64_t start = expression_.pool.size();
  while (true) {
    if (cursor_.take_open("catch")) {
      HEDDLE_TRY(parse_catch(engine::CatchKind::Catch));
    } else if (cursor_.take_open("catch_ref")) {
      HEDDLE_TRY(parse_catch(engine::CatchKind::CatchRef));
    } else if (cursor_.take_open("catch_all")) {
      HEDDLE_TRY(parse_catch(engine::CatchKind::CatchAll));
    } else if (cursor_.take_open("catch_all_ref")) {
      HEDDLE_TRY(parse_catch(engine::CatchKind::CatchAllRef));
    } else {
      break;
    }
  }
  const std::uint64_t count = (expression_.pool.size() - start) / engine::kCatchWords;
  instruction.value = start | count << 32;
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
core::Result<void> ExpressionParser::parse_pair(Instruction& instruction, ImmediateKind kind) {
  if (!cursor_.at_index()) return {};
  HEDDLE_LET(instruction.a, parse_named(kind));
  if (!cursor_.at_index()) return cursor_.unexpected();
  HEDDLE_LET(instruction.b, parse_named(kind));
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
  HEDDLE_LET(const engine::ValueType type, parse_heap_type(context_));
  instruction.b = encode(type);
  return {};
}

// An index of what the kind says.
core::Result<std::uint32_t> ExpressionParser::parse_named(ImmediateKind kind) {
  if (kind == ImmediateKind::Local) return parse_index(cursor_, locals_, "local");
  if (kind == ImmediateKind::Function) return parse_index(cursor_, context_.functions, "function");
  if (kind == ImmediateKind::Global) return parse_index(cursor_, context_.globals, "global");
  if (kind == ImmediateKind::Label) return parse_label();
  if (kind == ImmediateKind::Table) return parse_table();
  if (kind == ImmediateKind::Memory) return parse_memory();
  if (kind == ImmediateKind::Tag) return parse_index(cursor_, context_.tags, "tag");
  if (kind == ImmediateKind::Element) {
    return parse_index(cursor_, context_.elements, "elem segment");
  }
  if (kind == ImmediateKind::Data) return parse_index(cursor_, context_.datas, "data segment");
  return parse_index(cursor_, context_.types, "type");
}

// A segment in `a`, and in `b` the table or memory before it, if there is one.
core::Result<void> ExpressionParser::parse_segment_and(Instruction& instruction,
                                                       ImmediateKind segment,
                                                       ImmediateKind target) {
  if (at_two_indices()) {
    HEDDLE_LET(instruction.b, parse_named(target));
  }
  HEDDLE_LET(instruction.a, parse_named(segment));
  return {};
}

core::Result<void> ExpressionParser::parse_immediates(Instruction& instruction) {
  const ImmediateKind kind = info(instruction.opcode).immediate;
  switch (kind) {
    case ImmediateKind::None:
      return info(instruction.opcode).shape == Shape::Select ? parse_select(instruction)
                                                             : core::Result<void>();
    case ImmediateKind::ZeroByte:
      return {};
    case ImmediateKind::Local:
    case ImmediateKind::Function:
    case ImmediateKind::Global:
    case ImmediateKind::Label:
    case ImmediateKind::Table:
    case ImmediateKind::Memory:
    case ImmediateKind::Element:
    case ImmediateKind::Data:
    case ImmediateKind::Tag:
    case ImmediateKind::Type: {
      HEDDLE_LET(instruction.a, parse_named(kind));
      return {};
    }
    case ImmediateKind::I32:
    case ImmediateKind::I64:
    case ImmediateKind::F32:
    case ImmediateKind::F64:
      return parse_number(instruction, kind);
    case ImmediateKind::SelectTypes:
      return parse_select(instruction);
    case ImmediateKind::BlockType:
      return parse_block_type(instruction);
    case ImmediateKind::TryTable:
      return parse_try_table(instruction);
    case ImmediateKind::LabelTable:
      return parse_label_table(instruction);
    case ImmediateKind::MemArg:
      return parse_memory_argument(instruction);
    case ImmediateKind::MemArgLane:
      return parse_memory_argument_lane(instruction);
    case ImmediateKind::TypeTable:
      return parse_call_indirect(instruction);
    case ImmediateKind::HeapType:
      return parse_heap(instruction);
    case ImmediateKind::RefType:
      return parse_reference(instruction);
    case ImmediateKind::CastBranch:
      return parse_cast_branch(instruction);
    case ImmediateKind::TypeField:
    case ImmediateKind::TypeCount:
    case ImmediateKind::TypeData:
    case ImmediateKind::TypeElement:
    case ImmediateKind::TypeType:
      return parse_type_and(instruction);
    case ImmediateKind::TableTable:
      return parse_pair(instruction, ImmediateKind::Table);
    case ImmediateKind::MemoryMemory:
      return parse_pair(instruction, ImmediateKind::Memory);
    case ImmediateKind::ElementTable:
      return parse_segment_and(instruction, ImmediateKind::Element, ImmediateKind::Table);
    case ImmediateKind::DataMemory:
      return parse_segment_and(instruction, ImmediateKind::Data, ImmediateKind::Memory);
    case ImmediateKind::Lane:
    case ImmediateKind::V128:
    case ImmediateKind::Shuffle:
      return parse_vector_immediate(instruction, kind);
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
