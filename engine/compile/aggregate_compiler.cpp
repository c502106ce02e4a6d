// The part of FunctionCompiler that deals with structures and arrays.
#include "core/check.hpp"
#include "engine/compile/function_compiler.hpp"

namespace heddle::engine {

void FunctionCompiler::aggregate_instruction([[maybe_unused]] const Instruction& instruction) {
  core::check_failed("not supported yet", __FILE__, __LINE__);
}

}  // namespace heddle::engine
