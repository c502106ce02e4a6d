// Constant expressions: initial values of globals and tables, offsets and items of segments. Spec:
// valid/instructions, "Constant Expressions".
#include "engine/valid/constant_expression.hpp"

#include <fmt/format.h>

#include "engine/valid/function_validator.hpp"

namespace heddle::engine {

bool is_extended_constant(Opcode opcode) {
  switch (opcode) {  // not by shape: other binary instructions can trap, or were not thought useful
    case Opcode::I32Add:
    case Opcode::I32Sub:
    case Opcode::I32Mul:
    case Opcode::I64Add:
    case Opcode::I64Sub:
    case Opcode::I64Mul:
      return true;
    default:
      return false;
  }
}

bool is_constant(Opcode opcode) {
  switch (info(opcode).shape) {  // NOLINT(clang-diagnostic-switch-enum): few of very many
    case Shape::Const:
    case Shape::VectorConst:
    case Shape::GlobalGet:
    case Shape::RefNull:
    case Shape::RefFunc:
    case Shape::RefI31:
    case Shape::AnyConvertExtern:
    case Shape::ExternConvertAny:
    case Shape::StructNew:
    case Shape::StructNewDefault:
    case Shape::ArrayNew:
    case Shape::ArrayNewDefault:
    case Shape::ArrayNewFixed:
      return true;
    default:
      return is_extended_constant(opcode);
  }
}

bool FunctionValidator::check_is_constant(const Instruction& instruction) {
  current_ = &instruction;
  if (!is_constant(instruction.opcode)) {
    return fail(fmt::format("constant expression required: {} is not constant",
                            info(instruction.opcode).mnemonic));
  }
  if (info(instruction.opcode).shape != Shape::GlobalGet) return true;
  if (!check_index("global", instruction.a, globals_)) return false;
  return !context_.globals[instruction.a]->is_mutable ||
         fail(fmt::format("constant expression required: global {} is mutable", instruction.a));
}

core::Result<void> FunctionValidator::check_constant(const Expression& expression,
                                                     TypeCode expected, std::size_t globals,
                                                     Place place) {
  place_ = place;
  current_ = nullptr;
  globals_ = globals;
  locals_.reset_to(0);
  const auto check_all = [&] {
    if (expression.code.empty() || expression.code.back().opcode != Opcode::End) {
      return fail("END opcode expected");
    }
    for (const Instruction& instruction : expression.code) {
      if (&instruction == &expression.code.back()) break;
      if (!check_is_constant(instruction)) return false;
    }
    return check_code(expression, Types(&expected, 1));
  };
  if (check_all()) return {};
  return std::unexpected(*std::move(error_));
}

}  // namespace heddle::engine
