// Moves, constants, select, globals and ref.func.
#include <cstring>

#include "engine/exec/handlers.hpp"

namespace heddle::engine {
namespace {

template <Variant variant>
HandlerResult move_handler(HEDDLE_PARAMETERS) {
  put_any(fp, pc->a, operand<Slot, is_left_accumulated(variant)>(fp, pc->b, acc, facc), acc, facc);
  HEDDLE_NEXT(1);
}

HandlerResult move_range(HEDDLE_PARAMETERS) {
  std::memmove(fp + pc->a, fp + pc->b, static_cast<std::size_t>(pc->c) * sizeof(Slot));
  HEDDLE_NEXT(1);
}

HandlerResult constant_signed(HEDDLE_PARAMETERS) {
  put_any(fp, pc->a, static_cast<Slot>(std::int64_t{pc->c}), acc, facc);
  HEDDLE_NEXT(1);
}

HandlerResult constant_unsigned(HEDDLE_PARAMETERS) {
  put_any(fp, pc->a, static_cast<std::uint32_t>(pc->c), acc, facc);
  HEDDLE_NEXT(1);
}

HandlerResult constant_wide(HEDDLE_PARAMETERS) {
  put_any(fp, pc->a, pc[1].bits, acc, facc);
  HEDDLE_NEXT(2);
}

template <Variant variant>
HandlerResult select_handler(HEDDLE_PARAMETERS) {
  const auto slots = static_cast<std::uint32_t>(pc->c);
  const auto condition =
      operand<std::uint32_t, is_left_accumulated(variant)>(fp, slots >> 16, acc, facc);
  const Slot first = fp[pc->b];
  const Slot second = fp[slots & 0xffff];
  put_any(fp, pc->a, condition != 0 ? first : second, acc, facc);
  HEDDLE_NEXT(1);
}

HandlerResult global_get(HEDDLE_PARAMETERS) {
  put_any(fp, pc->a, thread->globals[pc->c]->value, acc, facc);
  HEDDLE_NEXT(1);
}

template <Variant variant>
HandlerResult global_set(HEDDLE_PARAMETERS) {
  thread->globals[pc->c]->value = operand<Slot, is_left_accumulated(variant)>(fp, pc->b, acc, facc);
  HEDDLE_NEXT(1);
}

HandlerResult ref_func(HEDDLE_PARAMETERS) {
  const FunctionInstance* function = thread->instance->functions[static_cast<std::uint32_t>(pc->c)];
  put_any(fp, pc->a, reinterpret_cast<Slot>(function), acc, facc);
  HEDDLE_NEXT(1);
}

}  // namespace

void add_frame_handlers(HandlerTable& table) {
  const auto add = [&](Operation operation, HandlerCode code) {
    table.set(operation, Variant::SS, handler_of(code));
  };
  add(Internal::Move, &move_handler<Variant::SS>);
  table.set(Internal::Move, Variant::AS, handler_of(&move_handler<Variant::AS>));
  add(Internal::MoveRange, &move_range);
  add(Internal::ConstantSigned, &constant_signed);
  add(Internal::ConstantUnsigned, &constant_unsigned);
  add(Internal::ConstantWide, &constant_wide);
  add(Opcode::Select, &select_handler<Variant::SS>);
  table.set(Opcode::Select, Variant::AS, handler_of(&select_handler<Variant::AS>));
  add(Opcode::GlobalGet, &global_get);
  add(Opcode::GlobalSet, &global_set<Variant::SS>);
  table.set(Opcode::GlobalSet, Variant::AS, handler_of(&global_set<Variant::AS>));
  add(Opcode::RefFunc, &ref_func);
}

}  // namespace heddle::engine
