// Spec: binary/modules, binary/types.
#include "engine/binary/encode.hpp"

#include <algorithm>

#include "engine/binary/encode_code.hpp"
#include "engine/binary/encode_names.hpp"
#include "engine/binary/writer.hpp"

namespace heddle::engine {
namespace {

// Flags: 1 a maximum, 2 shared, 4 64-bit addresses, 8 a page size.
void encode_limits(Writer& out, const Limits& limits, AddressType address, unsigned more_flags) {
  out.u8(static_cast<std::uint8_t>((limits.max ? 1U : 0U) |
                                   (address == AddressType::I64 ? 4U : 0U) | more_flags));
  out.u(limits.min);
  if (limits.max) out.u(*limits.max);
}

void encode_table_type(Writer& out, const TableType& type) {
  encode_value_type(out, type.element);
  encode_limits(out, type.limits, type.address, 0);
}

void encode_memory_type(Writer& out, const MemoryType& type) {
  const bool has_page_size = type.page_bytes_log2 != kPageBytesLog2;
  encode_limits(out, type.limits, type.address,
                (type.shared ? 2U : 0U) | (has_page_size ? 8U : 0U));
  if (has_page_size) out.u(type.page_bytes_log2);
}

void encode_global_type(Writer& out, const GlobalType& type) {
  encode_value_type(out, type.type);
  out.u8(type.is_mutable ? 1 : 0);
}

void encode_tag_type(Writer& out, const TagType& type) {
  out.u8(0);  // the attribute: exceptions
  out.u(type.type);
}

void encode_field(Writer& out, const FieldType& field) {
  encode_value_type(out, field.type);
  out.u8(field.is_mutable ? 1 : 0);
}

void encode_type(Writer& out, const SubType& type) {
  if (!type.is_final || !type.supertypes.empty()) {
    out.u8(type.is_final ? 0x4f : 0x50);
    out.vec(type.supertypes, [&](std::uint32_t super) { out.u(super); });
  }
  if (const FunctionType* function = type.function()) {
    const auto encode_element = [&](ValueType element) { encode_value_type(out, element); };
    out.u8(0x60);
    out.vec(function->parameters, encode_element);
    out.vec(function->results, encode_element);
  } else if (const StructType* structure = type.structure()) {
    out.u8(0x5f);
    out.vec(structure->fields, [&](const FieldType& field) { encode_field(out, field); });
  } else {
    out.u8(0x5e);
    encode_field(out, type.array()->element);
  }
}

void encode_group(Writer& out, const Module& module, const RecursiveGroup& group) {
  if (group.count != 1) {
    out.u8(0x4e);
    out.u(group.count);
  }
  for (std::uint32_t i = 0; i < group.count; ++i) encode_type(out, module.types[group.begin + i]);
}

void encode_table(Writer& out, const Table& table) {
  if (table.init) {
    out.u8(0x40);
    out.u8(0);
  }
  encode_table_type(out, table.type);
  if (table.init) encode_expression(out, *table.init);
}

void encode_import(Writer& out, const Import& import) {
  out.name(import.module);
  out.name(import.name);
  out.u8(static_cast<std::uint8_t>(import.type.index()));  // the order of ExternKind
  if (const auto* function = std::get_if<FunctionImport>(&import.type)) out.u(function->type);
  if (const auto* table = std::get_if<TableType>(&import.type)) encode_table_type(out, *table);
  if (const auto* memory = std::get_if<MemoryType>(&import.type)) encode_memory_type(out, *memory);
  if (const auto* global = std::get_if<GlobalType>(&import.type)) encode_global_type(out, *global);
  if (const auto* tag = std::get_if<TagType>(&import.type)) encode_tag_type(out, *tag);
}

// The function of `ref.func x end`, the only item that the short form can say.
const Instruction* plain_function(const Expression& item) {
  const bool is_plain = item.code.size() == 2 && item.code[0].opcode == Opcode::RefFunc &&
                        item.code[1].opcode == Opcode::End;
  return is_plain ? item.code.data() : nullptr;
}

// Bit 0: not active. Bit 1: declarative, or an explicit table. Bit 2: expressions, not indices.
// Indices make references that are not null; without a type, expressions make those that may be.
void encode_element(Writer& out, const ElementSegment& segment) {
  const bool is_active = segment.mode == SegmentMode::Active;
  const bool has_expressions = segment.type != ref_type(HeapKind::Func, false) ||
                               !std::ranges::all_of(segment.items, plain_function);
  const bool has_implied_type = !has_expressions || segment.type == kFuncRef;
  const bool second_bit = is_active ? segment.table != 0 || !has_implied_type
                                    : segment.mode == SegmentMode::Declarative;
  out.u((is_active ? 0U : 1U) | (second_bit ? 2U : 0U) | (has_expressions ? 4U : 0U));
  if (is_active) {
    if (second_bit) out.u(segment.table);
    encode_expression(out, segment.start);
  }
  if (!is_active || second_bit) {
    if (has_expressions) {
      encode_value_type(out, segment.type);
    } else {
      out.u8(0);  // the kind: functions
    }
  }
  out.vec(segment.items, [&](const Expression& item) {
    if (has_expressions) {
      encode_expression(out, item);
    } else {
      out.u(plain_function(item)->a);
    }
  });
}

void encode_data(Writer& out, const DataSegment& segment) {
  if (segment.mode == SegmentMode::Active) {
    out.u(segment.memory == 0 ? 0 : 2);
    if (segment.memory != 0) out.u(segment.memory);
    encode_expression(out, segment.start);
  } else {
    out.u(1);
  }
  out.u(segment.bytes.size());
  for (const std::uint8_t byte : segment.bytes) out.u8(byte);
}

void encode_function(Writer& out, const Function& function) {
  out.sized([&](Writer& body) {
    body.vec(function.locals, [&](const LocalRun& run) {
      body.u(run.count);
      encode_value_type(body, run.type);
    });
    encode_expression(body, function.body);
  });
}

template <typename Write>
void encode_section(Writer& out, std::uint8_t id, Write write) {
  out.u8(id);
  out.sized(write);
}

// A section with one vector; left out if that is empty.
template <typename List, typename Encode>
void encode_list(Writer& out, std::uint8_t id, const List& list, Encode encode_one) {
  if (list.empty()) return;
  encode_section(out, id, [&](Writer& section) {
    section.vec(list, [&](const auto& element) { encode_one(section, element); });
  });
}

bool uses_data_segments(const Module& module) {
  return std::ranges::any_of(module.functions, [](const Function& function) {
    return std::ranges::any_of(function.body.code, [](const Instruction& instruction) {
      const ImmediateKind immediate = info(instruction.opcode).immediate;
      return immediate == ImmediateKind::Data || immediate == ImmediateKind::DataMemory ||
             immediate == ImmediateKind::TypeData;
    });
  });
}

// A module made from text has no data count; the binary needs one if code names a segment.
void encode_data_count(Writer& out, const Module& module) {
  if (!module.data_count && !uses_data_segments(module)) return;
  encode_section(out, 12, [&](Writer& section) {
    section.u(module.data_count.value_or(static_cast<std::uint32_t>(module.datas.size())));
  });
}

void encode_custom(Writer& out, const CustomSection& custom) {
  encode_section(out, 0, [&](Writer& section) {
    section.name(custom.name);
    for (const std::uint8_t byte : custom.bytes) section.u8(byte);
  });
}

}  // namespace

std::string encode(const Module& module) {
  Writer out;
  out.raw(std::string_view("\0asm\1\0\0\0", 8));
  encode_list(out, 1, module.groups, [&](Writer& section, const RecursiveGroup& group) {
    encode_group(section, module, group);
  });
  encode_list(out, 2, module.imports, encode_import);
  encode_list(out, 3, module.functions,
              [](Writer& section, const Function& function) { section.u(function.type); });
  encode_list(out, 4, module.tables, encode_table);
  encode_list(out, 5, module.memories, [](Writer& section, const Memory& memory) {
    encode_memory_type(section, memory.type);
  });
  encode_list(out, 13, module.tags,
              [](Writer& section, const Tag& tag) { encode_tag_type(section, tag.type); });
  encode_list(out, 6, module.globals, [](Writer& section, const Global& global) {
    encode_global_type(section, global.type);
    encode_expression(section, global.init);
  });
  encode_list(out, 7, module.exports, [](Writer& section, const Export& item) {
    section.name(item.name);
    section.u8(static_cast<std::uint8_t>(item.kind));
    section.u(item.index);
  });
  if (module.start) {
    encode_section(out, 8, [&](Writer& section) { section.u(*module.start); });
  }
  encode_list(out, 9, module.elements, encode_element);
  encode_data_count(out, module);
  encode_list(out, 10, module.functions, encode_function);
  encode_list(out, 11, module.datas, encode_data);
  if (needs_names(module)) {
    encode_section(out, 0, [&](Writer& section) { encode_names(section, module); });
  }
  for (const CustomSection& custom : module.customs) encode_custom(out, custom);
  return out.take();
}

}  // namespace heddle::engine
