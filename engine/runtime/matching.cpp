#include "engine/runtime/matching.hpp"

#include <fmt/format.h>

#include <type_traits>

namespace heddle::engine {
namespace {

bool matches(const Limits& found, const Limits& expected) {
  if (found.min < expected.min) return false;
  return !expected.max || (found.max && *found.max <= *expected.max);
}

Limits current(Limits limits, std::uint64_t size) {
  limits.min = size;
  return limits;
}

bool matches(const GlobalType& found, const GlobalType& expected, const TypeTable& types) {
  if (found.is_mutable != expected.is_mutable) return false;
  return found.is_mutable ? found.type == expected.type : types.matches(found.type, expected.type);
}

std::string describe(const Limits& limits) {
  return limits.max ? fmt::format("{} {}", limits.min, *limits.max) : fmt::to_string(limits.min);
}

std::string_view describe(AddressType type) { return type == AddressType::I64 ? "i64 " : ""; }

std::string describe(const TableType& type) {
  return fmt::format("table {}{} {}", describe(type.address), describe(type.limits),
                     to_string(type.element));
}

std::string describe(const MemoryType& type) {
  const std::string page_size =
      type.page_bytes_log2 == kPageBytesLog2
          ? ""
          : fmt::format(" (pagesize {})", std::uint64_t{1} << type.page_bytes_log2);
  return fmt::format("memory {}{}{}{}", describe(type.address), describe(type.limits),
                     type.shared ? " shared" : "", page_size);
}

std::string describe(const GlobalType& type) {
  return fmt::format("global {}{}", type.is_mutable ? "mut " : "", to_string(type.type));
}

std::string describe(const FunctionType& type) { return "function " + to_string(type); }

TableType current_type(const TableInstance& table) {
  TableType type = table.type;
  type.limits = current(type.limits, table.elements.size());
  return type;
}

MemoryType current_type(const MemoryInstance& memory) {
  MemoryType type = memory.type();
  type.limits = current(type.limits, memory.pages());
  return type;
}

}  // namespace

bool matches(const ExternValue& found, const Import& import, const ImportTypes& importer) {
  if (static_cast<std::size_t>(found.kind) != import.type.index()) return false;
  switch (found.kind) {
    case ExternKind::Function:
      return importer.types.is_subtype(found.function->type_id,
                                       importer.ids[std::get<FunctionImport>(import.type).type]);
    case ExternKind::Table: {
      const auto& expected = std::get<TableType>(import.type);
      const TableType type = current_type(*found.table);
      return type.element == with_id(expected.element, importer.ids) &&
             type.address == expected.address && matches(type.limits, expected.limits);
    }
    case ExternKind::Memory: {
      const auto& expected = std::get<MemoryType>(import.type);
      const MemoryType type = current_type(*found.memory);
      return type.shared == expected.shared && type.address == expected.address &&
             type.page_bytes_log2 == expected.page_bytes_log2 &&
             matches(type.limits, expected.limits);
    }
    case ExternKind::Global: {
      GlobalType expected = std::get<GlobalType>(import.type);
      expected.type = with_id(expected.type, importer.ids);
      return matches(found.global->type, expected, importer.types);
    }
    case ExternKind::Tag:
      return found.tag->type_id == importer.ids[std::get<TagType>(import.type).type];
  }
  return false;
}

std::string describe(const Import& import, const Module& module) {
  return std::visit(
      [&](const auto& type) {
        if constexpr (std::is_same_v<std::decay_t<decltype(type)>, FunctionImport>) {
          return describe(module.function_type(type.type));
        } else if constexpr (std::is_same_v<std::decay_t<decltype(type)>, TagType>) {
          return "tag " + to_string(module.function_type(type.type));
        } else {
          return describe(type);
        }
      },
      import.type);
}

std::string describe(const ExternValue& value) {
  switch (value.kind) {
    case ExternKind::Function:
      return describe(*value.function->type);
    case ExternKind::Table:
      return describe(current_type(*value.table));
    case ExternKind::Memory:
      return describe(current_type(*value.memory));
    case ExternKind::Global:
      return describe(value.global->type);
    case ExternKind::Tag:
      return "tag " + to_string(*value.tag->type);
  }
  return "?";
}

}  // namespace heddle::engine
