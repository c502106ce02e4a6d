#include "engine/exec/compile_module.hpp"

#include "engine/compile/compile.hpp"
#include "engine/exec/handlers.hpp"

namespace heddle::engine {
namespace {

const HandlerTable& handlers() {
  static const HandlerTable kTable = [] {
    HandlerTable result;
    add_numeric_handlers(result);
    add_branch_handlers(result);
    add_fused_handlers(result);
    add_access_handlers(result);
    add_visible_handlers(result);
    add_memory_handlers(result);
    add_table_handlers(result);
    add_frame_handlers(result);
    add_call_handlers(result);
    add_vector_handlers(result);
    add_vector_access_handlers(result);
    add_reference_handlers(result);
    add_aggregate_handlers(result);
    add_exception_handlers(result);
    add_wide_handlers(result);
    add_far_handlers(result);
    result.set(Opcode::Unreachable, Variant::SS, handler_of(&trap_with<Trap::Unreachable>));
    return result;
  }();
  return kTable;
}

}  // namespace

core::Result<std::shared_ptr<const CompiledModule>> compile_module(const ValidModule& module) {
  return compile(module, handlers());
}

}  // namespace heddle::engine
