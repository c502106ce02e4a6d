// References: null, functions, i31, casts, conversions, and the branches that depend on them. Spec:
// valid/instructions, "Reference Instructions", "Control Instructions".
#include <fmt/format.h>

#include "engine/valid/function_validator.hpp"

namespace heddle::engine {
namespace {

// What is left of `from` once it is known not to be a `target`: if that takes null, not null.
TypeCode without(TypeCode from, TypeCode target) {
  return decode_value_type(target).nullable ? with_nullable(from, false) : from;
}

}  // namespace

// A reference of any type. Where code cannot be reached, one to the type below all others.
bool FunctionValidator::pop_ref(TypeCode& type) {
  const Types found = stack_.top(1);
  if (!found.empty() && !is_ref(found.front()) && found.front() != kBottomCode) {
    return fail_mismatch("instruction", "a reference", "stack", spell(found));
  }
  const auto popped = stack_.pop();
  if (!popped) return fail_mismatch("instruction", "a reference", "stack", "[]");
  type = *popped == kBottomCode ? ref_code(HeapKind::Bottom, false) : *popped;
  return true;
}

bool FunctionValidator::check_reference(const Instruction& instruction) {
  TypeCode type = 0;
  const auto convert = [&](HeapKind from, HeapKind to) {
    if (!pop_ref(type)) return false;
    const bool is_nullable = decode_value_type(type).nullable;
    stack_.push(type);
    return pop(ref_code(from, is_nullable)) && push(ref_code(to, is_nullable));
  };
  switch (info(instruction.opcode).shape) {  // NOLINT(clang-diagnostic-switch-enum)
    case Shape::RefNull:
      return check_type(instruction.b) && push(with_nullable(instruction.b, true));
    case Shape::RefFunc:
      return check_ref_func(instruction);
    case Shape::RefIsNull:
      return pop_ref(type) && push(kI32Code);
    case Shape::RefAsNonNull:
      return pop_ref(type) && push(with_nullable(type, false));
    case Shape::RefEq:
      return pop_all(ref_code(HeapKind::Eq, true), ref_code(HeapKind::Eq, true)) && push(kI32Code);
    case Shape::RefTest:
    case Shape::RefCast:
      return check_ref_test(instruction);
    case Shape::RefI31:
      return pop(kI32Code) && push(ref_code(HeapKind::I31, false));
    case Shape::I31Get:
      return pop(ref_code(HeapKind::I31, true)) && push(kI32Code);
    case Shape::AnyConvertExtern:
      return convert(HeapKind::Extern, HeapKind::Any);
    case Shape::ExternConvertAny:
      return convert(HeapKind::Any, HeapKind::Extern);
    default:
      return false;
  }
}

bool FunctionValidator::check_ref_func(const Instruction& instruction) {
  if (!check_index("function", instruction.a, context_.functions.size())) return false;
  if (!context_.declared[instruction.a]) {
    return fail(fmt::format("undeclared function reference {}", instruction.a));
  }
  return push(defined_ref_code(context_.functions[instruction.a], false));
}

bool FunctionValidator::check_ref_test(const Instruction& instruction) {
  if (!check_type(instruction.b) || !pop(types_.top_reference(instruction.b))) return false;
  const Opcode opcode = instruction.opcode;
  if (info(opcode).shape == Shape::RefTest) return push(kI32Code);
  return push(with_nullable(instruction.b, opcode == Opcode::RefCastNull));
}

bool FunctionValidator::check_br_on_null(const Instruction& instruction) {
  TypeCode type = 0;
  if (!check_label(instruction.a) || !pop_ref(type)) return false;
  const Types label = frame_at(instruction.a).label_types();
  return pop(label) && push(label) && push(with_nullable(type, false));
}

bool FunctionValidator::check_br_on_non_null(const Instruction& instruction) {
  if (!check_label(instruction.a)) return false;
  const Types label = frame_at(instruction.a).label_types();
  if (label.empty() || !is_ref(label.back())) {
    return fail_mismatch("instruction", "a reference", "label", spell(label));
  }
  const Types others = label.first(label.size() - 1);
  return pop(with_nullable(label.back(), true)) && pop(others) && push(others);
}

// The last value of a label is what the branch adds.
bool FunctionValidator::check_label_last(std::uint32_t depth, TypeCode last) {
  const Types label = frame_at(depth).label_types();
  return (!label.empty() && types_.matches(last, label.back())) ||
         fail_mismatch("instruction", spell(last), "label", spell(label));
}

bool FunctionValidator::check_br_on_cast(const Instruction& instruction) {
  const auto from = static_cast<TypeCode>(instruction.b);
  const auto to = static_cast<TypeCode>(instruction.value);
  if (!check_label(instruction.a) || !check_type(from) || !check_type(to)) return false;
  if (!types_.matches(to, from)) {
    return fail(
        fmt::format("type mismatch on cast: type {} does not match {}", spell(to), spell(from)));
  }
  const bool is_fail = info(instruction.opcode).shape == Shape::BrOnCastFail;
  const TypeCode rest = without(from, to);
  if (!check_label_last(instruction.a, is_fail ? rest : to)) return false;
  const Types label = frame_at(instruction.a).label_types();
  const Types others = label.first(label.size() - 1);
  return pop(from) && pop(others) && push(others) && push(is_fail ? to : rest);
}

}  // namespace heddle::engine
