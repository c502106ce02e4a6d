// Structures and arrays. Spec: valid/instructions, "Aggregate Instructions".
#include <fmt/format.h>

#include "engine/valid/function_validator.hpp"
#include "engine/valid/limits.hpp"

namespace heddle::engine {

// Packed fields are read by instructions that say how to extend them, all others by those without.
bool FunctionValidator::check_signedness(const Instruction& instruction, const FieldType& field,
                                         const char* what) {
  const bool is_plain =
      instruction.opcode == Opcode::StructGet || instruction.opcode == Opcode::ArrayGet;
  return is_plain != field.type.is_packed() ||
         fail(fmt::format("{} is {}: {}", what, is_plain ? "packed" : "unpacked",
                          info(instruction.opcode).mnemonic));
}

bool FunctionValidator::check_struct(const Instruction& instruction) {
  if (!check_index("type", instruction.a, types_.size())) return false;
  const StructType* type = types_[instruction.a].structure();
  if (type == nullptr) return fail(fmt::format("non-structure type {}", instruction.a));
  const TypeCode made = defined_ref_code(instruction.a, false);
  const Shape shape = info(instruction.opcode).shape;
  if (shape == Shape::StructNew) return pop(types_.parameters(instruction.a)) && push(made);
  if (shape == Shape::StructNewDefault) {
    if (types_.are_defaultable(instruction.a)) return push(made);
    return fail(fmt::format("field type is not defaultable: type {}", instruction.a));
  }
  return check_struct_field(instruction, *type);
}

bool FunctionValidator::check_struct_field(const Instruction& instruction, const StructType& type) {
  if (!check_index("field", instruction.b, type.fields.size())) return false;
  const FieldType& field = type.fields[instruction.b];
  const TypeCode reference = defined_ref_code(instruction.a, true);
  const TypeCode value = unpacked_code(field.type);
  if (info(instruction.opcode).shape == Shape::StructGet) {
    return check_signedness(instruction, field, "field") && pop(reference) && push(value);
  }
  if (!field.is_mutable) {
    return fail(fmt::format("immutable field {} of type {}", instruction.b, instruction.a));
  }
  return pop_all(reference, value);
}

const ArrayType* FunctionValidator::find_array(std::uint32_t type) {
  if (!check_index("type", type, types_.size())) return nullptr;
  const ArrayType* array = types_[type].array();
  if (array == nullptr) static_cast<void>(fail(fmt::format("non-array type {}", type)));
  return array;
}

bool FunctionValidator::check_array(const Instruction& instruction) {
  const Shape shape = info(instruction.opcode).shape;
  if (shape == Shape::ArrayLen) return pop(ref_code(HeapKind::Array, true)) && push(kI32Code);
  const ArrayType* type = find_array(instruction.a);
  if (type == nullptr) return false;
  const FieldType& element = type->element;
  switch (shape) {  // NOLINT(clang-diagnostic-switch-enum): those of arrays
    case Shape::ArrayNew:
    case Shape::ArrayNewDefault:
      return check_array_new(instruction, element);
    case Shape::ArrayNewFixed:
      return check_array_new_fixed(instruction, unpacked_code(element.type));
    case Shape::ArrayNewData:
    case Shape::ArrayNewElem:
      return check_array_source(instruction, element) && pop_all(kI32Code, kI32Code) &&
             push(defined_ref_code(instruction.a, false));
    case Shape::ArrayGet:
    case Shape::ArraySet:
      return check_array_access(instruction, element);
    default:
      return check_array_bulk(instruction, element);
  }
}

bool FunctionValidator::check_array_new(const Instruction& instruction, const FieldType& element) {
  const TypeCode value = unpacked_code(element.type);
  const TypeCode made = defined_ref_code(instruction.a, false);
  if (info(instruction.opcode).shape == Shape::ArrayNew) {
    return pop_all(value, kI32Code) && push(made);
  }
  if (!is_defaultable(value)) {
    return fail(fmt::format("array type is not defaultable: type {}", instruction.a));
  }
  return pop(kI32Code) && push(made);
}

bool FunctionValidator::check_array_new_fixed(const Instruction& instruction, TypeCode element) {
  if (instruction.b > kFixedArrayMax) {
    return fail(fmt::format("array.new_fixed with {} operands: at most {} are supported",
                            instruction.b, kFixedArrayMax));
  }
  const std::vector<TypeCode> elements(instruction.b, element);
  return pop(elements) && push(defined_ref_code(instruction.a, false));
}

bool FunctionValidator::check_array_access(const Instruction& instruction,
                                           const FieldType& element) {
  const TypeCode reference = defined_ref_code(instruction.a, true);
  const TypeCode value = unpacked_code(element.type);
  if (info(instruction.opcode).shape == Shape::ArrayGet) {
    return check_signedness(instruction, element, "array") && pop_all(reference, kI32Code) &&
           push(value);
  }
  if (!element.is_mutable) return fail(fmt::format("immutable array: type {}", instruction.a));
  return pop_all(reference, kI32Code, value);
}

// Those that write to many elements.
bool FunctionValidator::check_array_bulk(const Instruction& instruction, const FieldType& element) {
  if (!element.is_mutable) return fail(fmt::format("immutable array: type {}", instruction.a));
  const TypeCode reference = defined_ref_code(instruction.a, true);
  const Shape shape = info(instruction.opcode).shape;
  if (shape == Shape::ArrayFill) {
    return pop_all(reference, kI32Code, unpacked_code(element.type), kI32Code);
  }
  if (shape == Shape::ArrayCopy) return check_array_copy(instruction, element);
  return check_array_source(instruction, element) &&
         pop_all(reference, kI32Code, kI32Code, kI32Code);
}

bool FunctionValidator::check_array_copy(const Instruction& instruction, const FieldType& element) {
  const ArrayType* source = find_array(instruction.b);
  if (source == nullptr) return false;
  if (!types_.matches(source->element.type, element.type)) {
    return fail(fmt::format("array types do not match: elements are {}, and {} in the source",
                            to_string(element.type), to_string(source->element.type)));
  }
  return pop_all(defined_ref_code(instruction.a, true), kI32Code,
                 defined_ref_code(instruction.b, true), kI32Code, kI32Code);
}

// The segment that elements come from.
bool FunctionValidator::check_array_source(const Instruction& instruction,
                                           const FieldType& element) {
  if (info(instruction.opcode).immediate == ImmediateKind::TypeData) {
    if (!check_index("data segment", instruction.b, context_.module.datas.size())) return false;
    return !element.type.is_ref() ||
           fail(fmt::format("array type is not numeric or vector: its elements are {}",
                            to_string(element.type)));
  }
  if (!check_element_segment(instruction.b)) return false;
  const ValueType source = context_.module.elements[instruction.b].type;
  return types_.matches(source, element.type) ||
         fail(fmt::format("type mismatch: elem segment {} holds {}, arrays of type {} hold {}",
                          instruction.b, to_string(source), instruction.a,
                          to_string(element.type)));
}

}  // namespace heddle::engine
