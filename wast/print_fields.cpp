// A module's fields. Spec: text/modules.

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "wast/print_literals.hpp"
#include "wast/printer.hpp"
#include "wast/utf8.hpp"

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

// None if the type is no function's.
std::optional<std::uint64_t> parameter_count(const engine::Module& module, std::uint32_t type) {
  if (type >= module.types.size()) return std::nullopt;
  const engine::FunctionType* function = module.types[type].function();
  if (function == nullptr) return std::nullopt;
  return function->parameters.size();
}

constexpr std::uint64_t kIndexMax = 0xffff'ffff;

}  // namespace

const Printer::Ids& Printer::ids_of(ExternKind kind) const {
  switch (kind) {
    case ExternKind::Function:
      return functions_;
    case ExternKind::Table:
      return tables_;
    case ExternKind::Memory:
      return memories_;
    case ExternKind::Global:
      return globals_;
    case ExternKind::Tag:
      return tags_;
  }
  return functions_;
}

Printer::Ids Printer::local_ids(std::uint32_t function, std::uint64_t count) const {
  const auto found = module_.names.locals.find(function);
  return found == module_.names.locals.end() ? Ids{} : make_ids(found->second, count);
}

void Printer::add_imports() {
  std::array<std::uint32_t, 5> next = {};
  for (const engine::Import& import : module_.imports) {
    const auto kind = static_cast<ExternKind>(import.type.index());
    const std::uint32_t index = next.at(import.type.index())++;
    begin_line(1);
    add("(import {} {} ({} ", name_literal(import.module), name_literal(import.name),
        keyword_of(kind));
    add_bound(ids_of(kind), index);
    if (const auto* function = std::get_if<engine::FunctionImport>(&import.type)) {
      const std::uint64_t parameters = parameter_count(module_, function->type).value_or(0);
      add_type_use(function->type, TypeNaming::ByName, local_ids(index, parameters));
    } else if (const auto* table = std::get_if<engine::TableType>(&import.type)) {
      add_table_type(*table);
    } else if (const auto* memory = std::get_if<engine::MemoryType>(&import.type)) {
      add_memory_type(*memory);
    } else if (const auto* global = std::get_if<engine::GlobalType>(&import.type)) {
      add_global_type(*global);
    } else if (const auto* tag = std::get_if<engine::TagType>(&import.type)) {
      add_type_use(tag->type, TypeNaming::ByName);
    }
    text_ += "))";
  }
}

void Printer::add_functions() {
  std::uint32_t index = module_.imported(ExternKind::Function);
  for (const engine::Function& function : module_.functions) add_function(index++, function);
}

void Printer::add_function(std::uint32_t index, const engine::Function& function) {
  // Without the number of parameters, a name has no index.
  const auto parameters = parameter_count(module_, function.type);
  std::uint64_t count = parameters.value_or(0);
  for (const engine::LocalRun& run : function.locals) count += run.count;
  locals_ = local_ids(index, parameters ? count : 0);
  begin_line(1);
  text_ += "(func ";
  add_bound(functions_, index);
  add_type_use(function.type, TypeNaming::ByName, locals_);
  const std::size_t head = text_.size();
  add_locals(function.locals, locals_, parameters.value_or(0));
  static const engine::NameMap kNone;
  const auto labels = module_.names.labels.find(index);
  add_body(function.body, labels == module_.names.labels.end() ? kNone : labels->second);
  if (text_.size() > head) begin_line(1);
  text_ += ')';
}

// "(local i32 i32) (local $x i64)": those without names together, as far as they are neighbours.
// `first` is the index of the first one.
void Printer::add_locals(const std::vector<engine::LocalRun>& runs, const Ids& names,
                         std::uint64_t first) {
  bool is_begun = false;  // the line
  bool is_open = false;   // a list of locals without names
  const auto open = [&] {
    if (is_open) return;
    if (!is_begun) begin_line(2);
    text_ += is_begun ? " (local" : "(local";
    is_begun = is_open = true;
  };
  const auto close = [&] {
    if (is_open) text_ += ')';
    is_open = false;
  };
  for (const engine::LocalRun& run : runs) {
    if (run.count > locals_left_) {
      open();
      add(" {} ... (;{} of them;)", to_string(run.type), run.count);
      first += run.count;
      continue;
    }
    locals_left_ -= run.count;
    for (std::uint32_t i = 0; i < run.count; ++i, ++first) {
      const auto id = names.find(static_cast<std::uint32_t>(first));
      const bool is_named = id != names.end() && first <= kIndexMax;
      if (is_named) close();
      open();
      if (is_named) add(" {}", id->second);
      add_value_type(run.type);
      if (is_named) close();
    }
  }
  close();
}

