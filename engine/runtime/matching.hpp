// Import matching: whether what is there may stand where an import asks for something.
// Spec: valid/matching, "Import Matching" (external types).
//
// Sizes that change are compared as they are now: a table or memory that has grown matches a larger
// minimum than it was made with.
#pragma once

#include <span>
#include <string>

#include "engine/runtime/instances.hpp"
#include "engine/syntax/type_table.hpp"

namespace heddle::engine {

// Types of the importing module, and their ids.
struct ImportTypes {
  const TypeTable& types;
  std::span<const std::uint32_t> ids;
};
[[nodiscard]] bool matches(const ExternValue& found, const Import& import,
                           const ImportTypes& importer);

// "function [i32] -> []", "table 10 20 funcref", "memory 1 2 shared", "global mut i32".
[[nodiscard]] std::string describe(const Import& import, const Module& module);
[[nodiscard]] std::string describe(const ExternValue& value);

}  // namespace heddle::engine
