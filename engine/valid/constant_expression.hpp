// Which instructions a constant expression may consist of. Spec: valid/instructions, "Constant
// Expressions". `global.get` is one of them if its global is immutable, which the caller knows.
#pragma once

#include "engine/syntax/instruction.hpp"

namespace heddle::engine {

[[nodiscard]] bool is_constant(Opcode opcode);

// Whether an instruction is constant since "extended constant expressions" only.
[[nodiscard]] bool is_extended_constant(Opcode opcode);

}  // namespace heddle::engine
