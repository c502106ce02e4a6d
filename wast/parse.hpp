// From text to Script or Module. Spec: text/*; docs/formats/wast.md lists the dialects accepted.
//
// Both survive any bytes: deep nesting, unbalanced parentheses, invalid UTF-8, NUL. Errors carry
// the specification's message first ("unexpected token", "unknown operator", "i32 constant out of
// range", "malformed UTF-8 encoding", ...) and the span in the source.
//
// Of the features, only those count without which the same text is an error of another kind: before
// 64-bit memories, a limit or offset above 2^32 was malformed, not invalid. All others are the
// validator's.
#pragma once

#include <memory>

#include "core/result.hpp"
#include "core/source.hpp"
#include "engine/syntax/features.hpp"
#include "engine/syntax/module.hpp"
#include "wast/script.hpp"

namespace heddle::wast {

// A whole script. A file that holds only module fields is a script of one module.
[[nodiscard]] core::Result<Script> parse_script(std::shared_ptr<const core::Source> source,
                                                const engine::Features& features = {});

// One module: `(module ...)` or bare fields.
[[nodiscard]] core::Result<engine::Module> parse_module(std::shared_ptr<const core::Source> source,
                                                        const engine::Features& features = {});

}  // namespace heddle::wast
