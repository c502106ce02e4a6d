#include "engine/runtime/matching.hpp"

#include <fmt/format.h>

#include <type_traits>

namespace heddle::engine {
namespace {

// A reference that may not be null can stand where one may be.
bool matches(ValueType found, ValueType expected) {
  if (found.is_ref() && expected.is_ref() && expected.nullable) found.nullable = true;
  return found == expected;
}

bool matches(const Limits& found, const Limits& expected) {
  if (found.min < expected.min) return false;
  return !expected.max || (found.max && *found.max <= *expected.max);
}

Limits current(Limits limits, std::uint64_t size) {
  limits.min = size;
  return limits;
}

bool matches(const GlobalType& found, const GlobalType& expected) {
  if (found.is_mutable != expected.is_mutable) return false;
  return found.is_mutable ? found.type == expected.type : matches(found.type, expected.type);
}

std::string describe(const Limits& limits) {
  return limits.max ? fmt::format("{} {}", limits.min, *limits.max) : fmt::to_string(limits.min);
}

std::string describe(const TableType& type) {
  return fmt::format("table {} {}", describe(type.limits), to_string(type.element));
}

std::string describe(const MemoryType& type) {
  return fmt::format("memory {}{}", describe(type.limits), type.shared ? " shared" : "");
}

std::string describe(const GlobalType& type) {
  return fmt::format("global {}{}", type.is_mutable ? "mut " : "", to_string(type.type));
}

std::string describe(const FunctionType& type) { return "function " + to_string(type); }

TableType current_type(const TableInstance& table) {
  return {.element = table.type.element,
          .limits = current(table.type.limits, table.elements.size())};
}

MemoryType current_type(const MemoryInstance& memory) {
  return {.limits = current(memory.type().limits, memory.pages()), .shared = memory.shared()};
}

}  // namespace

bool matches(const ExternValue& found, const Import& import, const Module& module) {
  if (static_cast<std::size_t>(found.kind) != import.type.index()) return false;
  switch (found.kind) {
    case ExternKind::Function:
      return *found.function->type ==
             module.function_type(std::get<FunctionImport>(import.type).type);
    case ExternKind::Table: {
      const auto& expected = std::get<TableType>(import.type);
      const TableType type = current_type(*found.table);
      return type.element == expected.element && matches(type.limits, expected.limits);
    }
    case ExternKind::Memory: {
      const auto& expected = std::get<MemoryType>(import.type);
      const MemoryType type = current_type(*found.memory);
      return type.shared == expected.shared && matches(type.limits, expected.limits);
    }
    case ExternKind::Global:
      return matches(found.global->type, std::get<GlobalType>(import.type));
    case ExternKind::Tag:
      return *found.tag->type == module.function_type(std::get<TagType>(import.type).type);
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
