// What the parsers of a module's parts share: the tokens, the index spaces and the module so far.
//
// A module is read in three steps, because names may be used before they are bound: `scan_fields`
// binds every name, `parse_types` reads the types, `parse_fields` the rest. Nothing is kept per
// token.
//
// Invariants:
//   1. After `scan_fields`, the index spaces are complete, but for those of fields and locals and
//      for the types of (2).
//   2. `parse_fields` appends types only for type uses without a `(type ...)`, in order of
//      appearance. Spec: text/modules, "Abbreviations".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "engine/syntax/module.hpp"
#include "wast/cursor.hpp"
#include "wast/index_space.hpp"

namespace heddle::wast {

// The order of a map: of no meaning but that equal types are neither less.
struct TypeLess {
  bool operator()(const engine::FunctionType& left, const engine::FunctionType& right) const;
};

// Limits and offsets. Before there were memories of 64 bits (version 2 of the language), text had
// numbers of 32 bits for them; and other words for lanes that are out of range.
struct Edition {
  std::uint64_t size_max = 0xffff'ffff'ffff'ffff;
  std::string_view size_error = "i64 constant out of range";
  std::string_view lane_error = "i8 constant out of range";

  explicit Edition(const engine::Features& features) {
    if (features.has(engine::Feature::Memory64)) return;
    size_max = 0xffff'ffff;
    size_error = "i32 constant out of range";
    lane_error = "malformed lane index";
  }
};

struct ModuleContext {
  ModuleContext(Cursor& the_cursor, const engine::Features& features)
      : cursor(the_cursor), edition(features) {}

  Cursor& cursor;
  Edition edition;
  engine::Module module;
  IndexSpace types;
  IndexSpace functions;
  IndexSpace tables;
  IndexSpace memories;
  IndexSpace globals;
  IndexSpace tags;
  IndexSpace elements;
  IndexSpace datas;
  std::vector<std::uint32_t> type_offsets;     // of each field `(type ...)` and `(rec ...)`
  std::map<std::uint32_t, IndexSpace> fields;  // of those structures that name any
  // The smallest index of each function type that a type use without `(type ...)` may mean: final,
  // without supertypes, alone in its group.
  std::map<engine::FunctionType, std::uint32_t, TypeLess> type_indices;
};

// --- module_scan.cpp ---
[[nodiscard]] core::Result<void> scan_fields(ModuleContext& context);
// The name of a thing of `space`, if there is one: binds the next index to it and puts it into
// `names`, unless an annotation gives another name.
[[nodiscard]] core::Result<void> bind(ModuleContext& context, IndexSpace& space,
                                      engine::NameMap& names, std::string_view noun);

// --- module_composites.cpp ---
// Goes to the places that `scan_fields` has found; the cursor does not come back.
[[nodiscard]] core::Result<void> parse_types(ModuleContext& context);

// --- module_fields.cpp, module_segments.cpp ---
[[nodiscard]] core::Result<void> parse_fields(ModuleContext& context);
// After "(elem" and "(data".
[[nodiscard]] core::Result<void> parse_elem(ModuleContext& context, std::uint32_t offset);
[[nodiscard]] core::Result<void> parse_data(ModuleContext& context, std::uint32_t offset);
// The abbreviations in tables and memories: after "(elem" and "(data", up to after the ")". `index`
// and `address` are those of the table or memory.
[[nodiscard]] core::Result<void> parse_inline_elem(ModuleContext& context, std::uint32_t index,
                                                   const engine::TableType& type);
[[nodiscard]] core::Result<void> parse_inline_data(ModuleContext& context, std::uint32_t index,
                                                   engine::AddressType address);

// --- module_types.cpp ---
// `noun` as it stands in "unknown ...".
[[nodiscard]] core::Result<std::uint32_t> parse_index(Cursor& cursor, const IndexSpace& space,
                                                      std::string_view noun);
[[nodiscard]] bool at_reference_type(Cursor& cursor);
[[nodiscard]] core::Result<engine::ValueType> parse_value_type(ModuleContext& context);
[[nodiscard]] core::Result<engine::ValueType> parse_reference_type(ModuleContext& context);
// The nullable reference to it. Abstract ones alone, without a context, are those of scripts.
[[nodiscard]] core::Result<engine::ValueType> parse_heap_type(ModuleContext& context);
[[nodiscard]] std::optional<engine::HeapKind> take_abstract_heap_type(Cursor& cursor);
[[nodiscard]] engine::AddressType take_address_type(Cursor& cursor);
[[nodiscard]] core::Result<engine::Limits> parse_limits(ModuleContext& context);
// `(pagesize N)`, if it is there: the logarithm.
[[nodiscard]] core::Result<std::uint8_t> parse_page_size(ModuleContext& context);
[[nodiscard]] core::Result<engine::MemoryType> parse_memory_type(ModuleContext& context);
[[nodiscard]] core::Result<engine::TableType> parse_table_type(ModuleContext& context);
[[nodiscard]] core::Result<engine::GlobalType> parse_global_type(ModuleContext& context);

// Parameters are bound to names here, if the place allows names; if not, `$x` is an unexpected
// token.
struct ParameterNames {
  IndexSpace space;
  engine::NameMap names;
};
[[nodiscard]] core::Result<engine::FunctionType> parse_function_type(ModuleContext& context,
                                                                     ParameterNames* parameters);

// `(type $t)? (param ...)* (result ...)*`
struct TypeUse {
  std::optional<std::uint32_t> index;  // of the `(type ...)`
  engine::FunctionType inline_type;
  std::uint32_t offset = 0;
};
[[nodiscard]] core::Result<TypeUse> parse_type_use(ModuleContext& context,
                                                   ParameterNames* parameters);
// The type index meant: checks what was written twice, appends what was not there.
[[nodiscard]] core::Result<std::uint32_t> resolve(ModuleContext& context, TypeUse use);

// --- expression_parser.cpp ---
// Instructions up to the closing parenthesis, which is not consumed. The names of labels go into
// `labels`, by the number of the block in order of appearance.
[[nodiscard]] core::Result<engine::Expression> parse_body(ModuleContext& context,
                                                          const IndexSpace& locals,
                                                          engine::NameMap& labels);
[[nodiscard]] core::Result<engine::Expression> parse_constant(ModuleContext& context);
// One folded instruction, parentheses included.
[[nodiscard]] core::Result<engine::Expression> parse_folded_constant(ModuleContext& context);

}  // namespace heddle::wast
