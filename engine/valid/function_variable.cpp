// Locals and globals, drop and select. Spec: valid/instructions, "Variable Instructions",
// "Parametric Instructions".
#include <fmt/format.h>

#include "core/check.hpp"
#include "engine/valid/function_validator.hpp"

namespace heddle::engine {

bool FunctionValidator::check_local(const Instruction& instruction, Shape shape) {
  const auto type = locals_.find(instruction.a);
  if (!type) return fail(unknown("local", instruction.a));
  if (!is_defaultable(*type)) [[unlikely]] {
    if (shape == Shape::LocalGet && !locals_.is_set(instruction.a)) {
      return fail(fmt::format("uninitialized local {} of type {}", instruction.a, spell(*type)));
    }
    locals_.set(instruction.a);
  }
  if (shape != Shape::LocalGet && !pop(*type)) return false;
  if (shape != Shape::LocalSet) stack_.push(*type);
  return true;
}

bool FunctionValidator::check_global(const Instruction& instruction) {
  if (!check_index("global", instruction.a, globals_)) return false;
  const GlobalType& global = *context_.globals[instruction.a];
  if (instruction.opcode == Opcode::GlobalGet) return push(encode(global.type));
  if (!global.is_mutable) {
    // WebAssembly 2.0 says it the other way round.
    return fail(
        fmt::format("{}: global {} cannot be set",
                    context_.features.has(Feature::Gc) ? "immutable global" : "global is immutable",
                    instruction.a));
  }
  return pop(encode(global.type));
}

bool FunctionValidator::check_drop() {
  return stack_.pop().has_value() || fail_mismatch("instruction", "a value", "stack", "[]");
}

bool FunctionValidator::check_select(const Instruction& instruction) {
  if (instruction.opcode == Opcode::SelectTyped) return check_typed_select(instruction);
  if (!pop(kI32Code)) return false;
  // The operands are of one type, and it is not a reference's.
  const Types operands = stack_.top(2);
  TypeCode type = kBottomCode;
  for (const TypeCode operand : operands) {
    if (is_ref(operand) || (type != kBottomCode && operand != kBottomCode && operand != type)) {
      return fail_mismatch("instruction", "two operands of one numeric or vector type", "stack",
                           spell(operands));
    }
    if (operand != kBottomCode) type = operand;
  }
  return pop_all(type, type) && push(type);
}

bool FunctionValidator::check_typed_select(const Instruction& instruction) {
  if (instruction.b != 1) {
    return fail(fmt::format("invalid result arity: select with {} types", instruction.b));
  }
  HEDDLE_CHECK(instruction.a < body_->pool.size());
  const TypeCode type = body_->pool[instruction.a];
  return check_type(type) && pop_all(type, type, kI32Code) && push(type);
}

}  // namespace heddle::engine
