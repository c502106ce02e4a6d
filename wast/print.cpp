#include "wast/print.hpp"

#include <algorithm>

#include "wast/print_literals.hpp"
#include "wast/printer.hpp"
#include "wast/utf8.hpp"

namespace heddle::wast {

Printer::Printer(const engine::Module& module) : module_(module) { find_ids(); }

// Names that are there twice are for nobody: which function would they mean?
void Printer::find_ids() {
  const std::size_t count = module_.function_count();
  std::map<std::string_view, int> uses;
  for (const auto& [index, name] : module_.names.functions) {
    if (index < count) ++uses[name];
  }
  for (const auto& [index, name] : module_.names.functions) {
    if (index >= count || name.empty() || uses[name] > 1 || !is_utf8(name)) continue;
    ids_.emplace(index, id_literal(name));
  }
}

void Printer::begin_line(std::size_t level) {
  text_ += '\n';
  text_.append(2 * std::min(level, kIndentationMax), ' ');
}

void Printer::add_bound_function(std::uint32_t index) {
  const auto id = ids_.find(index);
  if (id != ids_.end()) add("{} ", id->second);
  add("(;{};)", index);
}

void Printer::add_function_index(std::uint32_t index) {
  const auto id = ids_.find(index);
  if (id != ids_.end() && id->second.size() <= kIdBytesUsedMax) {
    text_ += id->second;
  } else {
    add("{}", index);
  }
}

std::string Printer::print() {
  text_ = "(module";
  if (!module_.name.empty()) add(" {}", id_literal(module_.name));
  const std::size_t head = text_.size();
  for (std::size_t i = 0; i < module_.types.size(); ++i) {
    begin_line(1);
    add("(type (;{};) (func", i);
    if (const auto* type = module_.types[i].function()) add_function_type(*type);
    text_ += "))";
  }
  add_imports();
  add_functions();
  add_tables();
  add_memories();
  add_globals();
  add_exports();
  if (module_.start) {
    begin_line(1);
    text_ += "(start ";
    add_function_index(*module_.start);
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
