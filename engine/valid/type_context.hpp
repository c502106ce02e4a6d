// TypeContext: a module's defined types, once they have been checked: which there are, which match,
// and what their values are made of. Spec: valid/types, valid/matching.
//
// Invariants, after check():
//   1. Each type refers to types of its own or earlier groups only, and obeys its supertype.
//   2. parameters() and results() never move.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "engine/syntax/module.hpp"
#include "engine/syntax/type_table.hpp"
#include "engine/valid/type_code.hpp"

namespace heddle::engine {

class TypeContext {
 public:
  explicit TypeContext(const Module& module) : module_(module) {}

  [[nodiscard]] core::Result<void> check();

  // Whether the type of an import, local or immediate exists.
  [[nodiscard]] bool has(ValueType type) const {
    return !type.is_defined_ref() || type.index < ids_.size();
  }
  [[nodiscard]] bool has(TypeCode code) const { return has(decode_value_type(code)); }
  [[nodiscard]] std::size_t size() const { return ids_.size(); }
  [[nodiscard]] const SubType& operator[](std::uint32_t type) const { return module_.types[type]; }

  // Of a function; `parameters` of a structure are its fields as operands, of an array its one
  // element.
  [[nodiscard]] Types parameters(std::uint32_t type) const {
    return {&codes_[operands_[type].begin], operands_[type].parameters};
  }
  [[nodiscard]] Types results(std::uint32_t type) const {
    return {&codes_[operands_[type].begin + operands_[type].parameters], operands_[type].results};
  }

  // Whether all of a structure's fields have a default value.
  [[nodiscard]] bool are_defaultable(std::uint32_t type) const {
    return operands_[type].are_defaultable;
  }

  [[nodiscard]] bool matches(TypeCode sub, TypeCode super) const {
    return sub == super || matches_by_structure(sub, super);
  }
  [[nodiscard]] bool matches(ValueType sub, ValueType super) const {
    return matches(encode(sub), encode(super));
  }
  [[nodiscard]] bool matches(Types sub, Types super) const;
  // A reference, null included, to anything that might be cast to `reference`.
  [[nodiscard]] TypeCode top_reference(TypeCode reference) const;

 private:
  struct Operands {
    std::uint32_t begin = 0;  // in codes_
    std::uint32_t parameters = 0;
    std::uint32_t results = 0;
    bool are_defaultable = false;  // the parameters
  };

  [[nodiscard]] core::Result<void> check_group(const RecursiveGroup& group);
  [[nodiscard]] core::Result<void> check_components(std::uint32_t index, std::uint32_t end) const;
  [[nodiscard]] core::Result<void> check_size(std::uint32_t index) const;
  [[nodiscard]] core::Result<void> check_supertype(std::uint32_t index) const;
  [[nodiscard]] core::Result<void> check_match(std::uint32_t index) const;
  [[nodiscard]] std::unexpected<core::Error> error(std::string message) const;
  void add_operands(const SubType& type);
  [[nodiscard]] bool matches_by_structure(TypeCode sub, TypeCode super) const;

  const Module& module_;
  TypeTable table_;
  std::vector<std::uint32_t> ids_;  // in table_, by type index
  std::vector<Operands> operands_;
  std::vector<TypeCode> codes_;
};

}  // namespace heddle::engine
