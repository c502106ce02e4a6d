// ModuleContext: a module's index spaces as arrays, built once per validation. Spec:
// valid/conventions, "Contexts".
//
// Invariant: imports come first in each array, and nothing in it has been checked yet: `types` is
// empty and a function's type index may be out of range until the module validator has looked at
// them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "engine/syntax/module.hpp"
#include "engine/valid/type_context.hpp"

namespace heddle::engine {

struct ModuleContext {
  explicit ModuleContext(const Module& the_module, Features the_features = {});

  const Module& module;
  Features features;  // for the wording of messages: check_features has seen the module
  TypeContext types;
  std::vector<std::uint32_t> functions;  // type indices
  std::vector<const TableType*> tables;
  std::vector<const MemoryType*> memories;
  std::vector<const GlobalType*> globals;
  std::vector<std::uint32_t> tags;  // type indices
  std::uint32_t imported_functions = 0;
  std::uint32_t imported_globals = 0;
  // Functions named outside of bodies: only those may be the operand of `ref.func` in a body.
  std::vector<bool> declared;

  // "function 3 ($name)".
  [[nodiscard]] std::string describe_function(std::uint32_t function) const;
};

// "unknown table 3": an index that is not in its index space.
[[nodiscard]] std::string unknown(std::string_view what, std::uint64_t index);

// A name from a module, cut and with everything but printable ASCII replaced: safe to show.
[[nodiscard]] std::string printable(std::string_view name);

}  // namespace heddle::engine
