// Models of the user's own, from files: a declaration in YAML, or a Wasm module.
//
// docs/models.md is the manual of both. Errors have the place in the file.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "harness/models/declared_model.hpp"
#include "harness/models/model.hpp"

namespace heddle::harness {

// A module is what ends in .wasm or .wat or begins as a binary module does; all else is YAML.
[[nodiscard]] core::Result<std::unique_ptr<Model>> load_model(const std::string& path);

// `text` is YAML; `file` is for errors.
[[nodiscard]] core::Result<Declaration> parse_declaration(std::string_view text,
                                                          std::string_view file);

}  // namespace heddle::harness
