// References: null tests, casts, i31. Spec: exec/instructions, "Reference Instructions".
#include <bit>

#include "engine/exec/handlers.hpp"
#include "engine/runtime/heap.hpp"

namespace heddle::engine {
namespace {

[[nodiscard]] inline const Referent& referent_of(Slot slot) {
  return *std::bit_cast<const Referent*>(slot);
}

[[nodiscard]] inline bool is_object(Slot slot) { return (slot & 3) == 0; }

// Of what is an address: the id of its type.
[[nodiscard]] inline std::uint32_t type_id_of(Slot slot) {
  if (referent_of(slot).kind == ReferentKind::Function) {
    return std::bit_cast<const FunctionInstance*>(slot)->type_id;
  }
  return object_of(slot)->layout->type_id;
}

// Whether a reference has the type that is encoded in an instruction of `instance`. Validation has
// seen to it that both are of one hierarchy.
[[nodiscard]] inline bool has_type(Slot slot, std::uint32_t encoded, const Instance& instance) {
  const ValueType type = decode_value_type(encoded);
  if (slot == 0) return type.nullable;
  switch (type.heap) {
    case HeapKind::Any:
    case HeapKind::Func:
    case HeapKind::Extern:
    case HeapKind::Exn:
      return true;
    case HeapKind::Eq:
      return !is_host(slot);
    case HeapKind::I31:
      return is_i31(slot);
    case HeapKind::Struct:
      return is_object(slot) && referent_of(slot).kind == ReferentKind::Struct;
    case HeapKind::Array:
      return is_object(slot) && referent_of(slot).kind == ReferentKind::Array;
    case HeapKind::Defined:
      return is_object(slot) &&
             instance.types->is_subtype(type_id_of(slot), instance.type_ids[type.index]);
    case HeapKind::None:
    case HeapKind::NoFunc:
    case HeapKind::NoExtern:
    case HeapKind::NoExn:
    case HeapKind::Bottom:
      return false;
  }
  return false;
}

// The type that a cell's annex says.
[[nodiscard]] inline std::uint32_t encoded_type(const Cell* pc) {
  return static_cast<std::uint32_t>(pc[1].bits);
}

template <Variant variant>
[[nodiscard]] inline Slot reference(const Slot* fp, std::uint32_t slot, Slot acc, double facc) {
  return operand<Slot, is_left_accumulated(variant)>(fp, slot, acc, facc);
}

template <Variant variant>
HandlerResult ref_as_non_null(HEDDLE_PARAMETERS) {
  if (reference<variant>(fp, pc->b, acc, facc) == 0) HEDDLE_TAIL(trap_with<Trap::NullReference>);
  HEDDLE_NEXT(1);
}

template <Variant variant>
HandlerResult ref_test(HEDDLE_PARAMETERS) {
  const Slot slot = reference<variant>(fp, pc->b, acc, facc);
  const bool holds = has_type(slot, encoded_type(pc), *thread->instance);
  put_any(fp, pc->a, holds ? 1 : 0, acc, facc);
  HEDDLE_NEXT(2);
}

template <Variant variant>
HandlerResult ref_cast(HEDDLE_PARAMETERS) {
  const Slot slot = reference<variant>(fp, pc->b, acc, facc);
  if (!has_type(slot, encoded_type(pc), *thread->instance)) {
    HEDDLE_TAIL(trap_with<Trap::CastFailure>);
  }
  HEDDLE_NEXT(2);
}

template <bool when, Variant variant>
HandlerResult branch_on_cast(HEDDLE_PARAMETERS) {
  const Slot slot = reference<variant>(fp, pc->a, acc, facc);
  if (has_type(slot, encoded_type(pc), *thread->instance) == when) HEDDLE_BRANCH(pc->c);
  HEDDLE_NEXT(2);
}

template <Variant variant>
HandlerResult ref_i31(HEDDLE_PARAMETERS) {
  const Slot number = reference<variant>(fp, pc->b, acc, facc);
  put_any(fp, pc->a, i31_slot(static_cast<std::uint32_t>(number)), acc, facc);
  HEDDLE_NEXT(1);
}

template <bool is_signed, Variant variant>
HandlerResult i31_get(HEDDLE_PARAMETERS) {
  const Slot slot = reference<variant>(fp, pc->b, acc, facc);
  if (slot == 0) HEDDLE_TAIL(trap_with<Trap::NullI31Reference>);
  std::uint32_t bits = i31_bits(slot);
  if constexpr (is_signed) bits |= (bits & 0x4000'0000) << 1;
  put_any(fp, pc->a, bits, acc, facc);
  HEDDLE_NEXT(1);
}

template <Variant variant>
void add(HandlerTable& table) {
  const auto set = [&](Operation operation, HandlerCode code) {
    table.set(operation, variant, handler_of(code));
  };
  set(Opcode::RefAsNonNull, &ref_as_non_null<variant>);
  set(Opcode::RefTest, &ref_test<variant>);
  set(Opcode::RefCast, &ref_cast<variant>);
  set({Opcode::BrOnCast, Form::BranchIf}, &branch_on_cast<true, variant>);
  set({Opcode::BrOnCast, Form::BranchUnless}, &branch_on_cast<false, variant>);
  set(Opcode::RefI31, &ref_i31<variant>);
  set(Opcode::I31GetS, &i31_get<true, variant>);
  set(Opcode::I31GetU, &i31_get<false, variant>);
}

}  // namespace

void add_reference_handlers(HandlerTable& table) {
  add<Variant::SS>(table);
  add<Variant::AS>(table);
}

}  // namespace heddle::engine
