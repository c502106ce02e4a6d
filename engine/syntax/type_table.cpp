#include "engine/syntax/type_table.hpp"

#include <algorithm>
#include <type_traits>

namespace heddle::engine {
namespace {

// Applies `map` to every value type in a composite type.
template <typename Type>
void for_each_value_type(Type& type, auto&& map) {
  std::visit(
      [&](auto& composite) {
        using Composite = std::remove_cvref_t<decltype(composite)>;
        if constexpr (std::is_same_v<Composite, FunctionType>) {
          for (auto& parameter : composite.parameters) map(parameter);
          for (auto& result : composite.results) map(result);
        } else if constexpr (std::is_same_v<Composite, StructType>) {
          for (auto& field : composite.fields) map(field.type);
        } else {
          map(composite.element.type);
        }
      },
      type.composite);
}

// What tells groups apart, as words. References into the group are marked and relative.
class KeyWriter {
 public:
  KeyWriter(std::vector<std::uint32_t>& key, std::span<const std::uint32_t> ids)
      : key_(key), ids_(ids) {}

  void write(const SubType& type) {
    key_.push_back(static_cast<std::uint32_t>(type.composite.index()) |
                   static_cast<std::uint32_t>(type.is_final) << 2 |
                   static_cast<std::uint32_t>(type.supertypes.size()) << 3);
    for (const std::uint32_t super : type.supertypes) write_index(super);
    if (const FunctionType* function = type.function()) {
      key_.push_back(static_cast<std::uint32_t>(function->parameters.size()));
      key_.push_back(static_cast<std::uint32_t>(function->results.size()));
    } else if (const StructType* structure = type.structure()) {
      key_.push_back(static_cast<std::uint32_t>(structure->fields.size()));
      for (const FieldType& field : structure->fields) key_.push_back(field.is_mutable ? 1 : 0);
    } else {
      key_.push_back(type.array()->element.is_mutable ? 1 : 0);
    }
    for_each_value_type(type, [this](ValueType value) { write(value); });
  }

 private:
  void write(ValueType type) {
    key_.push_back(static_cast<std::uint32_t>(type.kind) |
                   static_cast<std::uint32_t>(type.heap) << 8 |
                   static_cast<std::uint32_t>(type.nullable) << 16);
    if (type.is_defined_ref()) write_index(type.index);
  }
  void write_index(std::uint32_t index) {
    const bool is_inside = index >= ids_.size();
    key_.push_back(is_inside ? 1 : 0);
    key_.push_back(is_inside ? index - static_cast<std::uint32_t>(ids_.size()) : ids_[index]);
  }

