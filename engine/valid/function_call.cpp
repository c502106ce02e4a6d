// Calls and tail calls, by name, table and reference. Spec: valid/instructions, "Control
// Instructions".
#include <fmt/format.h>

#include "engine/valid/function_validator.hpp"

namespace heddle::engine {

// What all calls have in common, once their own operands have been popped. A tail call returns what
// the callee returns, and nothing comes after it.
bool FunctionValidator::check_call_of(std::uint32_t type) {
  const Shape shape = info(current_->opcode).shape;
  if (shape == Shape::Call || shape == Shape::CallIndirect || shape == Shape::CallRef) {
    return pop(types_.parameters(type)) && push(types_.results(type));
  }
  const Types wanted = stack_.frames().front().results;
  const Types returned = types_.results(type);
  if (!types_.matches(returned, wanted)) {
    return fail_mismatch("current function", spell(wanted), "callee", spell(returned));
  }
  return pop(types_.parameters(type)) && set_unreachable();
}

bool FunctionValidator::check_call(const Instruction& instruction) {
  return check_index("function", instruction.a, context_.functions.size()) &&
         check_call_of(context_.functions[instruction.a]);
}

bool FunctionValidator::check_call_indirect(const Instruction& instruction) {
  if (!check_table(instruction.b) || !check_function_type(instruction.a)) return false;
  const TableType& table = *context_.tables[instruction.b];
  if (!types_.matches(table.element, kFuncRef)) {
    return fail_mismatch("instruction", "a table of funcref",
                         fmt::format("table {}", instruction.b), to_string(table.element));
  }
  return pop(code_of(table.address)) && check_call_of(instruction.a);
}

bool FunctionValidator::check_call_ref(const Instruction& instruction) {
  return check_function_type(instruction.a) && pop(defined_ref_code(instruction.a, true)) &&
         check_call_of(instruction.a);
}

}  // namespace heddle::engine
