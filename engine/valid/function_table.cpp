// Tables and element segments. Spec: valid/instructions, "Table Instructions".
#include <fmt/format.h>

#include "engine/valid/function_validator.hpp"

namespace heddle::engine {

bool FunctionValidator::check_table(std::uint32_t index) {
  return check_index("table", index, context_.tables.size());
}

bool FunctionValidator::check_element_segment(std::uint32_t index) {
  return check_index("elem segment", index, context_.module.elements.size());
}

bool FunctionValidator::check_table_access(const Instruction& instruction) {
  if (!check_table(instruction.a)) return false;
  const TableType& table = *context_.tables[instruction.a];
  const TypeCode element = encode(table.element);
  const TypeCode address = code_of(table.address);
  const FixedRule& rule = fixed_rule(instruction.opcode);
  if (rule.shape == Shape::TableGet) return pop(address) && push(element);
  if (rule.shape == Shape::TableSet) return pop_all(address, element);
  if (rule.shape == Shape::TableGrow) return pop_all(element, address) && push(address);
  if (rule.shape == Shape::TableFill) return pop_all(address, element, address);
  return check_fixed(rule, {.a = table.address});  // table.size
}

bool FunctionValidator::check_table_init(const Instruction& instruction) {
  if (!check_table(instruction.b) || !check_element_segment(instruction.a)) return false;
  const ValueType source = context_.module.elements[instruction.a].type;
  const TableType& table = *context_.tables[instruction.b];
  if (!types_.matches(source, table.element)) {
    return fail(fmt::format("type mismatch: elem segment {} holds {}, table {} holds {}",
                            instruction.a, to_string(source), instruction.b,
                            to_string(table.element)));
  }
  return check_fixed(fixed_rule(instruction.opcode), {.a = table.address});
}

bool FunctionValidator::check_table_copy(const Instruction& instruction) {
  if (!check_table(instruction.a) || !check_table(instruction.b)) return false;
  const TableType& destination = *context_.tables[instruction.a];
  const TableType& source = *context_.tables[instruction.b];
  if (!types_.matches(source.element, destination.element)) {
    return fail(fmt::format("type mismatch: table {} holds {}, table {} holds {}", instruction.a,
                            to_string(destination.element), instruction.b,
                            to_string(source.element)));
  }
  return check_fixed(fixed_rule(instruction.opcode),
                     {.a = destination.address, .b = source.address});
}

}  // namespace heddle::engine