void Printer::add_tables() {
  std::uint32_t index = module_.imported(ExternKind::Table);
  for (const engine::Table& table : module_.tables) {
    begin_line(1);
    text_ += "(table ";
    add_bound(tables_, index++);
    add_table_type(table.type);
    if (table.init) add_constant(*table.init, "");
    text_ += ')';
  }
}

void Printer::add_memories() {
  std::uint32_t index = module_.imported(ExternKind::Memory);
  for (const engine::Memory& memory : module_.memories) {
    begin_line(1);
    text_ += "(memory ";
    add_bound(memories_, index++);
    add_memory_type(memory.type);
    text_ += ')';
  }
}

void Printer::add_tags() {
  std::uint32_t index = module_.imported(ExternKind::Tag);
  for (const engine::Tag& tag : module_.tags) {
    begin_line(1);
    text_ += "(tag ";
    add_bound(tags_, index++);
    add_type_use(tag.type.type, TypeNaming::ByName);
    text_ += ')';
  }
}

void Printer::add_globals() {
  std::uint32_t index = module_.imported(ExternKind::Global);
  for (const engine::Global& global : module_.globals) {
    begin_line(1);
    text_ += "(global ";
    add_bound(globals_, index++);
    add_global_type(global.type);
    add_constant(global.init, "");
    text_ += ')';
  }
}

void Printer::add_exports() {
  for (const engine::Export& exported : module_.exports) {
    begin_line(1);
    add("(export {} ({} ", name_literal(exported.name), keyword_of(exported.kind));
    add_index(ids_of(exported.kind), exported.index);
    text_ += "))";
  }
}

void Printer::add_elements() {
  for (std::uint32_t i = 0; i < module_.elements.size(); ++i) {
    const ElementSegment& segment = module_.elements[i];
    begin_line(1);
    text_ += "(elem ";
    add_bound(elements_, i);
    if (segment.mode == SegmentMode::Declarative) text_ += " declare";
    if (segment.mode == SegmentMode::Active) {
      if (segment.table != 0) {
        text_ += " (table ";
        add_index(tables_, segment.table);
        text_ += ')';
      }
      add_constant(segment.start, "offset");
    }
    add_items(segment);
    text_ += ')';
  }
}

void Printer::add_items(const ElementSegment& segment) {
  if (segment.type == engine::ref_type(engine::HeapKind::Func, false) &&
      std::ranges::all_of(segment.items, is_function_item)) {
    text_ += " func";
    for (const engine::Expression& item : segment.items) {
      text_ += ' ';
      add_index(functions_, item.code.front().a);
    }
    return;
  }
  add_value_type(segment.type);
  for (const engine::Expression& item : segment.items) add_constant(item, "item");
}

void Printer::add_datas() {
  for (std::uint32_t i = 0; i < module_.datas.size(); ++i) {
    const engine::DataSegment& segment = module_.datas[i];
    begin_line(1);
    text_ += "(data ";
    add_bound(datas_, i);
    if (segment.mode == SegmentMode::Active) {
      if (segment.memory != 0) {
        text_ += " (memory ";
        add_index(memories_, segment.memory);
        text_ += ')';
      }
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

// In order, with no word about places. A name that text cannot have makes a comment.
void Printer::add_customs() {
  for (const engine::CustomSection& custom : module_.customs) {
    begin_line(1);
    if (!is_utf8(custom.name)) {
      add(";; custom section {}, {} bytes", name_literal(custom.name), custom.bytes.size());
      continue;
    }
    add("(@custom {}", name_literal(custom.name));
    add_bytes(custom.bytes);
    text_ += ')';
  }
}

}  // namespace heddle::wast
