// Types and type uses. Spec: text/types, text/modules "Type Uses".

#include "wast/printer.hpp"

namespace heddle::wast {

using engine::FunctionType;

// " (param i32 i64)", or nothing if there are no types.
void Printer::add_types(std::string_view keyword, const std::vector<engine::ValueType>& types) {
  if (types.empty()) return;
  add(" ({}", keyword);
  for (const engine::ValueType type : types) add(" {}", to_string(type));
  text_ += ')';
}

void Printer::add_function_type(const FunctionType& type) {
  add_types("param", type.parameters);
  add_types("result", type.results);
}

void Printer::add_type_use(std::uint32_t type) {
  add(" (type {})", type);
  if (type >= module_.types.size()) return;
  const FunctionType* meant = module_.types[type].function();
  if (meant == nullptr) return;
  if (meant->parameters.size() + meant->results.size() <= kTypesRepeatedMax) {
    add_function_type(*meant);
  }
}

void Printer::add_limits(const engine::Limits& limits) {
  add(" {}", limits.min);
  if (limits.max) add(" {}", *limits.max);
}

void Printer::add_table_type(const engine::TableType& type) {
  add_limits(type.limits);
  add(" {}", to_string(type.element));
}

void Printer::add_memory_type(const engine::MemoryType& type) {
  add_limits(type.limits);
  if (type.shared) text_ += " shared";
}

void Printer::add_global_type(const engine::GlobalType& type) {
  if (type.is_mutable) {
    add(" (mut {})", to_string(type.type));
  } else {
    add(" {}", to_string(type.type));
  }
}

}  // namespace heddle::wast
