// A module's fields. Spec: text/modules.

#include <algorithm>
#include <span>

#include "wast/print_literals.hpp"
#include "wast/printer.hpp"

namespace heddle::wast {

using engine::ElementSegment;
using engine::ExternKind;
using engine::SegmentMode;

namespace {

std::string_view keyword_of(ExternKind kind) {
  switch (kind) {
    case ExternKind::Function:
      return "func";
    case ExternKind::Table:
      return "table";
    case ExternKind::Memory:
      return "memory";
    case ExternKind::Global:
      return "global";
    case ExternKind::Tag:
      return "tag";
  }
  return "?";
}

// What `func x` is short for.
bool is_function_item(const engine::Expression& item) {
  return item.code.size() == 2 && item.code.front().opcode == engine::Opcode::RefFunc;
}

}  // namespace

void Printer::add_imports() {
  std::uint32_t functions = 0;
  std::uint32_t tables = 0;
  std::uint32_t memories = 0;
  std::uint32_t globals = 0;
  for (const engine::Import& import : module_.imports) {
    begin_line(1);
    add("(import {} {} (", name_literal(import.module), name_literal(import.name));
    if (const auto* function = std::get_if<engine::FunctionImport>(&import.type)) {
      text_ += "func ";
      add_bound_function(functions++);
      add_type_use(function->type);
    } else if (const auto* table = std::get_if<engine::TableType>(&import.type)) {
      add("table (;{};)", tables++);
      add_table_type(*table);
    } else if (const auto* memory = std::get_if<engine::MemoryType>(&import.type)) {
      add("memory (;{};)", memories++);
      add_memory_type(*memory);
    } else if (const auto* global = std::get_if<engine::GlobalType>(&import.type)) {
      add("global (;{};)", globals++);
      add_global_type(*global);
    }
    text_ += "))";
  }
}

void Printer::add_functions() {
  std::uint32_t index = module_.imported(ExternKind::Function);
  for (const engine::Function& function : module_.functions) {
    begin_line(1);
    text_ += "(func ";
    add_bound_function(index++);
    add_type_use(function.type);
    const std::size_t head = text_.size();
    add_locals(function.locals);
    add_body(function.body);
    if (text_.size() > head) begin_line(1);
    text_ += ')';
  }
}

void Printer::add_locals(const std::vector<engine::LocalRun>& runs) {
  const bool has_locals =
      std::ranges::any_of(runs, [](const engine::LocalRun& run) { return run.count > 0; });
  if (!has_locals) return;
  begin_line(2);
  text_ += "(local";
  for (const engine::LocalRun& run : runs) {
    const std::string type = ' ' + to_string(run.type);
    if (run.count > locals_left_) {
      add("{} ... (;{} of them;)", type, run.count);
      continue;
    }
    locals_left_ -= run.count;
    for (std::uint32_t i = 0; i < run.count; ++i) text_ += type;
  }
  text_ += ')';
}

void Printer::add_tables() {
  std::uint32_t index = module_.imported(ExternKind::Table);
  for (const engine::Table& table : module_.tables) {
    begin_line(1);
    add("(table (;{};)", index++);
    add_table_type(table.type);
    text_ += ')';
  }
}

void Printer::add_memories() {
  std::uint32_t index = module_.imported(ExternKind::Memory);
  for (const engine::Memory& memory : module_.memories) {
    begin_line(1);
    add("(memory (;{};)", index++);
    add_memory_type(memory.type);
    text_ += ')';
  }
}

void Printer::add_globals() {
  std::uint32_t index = module_.imported(ExternKind::Global);
  for (const engine::Global& global : module_.globals) {
    begin_line(1);
    add("(global (;{};)", index++);
    add_global_type(global.type);
    add_constant(global.init, "");
    text_ += ')';
  }
}

void Printer::add_exports() {
  for (const engine::Export& exported : module_.exports) {
    begin_line(1);
    add("(export {} ({} ", name_literal(exported.name), keyword_of(exported.kind));
    if (exported.kind == ExternKind::Function) {
      add_function_index(exported.index);
    } else {
      add("{}", exported.index);
    }
    text_ += "))";
  }
}

void Printer::add_elements() {
  for (std::size_t i = 0; i < module_.elements.size(); ++i) {
    const ElementSegment& segment = module_.elements[i];
    begin_line(1);
    add("(elem (;{};)", i);
    if (segment.mode == SegmentMode::Declarative) text_ += " declare";
    if (segment.mode == SegmentMode::Active) {
      if (segment.table != 0) add(" (table {})", segment.table);
      add_constant(segment.start, "offset");
    }
    add_items(segment);
    text_ += ')';
  }
}

void Printer::add_items(const ElementSegment& segment) {
  if (segment.type == engine::kFuncRef && std::ranges::all_of(segment.items, is_function_item)) {
    text_ += " func";
    for (const engine::Expression& item : segment.items) {
      text_ += ' ';
      add_function_index(item.code.front().a);
    }
    return;
  }
  add(" {}", to_string(segment.type));
  for (const engine::Expression& item : segment.items) add_constant(item, "item");
}

void Printer::add_datas() {
  for (std::size_t i = 0; i < module_.datas.size(); ++i) {
    const engine::DataSegment& segment = module_.datas[i];
    begin_line(1);
    add("(data (;{};)", i);
    if (segment.mode == SegmentMode::Active) {
      if (segment.memory != 0) add(" (memory {})", segment.memory);
      add_constant(segment.start, "offset");
    }
    add_bytes(segment.bytes);
    text_ += ')';
  }
}

void Printer::add_bytes(const std::vector<std::uint8_t>& bytes) {
  const std::span<const std::uint8_t> all(bytes);
  if (all.size() <= kDataBytesPerLine) {
    add(" {}", bytes_literal(all));
    return;
  }
  for (std::size_t begin = 0; begin < all.size(); begin += kDataBytesPerLine) {
    const std::size_t size = std::min(kDataBytesPerLine, all.size() - begin);
    begin_line(2);
    text_ += bytes_literal(all.subspan(begin, size));
  }
}

// For the reader only. The names that matter have been printed with what they name.
void Printer::add_customs() {
  for (const engine::CustomSection& custom : module_.customs) {
    if (custom.name == "name") continue;
    begin_line(1);
    add(";; custom section {}, {} bytes", name_literal(custom.name), custom.bytes.size());
  }
}

}  // namespace heddle::wast
