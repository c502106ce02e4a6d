// Spec: binary/modules, binary/types.
#include "engine/binary/encode.hpp"

#include <algorithm>

#include "engine/binary/encode_code.hpp"
#include "engine/binary/writer.hpp"

namespace heddle::engine {
namespace {

void encode_limits(Writer& out, const Limits& limits, bool is_shared) {
  out.u8(static_cast<std::uint8_t>((limits.max ? 1 : 0) | (is_shared ? 2 : 0)));
  out.u(limits.min);
  if (limits.max) out.u(*limits.max);
}

void encode_table_type(Writer& out, const TableType& type) {
  encode_value_type(out, type.element);
  encode_limits(out, type.limits, false);
}

void encode_memory_type(Writer& out, const MemoryType& type) {
  encode_limits(out, type.limits, type.shared);
}

void encode_global_type(Writer& out, const GlobalType& type) {
  encode_value_type(out, type.type);
  out.u8(type.is_mutable ? 1 : 0);
}

void encode_function_type(Writer& out, const FunctionType& type) {
  const auto encode_element = [&](ValueType element) { encode_value_type(out, element); };
  out.u8(0x60);
  out.vec(type.parameters, encode_element);
  out.vec(type.results, encode_element);
}

void encode_import(Writer& out, const Import& import) {
  out.name(import.module);
  out.name(import.name);
  out.u8(static_cast<std::uint8_t>(import.type.index()));  // the order of ExternKind
  if (const auto* function = std::get_if<FunctionImport>(&import.type)) out.u(function->type);
  if (const auto* table = std::get_if<TableType>(&import.type)) encode_table_type(out, *table);
  if (const auto* memory = std::get_if<MemoryType>(&import.type)) encode_memory_type(out, *memory);
  if (const auto* global = std::get_if<GlobalType>(&import.type)) encode_global_type(out, *global);
}

// The function of `ref.func x end`, the only item that the short form can say.
const Instruction* plain_function(const Expression& item) {
  const bool is_plain = item.code.size() == 2 && item.code[0].opcode == Opcode::RefFunc &&
                        item.code[1].opcode == Opcode::End;
  return is_plain ? item.code.data() : nullptr;
}

// Bit 0: not active. Bit 1: declarative, or an explicit table. Bit 2: expressions, not indices.
void encode_element(Writer& out, const ElementSegment& segment) {
  const bool is_active = segment.mode == SegmentMode::Active;
  const bool has_expressions =
      segment.type != kFuncRef || !std::ranges::all_of(segment.items, plain_function);
  const bool second_bit = is_active ? segment.table != 0 || segment.type != kFuncRef
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
      return immediate == ImmediateKind::Data || immediate == ImmediateKind::DataMemory;
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

// Names come before the other custom sections, and are written even if empty when one of those is
// called "name" too: decode takes names from the first such section and keeps the others.
void encode_names(Writer& out, const Module& module) {
  const bool has_other = std::ranges::any_of(
      module.customs, [](const CustomSection& custom) { return custom.name == "name"; });
  if (module.name.empty() && module.names.functions.empty() && !has_other) return;
  encode_section(out, 0, [&](Writer& section) {
    section.name("name");
    if (!module.name.empty()) {
      section.u8(0);
      section.sized([&](Writer& names) { names.name(module.name); });
    }
    if (!module.names.functions.empty()) {
      section.u8(1);
      section.sized([&](Writer& names) {
        names.vec(module.names.functions, [&](const auto& entry) {
          names.u(entry.first);
          names.name(entry.second);
        });
      });
    }
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
  encode_list(out, 1, module.types, [](Writer& section, const SubType& type) {
    if (const FunctionType* function = type.function()) encode_function_type(section, *function);
  });
  encode_list(out, 2, module.imports, encode_import);
  encode_list(out, 3, module.functions,
              [](Writer& section, const Function& function) { section.u(function.type); });
  encode_list(out, 4, module.tables,
              [](Writer& section, const Table& table) { encode_table_type(section, table.type); });
  encode_list(out, 5, module.memories, [](Writer& section, const Memory& memory) {
    encode_memory_type(section, memory.type);
  });
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
  encode_names(out, module);
  for (const CustomSection& custom : module.customs) encode_custom(out, custom);
  return out.take();
}

}  // namespace heddle::engine
