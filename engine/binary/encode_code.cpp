// Spec: binary/instructions.
#include "engine/binary/encode_code.hpp"

#include <algorithm>

#include "engine/binary/type_codes.hpp"

namespace heddle::engine {
namespace {

void encode_block_type(Writer& out, const Instruction& instruction) {
  if (instruction.a == kBlockEmpty) {
    out.u8(0x40);
  } else if (instruction.a == kBlockValue) {
    encode_value_type(out, decode_value_type(instruction.b));
  } else {
    out.s(instruction.a);  // 33 bits, never negative
  }
}

void encode_memory_argument(Writer& out, const Instruction& instruction) {
  constexpr std::uint32_t kHasMemory = 0x40;
  if (instruction.a == 0) {
    out.u(align_log2_of(instruction));
  } else {
    out.u(align_log2_of(instruction) | kHasMemory);
    out.u(instruction.a);
  }
  out.u(instruction.value);
}

void encode_catches(Writer& out, const Instruction& instruction, const Expression& expression) {
  const std::uint32_t count = catch_count(instruction);
  out.u(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    const CatchClause clause = catch_clause(expression, instruction, i);
    out.u8(static_cast<std::uint8_t>(clause.kind));
    if (has_tag(clause.kind)) out.u(clause.tag);
    out.u(clause.label);
  }
}

void encode_cast_branch(Writer& out, const Instruction& instruction) {
  const ValueType from = decode_value_type(instruction.b);
  const ValueType to = decode_value_type(static_cast<std::uint32_t>(instruction.value));
  out.u8(static_cast<std::uint8_t>((from.nullable ? 1 : 0) | (to.nullable ? 2 : 0)));
  out.u(instruction.a);
  encode_heap_type(out, from);
  encode_heap_type(out, to);
}

void encode_label_table(Writer& out, const Instruction& instruction,
                        const std::vector<std::uint32_t>& pool) {
  out.u(instruction.b);
  for (std::uint32_t i = 0; i <= instruction.b; ++i) out.u(pool.at(instruction.a + i));
}

void encode_select_types(Writer& out, const Instruction& instruction,
                         const std::vector<std::uint32_t>& pool) {
  out.u(instruction.b);
  for (std::uint32_t i = 0; i < instruction.b; ++i) {
    encode_value_type(out, decode_value_type(pool.at(instruction.a + i)));
  }
}

void encode_immediates(Writer& out, const Instruction& instruction, const Expression& expression) {
  const std::vector<std::uint32_t>& pool = expression.pool;
  switch (info(instruction.opcode).immediate) {
    case ImmediateKind::None:
      return;
    case ImmediateKind::BlockType:
      return encode_block_type(out, instruction);
    case ImmediateKind::LabelTable:
      return encode_label_table(out, instruction, pool);
    case ImmediateKind::SelectTypes:
      return encode_select_types(out, instruction, pool);
    case ImmediateKind::MemArg:
      return encode_memory_argument(out, instruction);
    case ImmediateKind::Label:
    case ImmediateKind::Function:
    case ImmediateKind::Local:
    case ImmediateKind::Global:
    case ImmediateKind::Table:
    case ImmediateKind::Element:
    case ImmediateKind::Data:
    case ImmediateKind::Memory:
    case ImmediateKind::Tag:
    case ImmediateKind::Type:
      return out.u(instruction.a);
    case ImmediateKind::TypeTable:
    case ImmediateKind::ElementTable:
    case ImmediateKind::TableTable:
    case ImmediateKind::DataMemory:
    case ImmediateKind::MemoryMemory:
    case ImmediateKind::TypeField:
    case ImmediateKind::TypeCount:
    case ImmediateKind::TypeData:
    case ImmediateKind::TypeElement:
    case ImmediateKind::TypeType:
      out.u(instruction.a);
      out.u(instruction.b);
      return;
    case ImmediateKind::I32:
      return out.s(static_cast<std::int32_t>(static_cast<std::uint32_t>(instruction.value)));
    case ImmediateKind::I64:
      return out.s(static_cast<std::int64_t>(instruction.value));
    case ImmediateKind::F32:
      return out.fixed32(static_cast<std::uint32_t>(instruction.value));
    case ImmediateKind::F64:
      return out.fixed64(instruction.value);
    case ImmediateKind::TryTable:
      encode_block_type(out, instruction);
      return encode_catches(out, instruction, expression);
    case ImmediateKind::CastBranch:
      return encode_cast_branch(out, instruction);
    case ImmediateKind::MemArgLane:
      encode_memory_argument(out, instruction);
      return out.u8(static_cast<std::uint8_t>(lane_of(instruction)));
    case ImmediateKind::Lane:
      return out.u8(static_cast<std::uint8_t>(instruction.b));
    case ImmediateKind::V128:
    case ImmediateKind::Shuffle:
      out.fixed64(vector_immediate(instruction).low);
      return out.fixed64(vector_immediate(instruction).high);
    case ImmediateKind::HeapType:
    case ImmediateKind::RefType:
      return encode_heap_type(out, decode_value_type(instruction.b));
    case ImmediateKind::ZeroByte:
      return out.u8(0);
  }
}

}  // namespace

void encode_heap_type(Writer& out, ValueType type) {
  if (type.heap == HeapKind::Defined) return out.s(type.index);
  const auto* const code = std::ranges::find(kHeapCodes, type.heap, &HeapCode::first);
  if (code != kHeapCodes.end()) out.u8(code->second);
}

void encode_value_type(Writer& out, ValueType type) {
  switch (type.kind) {
    case TypeKind::I32:
      return out.u8(0x7f);
    case TypeKind::I64:
      return out.u8(0x7e);
    case TypeKind::F32:
      return out.u8(0x7d);
    case TypeKind::F64:
      return out.u8(0x7c);
    case TypeKind::V128:
      return out.u8(0x7b);
    case TypeKind::Ref:
      if (!type.nullable || type.heap == HeapKind::Defined) out.u8(type.nullable ? 0x63 : 0x64);
      return encode_heap_type(out, type);
    case TypeKind::I8:
      return out.u8(0x78);
    case TypeKind::I16:
      return out.u8(0x77);
    case TypeKind::Bottom:
      return out.u8(0x7f);  // never in a module
  }
}

void encode_expression(Writer& out, const Expression& expression) {
  for (const Instruction& instruction : expression.code) {
    const OpcodeInfo& row = info(instruction.opcode);
    if (row.prefix == 0) {
      out.u8(static_cast<std::uint8_t>(row.code));
    } else {
      out.u8(row.prefix);
      out.u(row.code);
    }
    encode_immediates(out, instruction, expression);
  }
}

}  // namespace heddle::engine
