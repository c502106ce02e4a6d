// From ValidModule to CompiledModule. Linear in the size of the module.
#pragma once

#include <memory>

#include "core/result.hpp"
#include "engine/compile/code.hpp"
#include "engine/compile/operation.hpp"

namespace heddle::engine {

// Fails only if a function is larger than the bytecode can address (65,535 slots in a frame,
// 2^31 cells); the error says so.
[[nodiscard]] core::Result<std::shared_ptr<const CompiledModule>> compile(
    const ValidModule& module, const HandlerTable& handlers);

}  // namespace heddle::engine
