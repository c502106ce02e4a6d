// PreparedModule: a module as far as it can be taken without a store: parsed or decoded, validated,
// compiled. Made once per program, instantiated in every execution.
//
// Spec: the stages are those that the specification's scripts can tell apart: a module is
// malformed, invalid, or it can be linked.
#pragma once

#include <memory>
#include <string>

#include "core/result.hpp"
#include "core/source.hpp"
#include "engine/compile/code.hpp"
#include "wast/script.hpp"

namespace heddle::harness {

enum class ModuleStage : std::uint8_t { Malformed, Invalid, Ready };

struct PreparedModule {
  ModuleStage stage = ModuleStage::Malformed;
  core::Error error;                                   // unless Ready
  std::shared_ptr<const engine::CompiledModule> code;  // of Ready
  bool imports_spectest = false;                       // likewise
};

// `script` is the file the body stands in: text in quotes is reported as a part of it.
[[nodiscard]] PreparedModule prepare(const wast::ModuleBody& body, const core::Source& script,
                                     const engine::Features& features);

// A module of its own, text or binary (told apart by the magic header).
[[nodiscard]] PreparedModule prepare_file(std::shared_ptr<const core::Source> source,
                                          const engine::Features& features);

// Whether bytes are a binary module: they begin with a NUL and "asm". Text cannot.
[[nodiscard]] bool is_binary_module(std::string_view bytes);

}  // namespace heddle::harness
