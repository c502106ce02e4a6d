// The annotations that mean something: `(@custom "name" (after func)? "bytes"*)` is a custom
// section, `(@name "n")` a name other than the identifier, `(@metadata.code.branch_hint "\01")` a
// hint, which is checked and dropped. Spec: appendix "Custom Sections and Annotations".
//
// Invariants:
//   1. An annotation in a place where it means nothing is an error, if it is one of these.
//   2. Without annotations, each of these functions costs one comparison.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "engine/syntax/module.hpp"
#include "wast/module_context.hpp"

namespace heddle::wast {

// Whether a `(@name ...)` stands between the current token and the one before.
[[nodiscard]] bool at_name_annotation(const ModuleContext& context);
// What it says.
[[nodiscard]] core::Result<std::optional<std::string>> take_name_annotation(ModuleContext& context);

// Those between the fields of a module: reads them as they come.
class ModuleAnnotations {
 public:
  explicit ModuleAnnotations(ModuleContext& context) : context_(context) {}

  // Takes what is between the current token and the one before; before the first field, names are
  // the module's.
  [[nodiscard]] core::Result<void> take(bool is_before_fields);
  // At the end: puts the custom sections into the module, in the order of their places.
  void finish();

 private:
  struct Placed {
    int place = 0;
    engine::CustomSection section;
  };
  [[nodiscard]] core::Result<void> take_one(Annotation& annotation, bool is_before_fields);

  ModuleContext& context_;
  bool has_name_ = false;
  std::vector<Placed> customs_;
};

// The hints in a function's body, which begins at `begin` and ends before the current token.
[[nodiscard]] core::Result<void> take_branch_hints(ModuleContext& context, std::uint32_t begin,
                                                   const engine::Expression& body);

// That nothing is left from `begin` to the current token.
[[nodiscard]] core::Result<void> check_all_taken(ModuleContext& context, std::uint32_t begin);

}  // namespace heddle::wast
