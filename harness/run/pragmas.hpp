// Pragmas: what the comments at the head of a script say about the language it is written in.
//
//   ;; RUN: wast ... -f=-simd,gc      wasm-tools: features, with a minus those that are off
//   ;;! custom_page_sizes = true      wasmtime: one feature per line
//
// Names that are not known, and everything else that these lines say, are left alone: they are
// options of other tools.
#pragma once

#include <string_view>

#include "harness/run/language.hpp"

namespace heddle::harness {

// Changes what the comments before the script's first token name.
void apply_pragmas(std::string_view script, Language& language);

}  // namespace heddle::harness
