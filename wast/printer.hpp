// Printer: the text of one module as it grows.
//
// Invariants:
//   1. What follows an opcode is printed by its ImmediateKind, never by opcode: a new row of
//      instructions.def needs no change here.
//   2. The text is at most a constant factor (see the k...Max) longer than the module's binary
//   form.
//   3. Function types are always named, never only spelled out; their parameters and results are
//      repeated for the reader.
//   4. A thing is called by its name where it has one that nothing else of its kind has; value
//   types
//      of instructions are called by index.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/syntax/module.hpp"
#include "wast/print.hpp"

namespace heddle::wast {

// Levels of indentation; deeper nesting is not shown.
inline constexpr std::size_t kIndentationMax = 40;
// Types with more parameters and results are only named by index where they are used.
inline constexpr std::size_t kTypesRepeatedMax = 32;
// What has a longer name is called by index.
inline constexpr std::size_t kIdBytesUsedMax = 256;
// Types with longer names are called by index in other types.
inline constexpr std::size_t kTypeIdBytesUsedMax = 40;
// Bytes of data on a line.
inline constexpr std::size_t kDataBytesPerLine = 64;

class Printer {
 public:
  explicit Printer(const engine::Module& module);
  // Once.
  [[nodiscard]] std::string print();

 private:
  template <typename... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
  }
  void begin_line(std::size_t level);

  // The identifiers of one kind of thing, with the dollar sign.
  using Ids = std::map<std::uint32_t, std::string>;

  // --- print.cpp ---
  [[nodiscard]] static Ids make_ids(const engine::NameMap& names, std::uint64_t count);
  // "$f (;3;)" or "(;3;)": where thing `index` is bound.
  void add_bound(const Ids& ids, std::uint32_t index);
  // "$f" or "3".
  void add_index(const Ids& ids, std::uint32_t index);

  // --- print_types.cpp ---
  // How value types call types. Instructions are short, so the types in them have to be.
  enum class TypeNaming : std::uint8_t { ByName, ByIndex };
  void add_value_type(engine::ValueType type, TypeNaming naming = TypeNaming::ByName);
  void add_types(std::string_view keyword, const std::vector<engine::ValueType>& types,
                 TypeNaming naming);
  void add_parameters(const std::vector<engine::ValueType>& types, TypeNaming naming,
                      const Ids& names);
  void add_function_type(const engine::FunctionType& type);
  // Parameters have names where a function is defined or imported.
  void add_type_use(std::uint32_t type, TypeNaming naming, const Ids& names = {});
  void add_field_type(const engine::FieldType& field);
  void add_fields(std::uint32_t index, const engine::StructType& type);
  void add_composite(std::uint32_t index, const engine::SubType& type);
  void add_type(std::uint32_t index, std::size_t level);
  void add_type_section();
  void add_address_type(engine::AddressType address);
  void add_limits(const engine::Limits& limits);
  void add_table_type(const engine::TableType& type);
  void add_memory_type(const engine::MemoryType& type);
  void add_global_type(const engine::GlobalType& type);

  // --- print_fields.cpp ---
  void add_imports();
  void add_functions();
  void add_function(std::uint32_t index, const engine::Function& function);
  void add_locals(const std::vector<engine::LocalRun>& runs, const Ids& names, std::uint64_t first);
  void add_tables();
  void add_memories();
  void add_tags();
  void add_globals();
  void add_exports();
  void add_elements();
  void add_items(const engine::ElementSegment& segment);
  void add_datas();
  void add_bytes(const std::vector<std::uint8_t>& bytes);
  void add_customs();
  [[nodiscard]] const Ids& ids_of(engine::ExternKind kind) const;
  [[nodiscard]] Ids local_ids(std::uint32_t function, std::uint64_t count) const;

  // --- print_instructions.cpp ---
  // The body of the function `locals_` and `labels_` are of.
  void add_body(const engine::Expression& body, const engine::NameMap& labels);
  // In one line: the only instruction in parentheses, or else all as they come, in `wrapper` if
  // that is not empty.
  void add_constant(const engine::Expression& constant, std::string_view wrapper);
  void add_instruction(const engine::Expression& expression, const engine::Instruction& instruction,
                       std::size_t depth);
  void add_immediates(const engine::Expression& expression, const engine::Instruction& instruction,
                      std::size_t depth);
  void add_named(engine::ImmediateKind kind, std::uint32_t index);
  void add_label(std::uint32_t label, std::size_t depth);
  void add_block_type(const engine::Instruction& instruction);
  void add_catches(const engine::Expression& expression, const engine::Instruction& instruction,
                   std::size_t depth);
  void add_alignment(const engine::Instruction& instruction, std::uint32_t log2);
  void add_field(std::uint32_t type, std::uint32_t field);
  void add_vector(const engine::Instruction& instruction);
  void add_control(const engine::Expression& expression, const engine::Instruction& instruction,
                   std::size_t depth);
  void add_memory(const engine::Instruction& instruction);
  void add_value(std::uint64_t bits);
  void add_heap(std::uint32_t bits);
  void add_number(engine::ImmediateKind kind, std::uint64_t value);
  void add_two(engine::ImmediateKind first_kind, std::uint32_t first,
               engine::ImmediateKind second_kind, std::uint32_t second);

  const engine::Module& module_;
  std::string text_;
  Ids functions_;
  Ids types_;
  Ids tables_;
  Ids memories_;
  Ids globals_;
  Ids tags_;
  Ids elements_;
  Ids datas_;
  std::map<std::uint32_t, Ids> fields_;  // by type
  Ids locals_;                           // of the function being printed
  std::vector<std::string> labels_;      // of the blocks around; empty ones may not be used
  std::uint64_t locals_left_ = kLocalsPrintedMax;
};

}  // namespace heddle::wast
