#include "engine/valid/type_context.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/check.hpp"
#include "engine/valid/limits.hpp"
#include "engine/valid/module_context.hpp"

namespace heddle::engine {
namespace {

using core::Result;

// The first type index in a type that is not below `end`.
std::optional<std::uint32_t> find_unknown(const SubType& type, std::uint32_t end) {
  std::optional<std::uint32_t> found;
  const auto look_at = [&](ValueType value) {
    if (!found && value.is_defined_ref() && value.index >= end) found = value.index;
  };
  if (const FunctionType* function = type.function()) {
    for (const ValueType value : function->parameters) look_at(value);
    for (const ValueType value : function->results) look_at(value);
  } else if (const StructType* structure = type.structure()) {
    for (const FieldType& field : structure->fields) look_at(field.type);
  } else {
    look_at(type.array()->element.type);
  }
  for (const std::uint32_t super : type.supertypes) {
    if (!found && super >= end) found = super;
  }
  return found;
}

}  // namespace

std::unexpected<core::Error> TypeContext::error(std::string message) const {
  return core::make_error(std::move(message), module_.span_at(0));
}

Result<void> TypeContext::check() {
  if (module_.types.size() > kTypesMax) {
    return error(fmt::format("too many types: at most {} are supported", kTypesMax));
  }
  ids_.reserve(module_.types.size());
  operands_.reserve(module_.types.size());
  for (const RecursiveGroup& group : module_.groups) HEDDLE_TRY(check_group(group));
  HEDDLE_CHECK(ids_.size() == module_.types.size());
  codes_.push_back(kBottomCode);  // so that empty lists at the end point to something
  return {};
}

Result<void> TypeContext::check_group(const RecursiveGroup& group) {
  HEDDLE_CHECK(group.begin == ids_.size() && group.count <= module_.types.size() - group.begin);
  const std::uint32_t end = group.begin + group.count;
  for (std::uint32_t i = group.begin; i < end; ++i) {
    HEDDLE_TRY(check_components(i, end));
    HEDDLE_TRY(check_size(i));
    HEDDLE_TRY(check_supertype(i));
  }
  table_.add_group(std::span(module_.types).subspan(group.begin, group.count), ids_);
  for (std::uint32_t i = group.begin; i < end; ++i) {
    HEDDLE_TRY(check_match(i));
    add_operands(module_.types[i]);
  }
  return {};
}

// Types of a group may refer to each other and to what was before.
Result<void> TypeContext::check_components(std::uint32_t index, std::uint32_t end) const {
  const auto missing = find_unknown(module_.types[index], end);
  if (!missing) return {};
  return error(fmt::format("{}, in type {}", unknown("type", *missing), index));
}

Result<void> TypeContext::check_size(std::uint32_t index) const {
  const SubType& type = module_.types[index];
  const FunctionType* function = type.function();
  if (function != nullptr &&
      (function->parameters.size() > kParametersMax || function->results.size() > kResultsMax)) {
    return error(
        fmt::format("type {} is too large: at most {} parameters and {} results are supported",
                    index, kParametersMax, kResultsMax));
  }
  if (type.structure() != nullptr && type.structure()->fields.size() > kFieldsMax) {
    return error(
        fmt::format("type {} is too large: at most {} fields are supported", index, kFieldsMax));
  }
  return {};
}

Result<void> TypeContext::check_supertype(std::uint32_t index) const {
  const SubType& type = module_.types[index];
  if (type.supertypes.empty()) return {};
  if (type.supertypes.size() > 1) {
    return error(fmt::format("sub type {} has {} super types", index, type.supertypes.size()));
  }
  const std::uint32_t super = type.supertypes.front();
  if (super >= index) {
    return error(fmt::format("{}: super type of type {}, which comes before it",
                             unknown("type", super), index));
  }
  if (module_.types[super].is_final) {
    return error(fmt::format("sub type {} has final super type {}", index, super));
  }
  // One of its own group has no id yet: how deep it is follows from those above it.
  std::uint32_t depth = 1;
  std::uint32_t above = super;
  while (above >= ids_.size() && !module_.types[above].supertypes.empty()) {
    above = module_.types[above].supertypes.front();
    if (++depth > kSubtypeDepthMax) break;
  }
  if (above < ids_.size()) depth += table_.depth(ids_[above]);
  if (depth > kSubtypeDepthMax) {
    return error(
        fmt::format("sub type {} has more than {} super types above it", index, kSubtypeDepthMax));
  }
  return {};
}

Result<void> TypeContext::check_match(std::uint32_t index) const {
  const SubType& type = module_.types[index];
  if (type.supertypes.empty()) return {};
  const std::uint32_t super = type.supertypes.front();
  if (table_.matches(table_.type(ids_[index]), table_.type(ids_[super]))) return {};
  return error(fmt::format("sub type {} does not match super type {}", index, super));
}

void TypeContext::add_operands(const SubType& type) {
  Operands& operands = operands_.emplace_back();
  operands.begin = static_cast<std::uint32_t>(codes_.size());
  if (const FunctionType* function = type.function()) {
    for (const ValueType value : function->parameters) codes_.push_back(encode(value));
    for (const ValueType value : function->results) codes_.push_back(encode(value));
    operands.results = static_cast<std::uint32_t>(function->results.size());
  } else if (const StructType* structure = type.structure()) {
    for (const FieldType& field : structure->fields) codes_.push_back(unpacked_code(field.type));
  } else {
    codes_.push_back(unpacked_code(type.array()->element.type));
  }
  operands.parameters =
      static_cast<std::uint32_t>(codes_.size()) - operands.begin - operands.results;
  const auto parameters = std::span(codes_).subspan(operands.begin, operands.parameters);
  operands.are_defaultable = std::ranges::all_of(parameters, is_defaultable);
}

bool TypeContext::matches(Types sub, Types super) const {
  if (sub.size() != super.size()) return false;
  for (std::size_t i = 0; i < sub.size(); ++i) {
    // Long lists tend to be of one type.
    const bool is_as_before = i > 0 && sub[i] == sub[i - 1] && super[i] == super[i - 1];
    if (!is_as_before && !matches(sub[i], super[i])) return false;
  }
  return true;
}

bool TypeContext::matches_by_structure(TypeCode sub, TypeCode super) const {
  return table_.matches(with_id(decode_value_type(sub), ids_),
                        with_id(decode_value_type(super), ids_));
}

TypeCode TypeContext::top_reference(TypeCode reference) const {
  const ValueType type = with_id(decode_value_type(reference), ids_);
  return ref_code(top_of(table_.abstract_kind(type)), true);
}

}  // namespace heddle::engine
