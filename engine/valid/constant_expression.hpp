// Constant expressions: initial values of globals, offsets and items of segments. Spec:
// valid/instructions, "Constant Expressions".
//
// Wasm 2.0 allows `t.const`, `ref.null`, `ref.func` and `global.get` of an imported, immutable
// global. All of them take no operands, so that a valid one is a single instruction before its
// `end`.
#pragma once

#include "engine/valid/module_context.hpp"

namespace heddle::engine {

[[nodiscard]] core::Result<void> check_constant(const ModuleContext& context,
                                                const Expression& expression, ValueType expected);

}  // namespace heddle::engine
