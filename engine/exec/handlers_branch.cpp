// Branches: comparisons and tests fused with a conditional branch, br and br_table.
#include <algorithm>

#include "engine/exec/handlers.hpp"
#include "engine/exec/numerics.hpp"

namespace heddle::engine {
namespace {

template <Opcode opcode, bool when, Variant variant>
HandlerResult branch_handler(HEDDLE_PARAMETERS) {
  using T = OperandOf<opcode, 0>;
  const T x = operand<T, is_left_accumulated(variant)>(fp, pc->a, acc, facc);
  bool holds = false;
  if constexpr (info(opcode).shape == Shape::Test) {
    holds = test(x);
  } else {
    T y{};
    if constexpr (is_right_immediate(variant)) {
      y = static_cast<T>(static_cast<std::int16_t>(pc->b));
    } else {
      y = operand<T, is_right_accumulated(variant)>(fp, pc->b, acc, facc);
    }
    holds = compare<opcode>(x, y);
  }
  if (holds == when) HEDDLE_BRANCH(pc->c);
  HEDDLE_NEXT(1);
}

HandlerResult br_handler(HEDDLE_PARAMETERS) { HEDDLE_BRANCH(pc->c); }

template <Variant variant>
HandlerResult br_table_handler(HEDDLE_PARAMETERS) {
  const auto index = operand<std::uint32_t, is_left_accumulated(variant)>(fp, pc->a, acc, facc);
  const auto entry =
      static_cast<std::int64_t>(1 + std::min(index, static_cast<std::uint32_t>(pc->c)));
  const std::int64_t distance = entry + pc[entry].c;
  if (distance <= 0 && --thread->fuel < 0) [[unlikely]]
    HEDDLE_TAIL(stop_out_of_fuel);
  pc += distance;
  HEDDLE_DISPATCH();
}

template <Opcode opcode, Variant... variants>
void add(HandlerTable& table) {
  (table.set({opcode, Form::BranchIf}, variants,
             handler_of(&branch_handler<opcode, true, variants>)),
   ...);
  (table.set({opcode, Form::BranchUnless}, variants,
             handler_of(&branch_handler<opcode, false, variants>)),
   ...);
}

}  // namespace

void add_branch_handlers(HandlerTable& table) {
  for_each_opcode([&]<Opcode opcode>() {
    constexpr Shape kShape = info(opcode).shape;
    if constexpr (kShape == Shape::Test) {
      add<opcode, Variant::SS, Variant::AS>(table);
    } else if constexpr (kShape == Shape::Compare) {
      add<opcode, Variant::SS, Variant::AS, Variant::SA>(table);
      if constexpr (!std::is_floating_point_v<OperandOf<opcode, 0>>) {
        add<opcode, Variant::SI, Variant::AI>(table);
      }
    }
  });
  table.set(Opcode::Br, Variant::SS, handler_of(&br_handler));
  table.set(Opcode::BrTable, Variant::SS, handler_of(&br_table_handler<Variant::SS>));
  table.set(Opcode::BrTable, Variant::AS, handler_of(&br_table_handler<Variant::AS>));
}

}  // namespace heddle::engine
