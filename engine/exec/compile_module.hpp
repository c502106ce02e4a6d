// From ValidModule to CompiledModule with this interpreter's handlers.
#pragma once

#include <memory>

#include "core/result.hpp"
#include "engine/compile/code.hpp"

namespace heddle::engine {

// Fails only if a function is larger than the bytecode can address (65,535 slots in a frame,
// 2^31 cells); the error says so.
[[nodiscard]] core::Result<std::shared_ptr<const CompiledModule>> compile_module(
    const ValidModule& module);

}  // namespace heddle::engine