  std::vector<std::uint32_t>& key_;
  std::span<const std::uint32_t> ids_;
};

}  // namespace

std::size_t TypeTable::KeyHash::operator()(const Key& key) const {
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325;  // FNV-1a
  for (const std::uint32_t word : key) hash = (hash ^ word) * 0x0000'0100'0000'01b3;
  return hash;
}

void TypeTable::append_entry(const SubType& type, std::span<const std::uint32_t> ids) {
  Entry& entry = entries_.emplace_back();
  entry.type = type;
  for_each_value_type(entry.type, [&](ValueType& value) { value = with_id(value, ids); });
  for (std::uint32_t& super : entry.type.supertypes) super = ids[super];
  if (!entry.type.supertypes.empty()) {
    entry.supertypes = entries_[entry.type.supertypes.front()].supertypes;
  }
  entry.supertypes.push_back(size() - 1);
}

void TypeTable::add_group(std::span<const SubType> group, std::vector<std::uint32_t>& ids) {
  key_.clear();
  KeyWriter writer(key_, ids);
  for (const SubType& type : group) writer.write(type);
  const auto [found, is_new] = groups_.try_emplace(key_, size());
  const auto count = static_cast<std::uint32_t>(group.size());
  for (std::uint32_t i = 0; i < count; ++i) ids.push_back(found->second + i);
  if (!is_new) return;
  for (const SubType& type : group) append_entry(type, ids);
}

std::vector<std::uint32_t> TypeTable::add(std::span<const SubType> types,
                                          std::span<const RecursiveGroup> groups) {
  std::vector<std::uint32_t> ids;
  ids.reserve(types.size());
  for (const RecursiveGroup& group : groups) {
    add_group(types.subspan(group.begin, group.count), ids);
  }
  return ids;
}

std::uint32_t TypeTable::add(const FunctionType& type) {
  std::vector<std::uint32_t> ids;
  const SubType single{.composite = type, .is_final = true, .supertypes = {}};
  add_group({&single, 1}, ids);
  return ids.front();
}

HeapKind TypeTable::abstract_kind(ValueType type) const {
  if (type.heap != HeapKind::Defined) return type.heap;
  const SubType& defined = entries_[type.index].type;
  if (defined.function() != nullptr) return HeapKind::Func;
  return defined.structure() != nullptr ? HeapKind::Struct : HeapKind::Array;
}

HeapKind top_of(HeapKind abstract) {
  switch (abstract) {
    case HeapKind::Func:
    case HeapKind::NoFunc:
      return HeapKind::Func;
    case HeapKind::Extern:
    case HeapKind::NoExtern:
      return HeapKind::Extern;
    case HeapKind::Exn:
    case HeapKind::NoExn:
      return HeapKind::Exn;
    case HeapKind::Any:
    case HeapKind::Eq:
    case HeapKind::I31:
    case HeapKind::Struct:
    case HeapKind::Array:
    case HeapKind::None:
    case HeapKind::Defined:
    case HeapKind::Bottom:
      return HeapKind::Any;
  }
  return HeapKind::Any;
}

bool abstract_matches(HeapKind sub, HeapKind super) {
  if (sub == super || sub == HeapKind::Bottom) return true;
  switch (super) {
    case HeapKind::Any:
      return top_of(sub) == HeapKind::Any;
    case HeapKind::Eq:
      return top_of(sub) == HeapKind::Any && sub != HeapKind::Any;
    case HeapKind::I31:
    case HeapKind::Struct:
    case HeapKind::Array:
      return sub == HeapKind::None;
    case HeapKind::Func:
      return sub == HeapKind::NoFunc;
    case HeapKind::Extern:
      return sub == HeapKind::NoExtern;
    case HeapKind::Exn:
      return sub == HeapKind::NoExn;
    case HeapKind::None:
    case HeapKind::NoFunc:
    case HeapKind::NoExtern:
    case HeapKind::NoExn:
    case HeapKind::Defined:
    case HeapKind::Bottom:
      return false;
  }
  return false;
}

bool TypeTable::heap_matches(ValueType sub, ValueType super) const {
  if (super.heap != HeapKind::Defined) return abstract_matches(abstract_kind(sub), super.heap);
  if (sub.heap == HeapKind::Defined) return is_subtype(sub.index, super.index);
  if (sub.heap == HeapKind::Bottom) return true;
  return abstract_kind(super) == HeapKind::Func ? sub.heap == HeapKind::NoFunc
                                                : sub.heap == HeapKind::None;
}

bool TypeTable::matches(ValueType sub, ValueType super) const {
  if (sub.kind == TypeKind::Bottom) return true;
  if (sub.kind != super.kind) return false;
  if (!sub.is_ref()) return true;
  return (super.nullable || !sub.nullable) && heap_matches(sub, super);
}

bool TypeTable::matches(const FieldType& sub, const FieldType& super) const {
  if (sub.is_mutable != super.is_mutable) return false;
  return sub.is_mutable ? sub.type == super.type : matches(sub.type, super.type);
}

bool TypeTable::matches(const SubType& sub, const SubType& super) const {
  if (sub.composite.index() != super.composite.index()) return false;
  if (const FunctionType* function = sub.function()) {
    const FunctionType& other = *super.function();
    const auto matches_in_order = [this](ValueType a, ValueType b) { return matches(a, b); };
    return std::ranges::equal(other.parameters, function->parameters, matches_in_order) &&
           std::ranges::equal(function->results, other.results, matches_in_order);
  }
  if (const StructType* structure = sub.structure()) {
    const std::vector<FieldType>& fields = super.structure()->fields;
    return structure->fields.size() >= fields.size() &&
           std::equal(fields.begin(), fields.end(), structure->fields.begin(),
                      [this](const FieldType& b, const FieldType& a) { return matches(a, b); });
  }
  return matches(sub.array()->element, super.array()->element);
}

}  // namespace heddle::engine
