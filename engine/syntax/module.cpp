#include "engine/syntax/module.hpp"

#include "core/check.hpp"

namespace heddle::engine {
namespace {

// The type of the `index`-th import of one kind.
template <typename Type>
const Type& imported_type(const std::vector<Import>& imports, std::uint32_t index) {
  for (const Import& import : imports) {
    if (const auto* type = std::get_if<Type>(&import.type)) {
      if (index == 0) return *type;
      --index;
    }
  }
  core::check_failed("import index in range", __FILE__, __LINE__);
}

std::uint32_t size32(const auto& list) { return static_cast<std::uint32_t>(list.size()); }

}  // namespace

std::uint32_t Module::imported(ExternKind kind) const {
  std::uint32_t count = 0;
  for (const Import& import : imports) {
    if (import.type.index() == static_cast<std::size_t>(kind)) ++count;
  }
  return count;
}

std::uint32_t Module::add_type(SubType type) {
  const std::uint32_t index = size32(types);
  types.push_back(std::move(type));
  groups.push_back({.begin = index, .count = 1});
  return index;
}

std::uint32_t Module::function_count() const {
  return imported(ExternKind::Function) + size32(functions);
}
std::uint32_t Module::table_count() const { return imported(ExternKind::Table) + size32(tables); }
std::uint32_t Module::memory_count() const {
  return imported(ExternKind::Memory) + size32(memories);
}
std::uint32_t Module::tag_count() const { return imported(ExternKind::Tag) + size32(tags); }
std::uint32_t Module::global_count() const {
  return imported(ExternKind::Global) + size32(globals);
}

std::uint32_t Module::type_index_of_function(std::uint32_t function) const {
  const std::uint32_t first = imported(ExternKind::Function);
  if (function < first) return imported_type<FunctionImport>(imports, function).type;
  return functions.at(function - first).type;
}

const TableType& Module::table_type(std::uint32_t table) const {
  const std::uint32_t first = imported(ExternKind::Table);
  if (table < first) return imported_type<TableType>(imports, table);
  return tables.at(table - first).type;
}

const MemoryType& Module::memory_type(std::uint32_t memory) const {
  const std::uint32_t first = imported(ExternKind::Memory);
  if (memory < first) return imported_type<MemoryType>(imports, memory);
  return memories.at(memory - first).type;
}

const TagType& Module::tag_type(std::uint32_t tag) const {
  const std::uint32_t first = imported(ExternKind::Tag);
  if (tag < first) return imported_type<TagType>(imports, tag);
  return tags.at(tag - first).type;
}

const GlobalType& Module::global_type(std::uint32_t global) const {
  const std::uint32_t first = imported(ExternKind::Global);
  if (global < first) return imported_type<GlobalType>(imports, global);
  return globals.at(global - first).type;
}

core::Span Module::span_at(std::uint32_t offset) const {
  return source ? source->span_at(offset) : core::Span{};
}

}  // namespace heddle::engine
