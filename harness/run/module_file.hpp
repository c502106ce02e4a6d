// Files of modules: one module, text or binary, or a script's.
//
// Unlike load_program, nothing here compiles or links: the files are read for their own sake.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/source.hpp"
#include "engine/syntax/module.hpp"

namespace heddle::harness {

// Text, unless the source says that it is binary or begins as binary modules do.
[[nodiscard]] core::Result<engine::Module> read_module(std::shared_ptr<const core::Source> source,
                                                       const engine::Features& features);

// A module of its own: what is no binary (.wasm, or the magic header) is text. Fails for scripts
// (.wast) and scenarios (.yaml, .yml).
[[nodiscard]] core::Result<engine::Module> load_module(const std::string& path,
                                                       const engine::Features& features = {});

// What is wrong with the file: empty if it is a valid module, or a script that parses and whose
// modules are valid, those that it only makes assertions about aside.
[[nodiscard]] std::vector<core::Error> find_invalid(const std::string& path,
                                                    const engine::Features& features = {});

}  // namespace heddle::harness
