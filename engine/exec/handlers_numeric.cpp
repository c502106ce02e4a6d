// Numeric instructions that produce a value.
#include "engine/exec/handlers.hpp"
#include "engine/exec/numerics.hpp"

namespace heddle::engine {
namespace {

template <Opcode opcode, Variant variant>
HandlerResult binary_handler(HEDDLE_PARAMETERS) {
  using T = OperandOf<opcode, 0>;
  const T x = operand<T, is_left_accumulated(variant)>(fp, pc->b, acc, facc);
  T y{};
  if constexpr (is_right_immediate(variant)) {
    y = static_cast<T>(pc->c);  // sign-extended
  } else {
    y = operand<T, is_right_accumulated(variant)>(fp, static_cast<std::uint16_t>(pc->c), acc, facc);
  }
  if constexpr (info(opcode).shape == Shape::Compare) {
    put<std::uint32_t>(fp, pc->a, compare<opcode>(x, y) ? 1 : 0, acc, facc);
  } else {
    if (const Trap trap = binary_trap<opcode>(x, y); trap != Trap::None) [[unlikely]] {
      thread->trap = trap;
      HEDDLE_TAIL(stop_trapped);
    }
    put<T>(fp, pc->a, binary<opcode>(x, y), acc, facc);
  }
  HEDDLE_NEXT(1);
}

template <Opcode opcode, Variant variant>
HandlerResult unary_handler(HEDDLE_PARAMETERS) {
  using T = OperandOf<opcode, 0>;
  const T x = operand<T, is_left_accumulated(variant)>(fp, pc->b, acc, facc);
  if constexpr (info(opcode).shape == Shape::Test) {
    put<std::uint32_t>(fp, pc->a, test(x) ? 1 : 0, acc, facc);
  } else if constexpr (info(opcode).shape == Shape::Unary) {
    put<T>(fp, pc->a, unary<opcode>(x), acc, facc);
  } else {
    if (const Trap trap = convert_trap<opcode>(x); trap != Trap::None) [[unlikely]] {
      thread->trap = trap;
      HEDDLE_TAIL(stop_trapped);
    }
    put<ResultOf<opcode>>(fp, pc->a, convert<opcode>(x), acc, facc);
  }
  HEDDLE_NEXT(1);
}

template <Opcode opcode>
void add_binary(HandlerTable& table) {
  const auto add = [&]<Variant... variants>() {
    (table.set(opcode, variants, handler_of(&binary_handler<opcode, variants>)), ...);
  };
  add.template operator()<Variant::SS, Variant::AS, Variant::SA>();
  if constexpr (!std::is_floating_point_v<OperandOf<opcode, 0>>) {
    add.template operator()<Variant::SI, Variant::AI>();
  }
}

template <Opcode opcode>
void add_unary(HandlerTable& table) {
  table.set(opcode, Variant::SS, handler_of(&unary_handler<opcode, Variant::SS>));
  table.set(opcode, Variant::AS, handler_of(&unary_handler<opcode, Variant::AS>));
}

}  // namespace

void add_numeric_handlers(HandlerTable& table) {
  for_each_opcode([&]<Opcode opcode>() {
    constexpr Shape kShape = info(opcode).shape;
    if constexpr (kShape == Shape::Binary || kShape == Shape::Compare) {
      add_binary<opcode>(table);
    } else if constexpr (kShape == Shape::Unary || kShape == Shape::Test ||
                         kShape == Shape::Convert) {
      add_unary<opcode>(table);
    }
  });
}

}  // namespace heddle::engine
