// Element and data segments, with all their abbreviations. Spec: text/modules.

#include "wast/module_context.hpp"

namespace heddle::wast {
namespace {

using engine::ElementSegment;
using engine::Expression;
using engine::Instruction;
using engine::Opcode;
using engine::SegmentMode;

Expression constant(Opcode opcode, std::uint32_t operand, std::uint32_t offset) {
  const Instruction end{.opcode = Opcode::End, .offset = offset};
  return {.code = {{.opcode = opcode, .offset = offset, .a = operand}, end}, .pool = {}};
}

// `(offset instr*)` or one folded instruction.
core::Result<Expression> parse_offset(ModuleContext& context) {
  Cursor& cursor = context.cursor;
  if (!cursor.take_open("offset")) return parse_folded_constant(context);
  HEDDLE_LET(Expression start, parse_constant(context));
  HEDDLE_TRY(cursor.expect(TokenKind::Close));
  return start;
}

// `x*`: each is short for `(ref.func x)`.
core::Result<void> parse_functions(ModuleContext& context, ElementSegment& segment) {
  Cursor& cursor = context.cursor;
  while (cursor.at_index()) {
    const std::uint32_t offset = cursor.offset();
    HEDDLE_LET(const std::uint32_t function, parse_index(cursor, context.functions, "function"));
    segment.items.push_back(constant(Opcode::RefFunc, function, offset));
  }
  return {};
}

// `(item instr*)` or one folded instruction each.
core::Result<void> parse_items(ModuleContext& context, ElementSegment& segment) {
  Cursor& cursor = context.cursor;
  while (cursor.at(TokenKind::Open)) {
    if (cursor.take_open("item")) {
      HEDDLE_LET(Expression item, parse_constant(context));
      HEDDLE_TRY(cursor.expect(TokenKind::Close));
      segment.items.push_back(std::move(item));
    } else {
      HEDDLE_LET(Expression item, parse_folded_constant(context));
      segment.items.push_back(std::move(item));
    }
  }
  return {};
}

// The list after mode and offset. Without any keyword it is a list of functions, as in the first
// version of the specification.
core::Result<void> parse_list(ModuleContext& context, ElementSegment& segment) {
  Cursor& cursor = context.cursor;
  if (at_reference_type(cursor)) {
    HEDDLE_LET(segment.type, parse_reference_type(context));
    return parse_items(context, segment);
  }
  if (!cursor.take_keyword("func") && segment.mode != SegmentMode::Active) {
    return cursor.unexpected();
  }
  segment.type = engine::ref_type(engine::HeapKind::Func, false);
  return parse_functions(context, segment);
}

bool at_offset(Cursor& cursor) { return cursor.at(TokenKind::Open) && !cursor.at_open("ref"); }

// `(memory x)`, or `x` alone as in the first version: the target of an active segment.
core::Result<std::optional<std::uint32_t>> parse_target(Cursor& cursor, const IndexSpace& space,
                                                        std::string_view noun) {
  std::optional<std::uint32_t> target;
  if (cursor.take_open(noun)) {
    HEDDLE_LET(target, parse_index(cursor, space, noun));
    HEDDLE_TRY(cursor.expect(TokenKind::Close));
  } else if (cursor.at_index()) {
    HEDDLE_LET(target, parse_index(cursor, space, noun));
  }
  return target;
}

}  // namespace

core::Result<void> parse_elem(ModuleContext& context, std::uint32_t offset) {
  Cursor& cursor = context.cursor;
  ElementSegment segment;
  segment.offset = offset;
  if (cursor.take_keyword("declare")) {
    segment.mode = SegmentMode::Declarative;
  } else {
    HEDDLE_LET(const auto table, parse_target(cursor, context.tables, "table"));
    segment.table = table.value_or(0);
    if (table || at_offset(cursor)) {
      HEDDLE_LET(segment.start, parse_offset(context));
    } else {
      segment.mode = SegmentMode::Passive;
    }
  }
  HEDDLE_TRY(parse_list(context, segment));
  context.module.elements.push_back(std::move(segment));
  return {};
}

core::Result<void> parse_data(ModuleContext& context, std::uint32_t offset) {
  Cursor& cursor = context.cursor;
  engine::DataSegment segment;
  segment.offset = offset;
  HEDDLE_LET(const auto memory, parse_target(cursor, context.memories, "memory"));
  segment.memory = memory.value_or(0);
  if (memory || cursor.at(TokenKind::Open)) {
    HEDDLE_LET(segment.start, parse_offset(context));
  } else {
    segment.mode = SegmentMode::Passive;
  }
  HEDDLE_LET(const std::string bytes, cursor.take_strings());
  segment.bytes.assign(bytes.begin(), bytes.end());
  context.module.datas.push_back(std::move(segment));
  return {};
}

namespace {

// Where the segments of the abbreviations begin.
Expression zero(engine::AddressType address, std::uint32_t offset) {
  const bool is_32 = address == engine::AddressType::I32;
  return constant(is_32 ? Opcode::I32Const : Opcode::I64Const, 0, offset);
}

}  // namespace

core::Result<void> parse_inline_elem(ModuleContext& context, std::uint32_t index,
                                     const engine::TableType& type) {
  Cursor& cursor = context.cursor;
  ElementSegment segment;
  segment.offset = cursor.offset();
  segment.table = index;
  segment.type = type.element;
  segment.start = zero(type.address, cursor.offset());
  if (cursor.at_index()) {
    HEDDLE_TRY(parse_functions(context, segment));
  } else {
    HEDDLE_TRY(parse_items(context, segment));
  }
  context.module.elements.push_back(std::move(segment));
  return cursor.expect(TokenKind::Close);
}

core::Result<void> parse_inline_data(ModuleContext& context, std::uint32_t index,
                                     engine::AddressType address) {
  Cursor& cursor = context.cursor;
  engine::DataSegment segment;
  segment.offset = cursor.offset();
  segment.memory = index;
  segment.start = zero(address, cursor.offset());
  HEDDLE_LET(const std::string bytes, cursor.take_strings());
  segment.bytes.assign(bytes.begin(), bytes.end());
  context.module.datas.push_back(std::move(segment));
  return cursor.expect(TokenKind::Close);
}

}  // namespace heddle::wast
