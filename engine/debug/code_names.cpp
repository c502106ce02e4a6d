#include "engine/debug/code_names.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/debug/byte_cursor.hpp"
#include "engine/syntax/immediates.hpp"

namespace heddle::engine {
namespace {

constexpr std::uint8_t kCodeSection = 10;
constexpr std::size_t kHeaderBytes = 8;  // magic and version

// Where the code section's contents begin in a binary module; 0 if it has none.
std::uint32_t find_code(std::string_view binary) {
  ByteCursor sections(binary);
  sections.bytes(kHeaderBytes);
  while (sections.ok() && !sections.at_end()) {
    const std::uint8_t id = sections.u8();
    const std::uint64_t size = sections.unsigned_leb();
    if (id == kCodeSection) return static_cast<std::uint32_t>(binary.size() - sections.left());
    sections.bytes(size);
  }
  return 0;
}

std::string_view section_of(const Module& module, std::string_view name) {
  for (const CustomSection& section : module.customs) {
    if (section.name != name) continue;
    // Bytes are bytes.
    return {reinterpret_cast<const char*>(section.bytes.data()), section.bytes.size()};
  }
  return {};
}

std::string immediates_text(const Module& module, const Instruction& instruction) {
  const ImmediateKind kind = info(instruction.opcode).immediate;
  const bool has_memory = kind == ImmediateKind::MemArg || kind == ImmediateKind::MemArgLane ||
                          kind == ImmediateKind::Memory;
  if (has_memory) {
    std::string text = instruction.a == 0 ? "" : fmt::format(" {}", instruction.a);
    if (instruction.value != 0) text += fmt::format(" offset={}", instruction.value);
    return text;
  }
  if (kind == ImmediateKind::Function) {
    const auto name = module.names.functions.find(instruction.a);
    const bool is_named = name != module.names.functions.end() && !name->second.empty();
    return is_named ? " $" + name->second : fmt::format(" {}", instruction.a);
  }
  // The text has these in another order.
  const bool is_reversed = kind == ImmediateKind::TypeTable ||
                           kind == ImmediateKind::ElementTable ||
                           kind == ImmediateKind::DataMemory || kind == ImmediateKind::MemoryMemory;
  if (is_reversed || index_count(kind) == 0) return "";
  const std::string first = fmt::format(" {}", instruction.a);
  return index_count(kind) == 1 ? first : fmt::format("{} {}", first, instruction.b);
}

}  // namespace

std::string CodeNames::function(std::uint32_t index) const {
  const auto named = module_->names.functions.find(index);
  if (named != module_->names.functions.end() && !named->second.empty()) return named->second;
  for (const Export& item : module_->exports) {
    if (item.kind == ExternKind::Function && item.index == index) return item.name;
  }
  std::uint32_t imported = 0;
  for (const Import& import : module_->imports) {
    if (!std::holds_alternative<FunctionImport>(import.type)) continue;
    if (imported++ == index) return import.module + "." + import.name;
  }
  return "";
}

std::string CodeNames::instruction(const core::CodeLocation& where) const {
  const std::uint32_t imported = module_->imported(ExternKind::Function);
  if (where.function < imported || where.function - imported >= module_->functions.size()) {
    return "";
  }
  const std::vector<Instruction>& code = module_->functions[where.function - imported].body.code;
  const auto found = std::ranges::find(code, where.offset, &Instruction::offset);
  if (found == code.end()) return "";
  return std::string(info(found->opcode).mnemonic) + immediates_text(*module_, *found);
}

core::Span CodeNames::source(const core::CodeLocation& where) const {
  if (!module_->source) return {};
  std::call_once(once_, [this] { read_lines(); });
  if (where.offset >= code_begin_ && !lines_.is_empty()) {
    if (auto line = lines_.find(where.offset - code_begin_, range_of(where.function))) {
      return {.file = std::move(line->file), .line = line->line, .column = line->column};
    }
  }
  return module_->span_at(where.offset);
}

// From the end of the function before it up to its own.
CodeRange CodeNames::range_of(std::uint32_t function) const {
  const std::uint32_t imported = module_->imported(ExternKind::Function);
  const auto end_of = [&](std::uint32_t index) -> std::uint64_t {
    if (index < imported || index - imported >= module_->functions.size()) return 0;
    const std::vector<Instruction>& code = module_->functions[index - imported].body.code;
    return code.empty() || code.back().offset < code_begin_ ? 0
                                                            : code.back().offset + 1 - code_begin_;
  };
  return {.begin = function == 0 ? 0 : end_of(function - 1), .end = end_of(function)};
}

void CodeNames::read_lines() const {
  if (module_->source->is_text) return;
  code_begin_ = find_code(module_->source->text);
  lines_ = LineTable({.line = section_of(*module_, ".debug_line"),
                      .line_str = section_of(*module_, ".debug_line_str"),
                      .str = section_of(*module_, ".debug_str")});
}

}  // namespace heddle::engine
