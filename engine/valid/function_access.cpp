// Variables, memories, tables, references and select. Spec: valid/instructions.
#include <fmt/format.h>

#include <bit>

#include "core/check.hpp"
#include "engine/valid/function_validator.hpp"

namespace heddle::engine {
namespace {

bool is_atomic(Shape shape) {
  return shape == Shape::AtomicNotify || shape == Shape::AtomicWait || shape == Shape::AtomicLoad ||
         shape == Shape::AtomicStore || shape == Shape::AtomicRmw || shape == Shape::AtomicCmpxchg;
}

}  // namespace

bool FunctionValidator::check_index(std::string_view what, std::uint32_t index, std::size_t count) {
  if (index < count) [[likely]]
    return true;
  return fail(unknown(what, index));
}

bool FunctionValidator::check_local(const Instruction& instruction) {
  const auto type = locals_.find(instruction.a);
  if (!type) return fail(unknown("local", instruction.a));
  const Shape shape = info(instruction.opcode).shape;
  if (shape != Shape::LocalGet && !pop(*type)) return false;
  if (shape != Shape::LocalSet) stack_.push(*type);
  return true;
}

bool FunctionValidator::check_global(const Instruction& instruction) {
  if (!check_index("global", instruction.a, context_.globals.size())) return false;
  const GlobalType& global = *context_.globals[instruction.a];
  if (instruction.opcode == Opcode::GlobalGet) return push(global.type);
  if (!global.is_mutable) {
    return fail(fmt::format("global is immutable: global {}", instruction.a));
  }
  return pop(global.type);
}

bool FunctionValidator::check_memory_access(const Instruction& instruction) {
  if (!check_index("memory", instruction.a, context_.memories.size())) return false;
  const OpcodeInfo& row = info(instruction.opcode);
  const auto natural = static_cast<std::uint32_t>(std::countr_zero(row.access_bytes));
  if (is_atomic(row.shape)) {
    if (instruction.b != natural) {
      return fail(fmt::format("atomic alignment must be natural: that of {} is {}", row.mnemonic,
                              row.access_bytes));
    }
  } else if (instruction.b > natural) {
    return fail(fmt::format("alignment must not be larger than natural: that of {} is {}",
                            row.mnemonic, row.access_bytes));
  }
  if (instruction.value > 0xffff'ffff) return fail("offset out of range");
  return check_fixed(instruction.opcode);
}

bool FunctionValidator::check_memory_bulk(const Instruction& instruction) {
  const auto is_memory = [&](std::uint32_t index) {
    return check_index("memory", index, context_.memories.size());
  };
  const auto is_data = [&](std::uint32_t index) {
    return check_index("data segment", index, context_.module.datas.size());
  };
  const ImmediateKind immediate = info(instruction.opcode).immediate;
  const bool is_known = immediate == ImmediateKind::Data ? is_data(instruction.a)
                        : immediate == ImmediateKind::DataMemory
                            ? is_memory(instruction.b) && is_data(instruction.a)
                        : immediate == ImmediateKind::MemoryMemory
                            ? is_memory(instruction.a) && is_memory(instruction.b)
                            : is_memory(instruction.a);
  return is_known && check_fixed(instruction.opcode);
}

bool FunctionValidator::check_table_access(const Instruction& instruction) {
  if (!check_index("table", instruction.a, context_.tables.size())) return false;
  const ValueType element = context_.tables[instruction.a]->element;
  const Shape shape = info(instruction.opcode).shape;
  if (shape == Shape::TableGet) return pop(kI32) && push(element);
  if (shape == Shape::TableSet) return pop(element) && pop(kI32);
  if (shape == Shape::TableGrow) return pop(kI32) && pop(element) && push(kI32);
  if (shape == Shape::TableFill) return pop(kI32) && pop(element) && pop(kI32);
  return check_fixed(instruction.opcode);  // table.size
}

bool FunctionValidator::check_table_init(const Instruction& instruction) {
  if (!check_index("table", instruction.b, context_.tables.size()) ||
      !check_index("elem segment", instruction.a, context_.module.elements.size())) {
    return false;
  }
  const ValueType source = context_.module.elements[instruction.a].type;
  const ValueType destination = context_.tables[instruction.b]->element;
  if (source != destination) {
    return fail(fmt::format("type mismatch: elem segment {} holds {}, table {} holds {}",
                            instruction.a, to_string(source), instruction.b,
                            to_string(destination)));
  }
  return check_fixed(instruction.opcode);
}

bool FunctionValidator::check_table_copy(const Instruction& instruction) {
  if (!check_index("table", instruction.a, context_.tables.size()) ||
      !check_index("table", instruction.b, context_.tables.size())) {
    return false;
  }
  const ValueType destination = context_.tables[instruction.a]->element;
  const ValueType source = context_.tables[instruction.b]->element;
  if (source != destination) {
    return fail(fmt::format("type mismatch: table {} holds {}, table {} holds {}", instruction.a,
                            to_string(destination), instruction.b, to_string(source)));
  }
  return check_fixed(instruction.opcode);
}

bool FunctionValidator::check_select(const Instruction& instruction) {
  if (instruction.opcode == Opcode::SelectTyped) return check_typed_select(instruction);
  ValueType first;
  ValueType second;
  if (!pop(kI32) || !pop_any(second) || !pop_any(first)) return false;
  if (first.is_ref() || second.is_ref()) {
    return fail("type mismatch: select without a type expects numbers, found a reference");
  }
  if (first != second && first != kBottom && second != kBottom) {
    return fail(fmt::format("type mismatch: select expects two operands of one type, found {} {}",
                            to_string(first), to_string(second)));
  }
  return push(first == kBottom ? second : first);
}

bool FunctionValidator::check_typed_select(const Instruction& instruction) {
  if (instruction.b != 1) {
    return fail(fmt::format("invalid result arity: select with {} types", instruction.b));
  }
  HEDDLE_CHECK(instruction.a < body_->pool.size());
  const ValueType type = decode_value_type(body_->pool[instruction.a]);
  return pop(kI32) && pop(type) && pop(type) && push(type);
}

bool FunctionValidator::check_reference(const Instruction& instruction) {
  if (instruction.opcode == Opcode::RefNull) return push(decode_value_type(instruction.b));
  if (instruction.opcode == Opcode::RefIsNull) {
    ValueType type;
    if (!pop_any(type)) return false;
    if (!type.is_ref() && type != kBottom) {
      return fail(
          fmt::format("type mismatch: ref.is_null expects a reference, found {}", to_string(type)));
    }
    return push(kI32);
  }
  if (!check_index("function", instruction.a, context_.functions.size())) return false;
  if (!context_.declared[instruction.a]) {
    return fail(fmt::format("undeclared function reference {}", instruction.a));
  }
  return push(kFuncRef);
}

}  // namespace heddle::engine
