// What the parsers of a module's parts share: the tokens, the index spaces and the module so far.
//
// A module is read twice, because names may be used before they are bound: `scan_fields` binds
// every name and reads the types, `parse_fields` reads the rest. Nothing is kept per token.
//
// Invariant: before `parse_fields`, the index spaces are complete, but for the types that it
// appends for type uses without a `(type ...)`, in order of appearance. Spec: text/modules,
// "Abbreviations".
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "engine/syntax/module.hpp"
#include "wast/cursor.hpp"
#include "wast/index_space.hpp"

namespace heddle::wast {

struct TypeLess {
  bool operator()(const engine::FunctionType& left, const engine::FunctionType& right) const;
};

struct ModuleContext {
  explicit ModuleContext(Cursor& the_cursor) : cursor(the_cursor) {}

  Cursor& cursor;
  engine::Module module;
  IndexSpace types;
  IndexSpace functions;
  IndexSpace tables;
  IndexSpace memories;
  IndexSpace globals;
  IndexSpace elements;
  IndexSpace datas;
  // The smallest index of each function type.
  std::map<engine::FunctionType, std::uint32_t, TypeLess> type_indices;
};

// --- module_scan.cpp ---
[[nodiscard]] core::Result<void> scan_fields(ModuleContext& context);

// --- module_fields.cpp, module_segments.cpp ---
[[nodiscard]] core::Result<void> parse_fields(ModuleContext& context);
// After "(elem" and "(data".
[[nodiscard]] core::Result<void> parse_elem(ModuleContext& context, std::uint32_t offset);
[[nodiscard]] core::Result<void> parse_data(ModuleContext& context, std::uint32_t offset);
// The abbreviations in tables and memories: after "(elem" and "(data", up to after the ")".
[[nodiscard]] core::Result<void> parse_inline_elem(ModuleContext& context, std::uint32_t table,
                                                   engine::ValueType type);
[[nodiscard]] core::Result<void> parse_inline_data(ModuleContext& context, std::uint32_t memory);

// --- module_types.cpp ---
// `noun` as it stands in "unknown ...".
[[nodiscard]] core::Result<std::uint32_t> parse_index(Cursor& cursor, const IndexSpace& space,
                                                      std::string_view noun);
[[nodiscard]] bool at_reference_type(Cursor& cursor);
[[nodiscard]] core::Result<engine::ValueType> parse_value_type(Cursor& cursor);
[[nodiscard]] core::Result<engine::ValueType> parse_reference_type(Cursor& cursor);
[[nodiscard]] core::Result<engine::HeapKind> parse_heap_type(Cursor& cursor);
[[nodiscard]] core::Result<engine::Limits> parse_limits(Cursor& cursor);
[[nodiscard]] core::Result<engine::MemoryType> parse_memory_type(Cursor& cursor);
[[nodiscard]] core::Result<engine::TableType> parse_table_type(Cursor& cursor);
[[nodiscard]] core::Result<engine::GlobalType> parse_global_type(Cursor& cursor);
[[nodiscard]] std::uint32_t append_type(ModuleContext& context, engine::FunctionType type);

// Parameters are bound to names here, if the place allows names; if not, `$x` is an unexpected
// token.
[[nodiscard]] core::Result<engine::FunctionType> parse_function_type(Cursor& cursor,
                                                                     IndexSpace* parameters);

// `(type $t)? (param ...)* (result ...)*`
struct TypeUse {
  std::optional<std::uint32_t> index;  // of the `(type ...)`
  engine::FunctionType inline_type;
  std::uint32_t offset = 0;
};
[[nodiscard]] core::Result<TypeUse> parse_type_use(ModuleContext& context, IndexSpace* parameters);
// The type index meant: checks what was written twice, appends what was not there.
[[nodiscard]] core::Result<std::uint32_t> resolve(ModuleContext& context, TypeUse use);

// --- module_expressions.cpp ---
// Instructions up to the closing parenthesis, which is not consumed.
[[nodiscard]] core::Result<engine::Expression> parse_body(ModuleContext& context,
                                                          const IndexSpace& locals);
[[nodiscard]] core::Result<engine::Expression> parse_constant(ModuleContext& context);
// One folded instruction, parentheses included.
[[nodiscard]] core::Result<engine::Expression> parse_folded_constant(ModuleContext& context);

}  // namespace heddle::wast
