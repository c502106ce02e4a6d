#include "wast/print.hpp"

#include <algorithm>

#include "wast/print_literals.hpp"
#include "wast/printer.hpp"
#include "wast/utf8.hpp"

namespace heddle::wast {

Printer::Printer(const engine::Module& module)
    : module_(module),
      functions_(make_ids(module.names.functions, module.function_count())),
      types_(make_ids(module.names.types, module.types.size())),
      tables_(make_ids(module.names.tables, module.table_count())),
      memories_(make_ids(module.names.memories, module.memory_count())),
      globals_(make_ids(module.names.globals, module.global_count())),
      tags_(make_ids(module.names.tags, module.tag_count())),
      elements_(make_ids(module.names.elements, module.elements.size())),
      datas_(make_ids(module.names.datas, module.datas.size())) {
  for (const auto& [type, names] : module.names.fields) {
    const auto* structure = type < module.types.size() ? module.types[type].structure() : nullptr;
    if (structure != nullptr) fields_.emplace(type, make_ids(names, structure->fields.size()));
  }
}

// Names that are there twice are for nobody: which thing would they mean?
Printer::Ids Printer::make_ids(const engine::NameMap& names, std::uint64_t count) {
  Ids ids;
  std::map<std::string_view, int> uses;
  for (const auto& [index, name] : names) {
    if (index < count) ++uses[name];
  }
  for (const auto& [index, name] : names) {
    if (index >= count || name.empty() || uses[name] > 1 || !is_utf8(name)) continue;
    ids.emplace(index, id_literal(name));
  }
  return ids;
}

void Printer::begin_line(std::size_t level) {
  text_ += '\n';
  text_.append(2 * std::min(level, kIndentationMax), ' ');
}

void Printer::add_bound(const Ids& ids, std::uint32_t index) {
  const auto id = ids.find(index);
  if (id != ids.end()) add("{} ", id->second);
  add("(;{};)", index);
}

void Printer::add_index(const Ids& ids, std::uint32_t index) {
  const auto id = ids.find(index);
  if (id != ids.end() && id->second.size() <= kIdBytesUsedMax) {
    text_ += id->second;
  } else {
    add("{}", index);
  }
}

std::string Printer::print() {
  text_ = "(module";
  if (!module_.name.empty()) add(" {}", id_literal(module_.name));
  const std::size_t head = text_.size();
  add_type_section();
  add_imports();
  add_functions();
  add_tables();
  add_memories();
  add_tags();
  add_globals();
  add_exports();
  if (module_.start) {
    begin_line(1);
    text_ += "(start ";
    add_index(functions_, *module_.start);
    text_ += ')';
  }
  add_elements();
  add_datas();
  add_customs();
  if (text_.size() > head) text_ += '\n';
  text_ += ")\n";
  return std::move(text_);
}

std::string print(const engine::Module& module) { return Printer(module).print(); }

}  // namespace heddle::wast
