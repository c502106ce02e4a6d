#include "engine/valid/constant_expression.hpp"

#include <fmt/format.h>

#include "engine/valid/signature.hpp"

namespace heddle::engine {
namespace {

core::Result<ValueType> type_of_global(const ModuleContext& context,
                                       const Instruction& instruction) {
  const core::Span span = context.module.span_at(instruction.offset);
  // Globals that the module itself defines have no value yet, and are not in scope.
  if (instruction.a >= context.imported_globals) {
    return core::make_error(unknown("global", instruction.a) + " in a constant expression", span);
  }
  const GlobalType& type = *context.globals[instruction.a];
  if (type.is_mutable) {
    return core::make_error(
        fmt::format("constant expression required: global {} is mutable", instruction.a), span);
  }
  return type.type;
}

core::Result<ValueType> type_of(const ModuleContext& context, const Instruction& instruction) {
  const OpcodeInfo& row = info(instruction.opcode);
  if (row.shape == Shape::Const) return signature(instruction.opcode).result;
  if (row.shape == Shape::RefNull) return decode_value_type(instruction.b);
  if (row.shape == Shape::GlobalGet) return type_of_global(context, instruction);
  const core::Span span = context.module.span_at(instruction.offset);
  if (row.shape == Shape::RefFunc) {
    if (instruction.a < context.functions.size()) return kFuncRef;
    return core::make_error(unknown("function", instruction.a), span);
  }
  return core::make_error(
      fmt::format("constant expression required: {} is not constant", row.mnemonic), span);
}

}  // namespace

core::Result<void> check_constant(const ModuleContext& context, const Expression& expression,
                                  ValueType expected) {
  if (expression.code.empty() || expression.code.back().opcode != Opcode::End) {
    return core::make_error("END opcode expected");
  }
  std::vector<ValueType> results;
  for (const Instruction& instruction : expression.code) {
    if (&instruction == &expression.code.back()) break;
    HEDDLE_LET(const ValueType type, type_of(context, instruction));
    results.push_back(type);
  }
  if (results.size() == 1 && results.front() == expected) return {};
  return core::make_error(
      fmt::format("type mismatch: a constant expression of type {} is expected, this yields {}",
                  to_string(expected),
                  results.size() == 1 ? to_string(results.front())
                                      : fmt::format("{} values", results.size())),
      context.module.span_at(expression.code.front().offset));
}

}  // namespace heddle::engine
