// Types and type uses. Spec: text/types, text/modules "Type Uses".

#include "wast/printer.hpp"

namespace heddle::wast {

using engine::FunctionType;
using engine::SubType;
using engine::ValueType;

// " i32", " (ref null $t)"
void Printer::add_value_type(ValueType type, TypeNaming naming) {
  if (type.is_defined_ref() && naming == TypeNaming::ByName) {
    const auto id = types_.find(type.index);
    if (id != types_.end() && id->second.size() <= kTypeIdBytesUsedMax) {
      add(" (ref {}{})", type.nullable ? "null " : "", id->second);
      return;
    }
  }
  add(" {}", to_string(type));
}

// " (param i32 i64)", or nothing if there are no types.
void Printer::add_types(std::string_view keyword, const std::vector<ValueType>& types,
                        TypeNaming naming) {
  if (types.empty()) return;
  add(" ({}", keyword);
  for (const ValueType type : types) add_value_type(type, naming);
  text_ += ')';
}

// " (param i32) (param $x i64)"
void Printer::add_parameters(const std::vector<ValueType>& types, TypeNaming naming,
                             const Ids& names) {
  bool is_open = false;
  for (std::uint32_t i = 0; i < types.size(); ++i) {
    const auto id = names.find(i);
    const bool is_named = id != names.end();
    if (is_open && is_named) text_ += ')';
    if (is_named) {
      add(" (param {}", id->second);
    } else if (!is_open) {
      text_ += " (param";
    }
    add_value_type(types[i], naming);
    if (is_named) text_ += ')';
    is_open = !is_named;
  }
  if (is_open) text_ += ')';
}

void Printer::add_function_type(const FunctionType& type) {
  add_types("param", type.parameters, TypeNaming::ByName);
  add_types("result", type.results, TypeNaming::ByName);
}

void Printer::add_type_use(std::uint32_t type, TypeNaming naming, const Ids& names) {
  text_ += " (type ";
  add_index(types_, type);
  text_ += ')';
  if (type >= module_.types.size()) return;
  const FunctionType* meant = module_.types[type].function();
  if (meant == nullptr) return;
  if (meant->parameters.size() + meant->results.size() <= kTypesRepeatedMax) {
    add_parameters(meant->parameters, naming, names);
    add_types("result", meant->results, naming);
  }
}

void Printer::add_field_type(const engine::FieldType& field) {
  if (field.is_mutable) text_ += " (mut";
  add_value_type(field.type);
  if (field.is_mutable) text_ += ')';
}

// " (field i32) (field $x (mut i8))"
void Printer::add_fields(std::uint32_t index, const engine::StructType& type) {
  const auto found = fields_.find(index);
  for (std::uint32_t i = 0; i < type.fields.size(); ++i) {
    text_ += " (field";
    if (found != fields_.end()) {
      const auto id = found->second.find(i);
      if (id != found->second.end()) add(" {}", id->second);
    }
    add_field_type(type.fields[i]);
    text_ += ')';
  }
}

void Printer::add_composite(std::uint32_t index, const SubType& type) {
  if (const auto* function = type.function()) {
    text_ += "(func";
    add_function_type(*function);
  } else if (const auto* structure = type.structure()) {
    text_ += "(struct";
    add_fields(index, *structure);
  } else if (const auto* array = type.array()) {
    text_ += "(array";
    add_field_type(array->element);
  }
  text_ += ')';
}

void Printer::add_type(std::uint32_t index, std::size_t level) {
  const SubType& type = module_.types[index];
  begin_line(level);
  text_ += "(type ";
  add_bound(types_, index);
  text_ += ' ';
  const bool is_plain = type.is_final && type.supertypes.empty();
  if (!is_plain) {
    text_ += type.is_final ? "(sub final " : "(sub ";
    for (const std::uint32_t super : type.supertypes) {
      add_index(types_, super);
      text_ += ' ';
    }
  }
  add_composite(index, type);
  text_ += is_plain ? ")" : "))";
}

void Printer::add_type_section() {
  for (const engine::RecursiveGroup& group : module_.groups) {
    if (group.count == 1) {
      add_type(group.begin, 1);
      continue;
    }
    begin_line(1);
    text_ += "(rec";
    for (std::uint32_t i = 0; i < group.count; ++i) add_type(group.begin + i, 2);
    if (group.count > 0) begin_line(1);
    text_ += ')';
  }
}

void Printer::add_address_type(engine::AddressType address) {
  if (address == engine::AddressType::I64) text_ += " i64";
}

void Printer::add_limits(const engine::Limits& limits) {
  add(" {}", limits.min);
  if (limits.max) add(" {}", *limits.max);
}

void Printer::add_table_type(const engine::TableType& type) {
  add_address_type(type.address);
  add_limits(type.limits);
  add_value_type(type.element);
}

void Printer::add_memory_type(const engine::MemoryType& type) {
  add_address_type(type.address);
  add_limits(type.limits);
  if (type.shared) text_ += " shared";
  if (type.page_bytes_log2 == engine::kPageBytesLog2) return;
  if (type.page_bytes_log2 < 64) {
    add(" (pagesize {})", std::uint64_t{1} << type.page_bytes_log2);
  } else {
    add(" (pagesize 2^{})", type.page_bytes_log2);
  }
}

void Printer::add_global_type(const engine::GlobalType& type) {
  if (type.is_mutable) text_ += " (mut";
  add_value_type(type.type);
  if (type.is_mutable) text_ += ')';
}

}  // namespace heddle::wast
