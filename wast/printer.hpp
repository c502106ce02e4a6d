// Printer: the text of one module as it grows.
//
// Invariants:
//   1. What follows an opcode is printed by its ImmediateKind, never by opcode: a new row of
//      instructions.def needs no change here.
//   2. The text is at most a constant factor (see the k...Max) longer than the module's binary
//   form.
//   3. Types are always named by index; their parameters and results are repeated for the reader.
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
// Functions with longer names are called by index.
inline constexpr std::size_t kIdBytesUsedMax = 256;
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

  // --- print.cpp ---
  void find_ids();
  // "$f (;3;)" or "(;3;)": where function `index` is bound.
  void add_bound_function(std::uint32_t index);
  // "$f" or "3".
  void add_function_index(std::uint32_t index);

  // --- print_types.cpp ---
  void add_types(std::string_view keyword, const std::vector<engine::ValueType>& types);
  void add_function_type(const engine::FunctionType& type);
  void add_type_use(std::uint32_t type);
  void add_limits(const engine::Limits& limits);
  void add_table_type(const engine::TableType& type);
  void add_memory_type(const engine::MemoryType& type);
  void add_global_type(const engine::GlobalType& type);

  // --- print_fields.cpp ---
  void add_imports();
  void add_functions();
  void add_locals(const std::vector<engine::LocalRun>& runs);
  void add_tables();
  void add_memories();
  void add_globals();
  void add_exports();
  void add_elements();
  void add_items(const engine::ElementSegment& segment);
  void add_datas();
  void add_bytes(const std::vector<std::uint8_t>& bytes);
  void add_customs();

  // --- print_instructions.cpp ---
  void add_body(const engine::Expression& body);
  // In one line: the only instruction in parentheses, or else all as they come, in `wrapper` if
  // that is not empty.
  void add_constant(const engine::Expression& constant, std::string_view wrapper);
  void add_instruction(const engine::Expression& expression, const engine::Instruction& instruction,
                       std::size_t depth);
  void add_immediates(const engine::Expression& expression, const engine::Instruction& instruction,
                      std::size_t depth);
  void add_label(std::uint32_t label, std::size_t depth);
  void add_block_type(const engine::Instruction& instruction);
  void add_memory_argument(const engine::Instruction& instruction);

  const engine::Module& module_;
  std::string text_;
  std::map<std::uint32_t, std::string> ids_;  // of functions, with the dollar sign
  std::uint64_t locals_left_ = kLocalsPrintedMax;
};

}  // namespace heddle::wast
