// The subsections of the name section, in their order. Spec: appendix "Name Section"; those for
// labels, types, tables, memories, globals and segments are of the extended-name-section proposal.
#pragma once

#include <cstdint>

#include "engine/syntax/module.hpp"

namespace heddle::engine {

inline constexpr std::uint8_t kModuleNameId = 0;

// Calls visit(id, map) for every map of names.
void for_each_name_map(auto& names, auto&& visit) {
  visit(std::uint8_t{1}, names.functions);
  visit(std::uint8_t{2}, names.locals);
  visit(std::uint8_t{3}, names.labels);
  visit(std::uint8_t{4}, names.types);
  visit(std::uint8_t{5}, names.tables);
  visit(std::uint8_t{6}, names.memories);
  visit(std::uint8_t{7}, names.globals);
  visit(std::uint8_t{8}, names.elements);
  visit(std::uint8_t{9}, names.datas);
  visit(std::uint8_t{10}, names.fields);
  visit(std::uint8_t{11}, names.tags);
}

}  // namespace heddle::engine
