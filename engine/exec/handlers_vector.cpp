// Instructions on vectors but for accesses to memory; moves, select and globals of vectors.
#include "engine/exec/handlers.hpp"
#include "engine/exec/vector_slots.hpp"

namespace heddle::engine {
namespace {

[[nodiscard]] std::uint32_t low_half(std::int32_t field) {
  return static_cast<std::uint16_t>(field);
}
[[nodiscard]] std::uint32_t high_half(std::int32_t field) {
  return static_cast<std::uint32_t>(field) >> 16;
}

template <Opcode opcode>
HandlerResult operation_handler(HEDDLE_PARAMETERS) {
  constexpr Shape kShape = info(opcode).shape;
  const V128 x = vector_at(fp, pc->b);
  if constexpr (kShape == Shape::VectorUnary) {
    put_vector(fp, pc->a, vector_unary<opcode>(x));
  } else if constexpr (kShape == Shape::VectorBinary) {
    put_vector(fp, pc->a, vector_binary<opcode>(x, vector_at(fp, low_half(pc->c))));
  } else if constexpr (kShape == Shape::VectorTernary) {
    put_vector(
        fp, pc->a,
        vector_ternary<opcode>(x, vector_at(fp, low_half(pc->c)), vector_at(fp, high_half(pc->c))));
  } else if constexpr (kShape == Shape::VectorTest) {
    put<std::uint32_t>(fp, pc->a, vector_test<opcode>(x), acc, facc);
  } else {
    static_assert(kShape == Shape::VectorExtract);
    put(fp, pc->a, extracted<opcode>(x, static_cast<std::uint32_t>(pc->c)), acc, facc);
  }
  HEDDLE_NEXT(1);
}

HandlerResult shuffle_handler(HEDDLE_PARAMETERS) {
  V128 indices;
  static_assert(sizeof indices == sizeof *pc);
  std::memcpy(&indices, pc + 1, sizeof indices);
  put_vector(fp, pc->a, shuffled(vector_at(fp, pc->b), vector_at(fp, low_half(pc->c)), indices));
  HEDDLE_NEXT(2);
}

template <Opcode opcode, Variant variant>
HandlerResult splat_handler(HEDDLE_PARAMETERS) {
  using Number = OperandOf<opcode, 0>;
  put_vector(fp, pc->a,
             splatted<opcode>(operand<Number, is_left_accumulated(variant)>(fp, pc->b, acc, facc)));
  HEDDLE_NEXT(1);
}

template <Opcode opcode, Variant variant>
HandlerResult replace_handler(HEDDLE_PARAMETERS) {
  using Number = OperandOf<opcode, 1>;
  const auto number =
      operand<Number, is_right_accumulated(variant)>(fp, low_half(pc->c), acc, facc);
  put_vector(fp, pc->a, with_lane<LaneOf<opcode>>(vector_at(fp, pc->b), high_half(pc->c), number));
  HEDDLE_NEXT(1);
}

template <Opcode opcode, Variant variant>
HandlerResult shift_handler(HEDDLE_PARAMETERS) {
  auto count = static_cast<std::uint32_t>(pc->c);
  if constexpr (!is_right_immediate(variant)) {
    count = operand<std::uint32_t, is_right_accumulated(variant)>(fp, low_half(pc->c), acc, facc);
  }
  put_vector(fp, pc->a, vector_shift<opcode>(vector_at(fp, pc->b), count));
  HEDDLE_NEXT(1);
}

HandlerResult move_vector(HEDDLE_PARAMETERS) {
  put_vector(fp, pc->a, vector_at(fp, pc->b));
  HEDDLE_NEXT(1);
}

template <Variant variant>
HandlerResult select_vector(HEDDLE_PARAMETERS) {
  const auto condition =
      operand<std::uint32_t, is_left_accumulated(variant)>(fp, high_half(pc->c), acc, facc);
  const std::uint32_t slot = condition != 0 ? pc->b : low_half(pc->c);
  put_vector(fp, pc->a, vector_at(fp, slot));
  HEDDLE_NEXT(1);
}

HandlerResult global_get_vector(HEDDLE_PARAMETERS) {
  const GlobalInstance& global = *thread->globals[pc->c];
  put_vector(fp, pc->a, {.low = global.value, .high = global.high});
  HEDDLE_NEXT(1);
}

HandlerResult global_set_vector(HEDDLE_PARAMETERS) {
  const V128 vector = vector_at(fp, pc->b);
  thread->globals[pc->c]->value = vector.low;
  thread->globals[pc->c]->high = vector.high;
  HEDDLE_NEXT(1);
}

template <Opcode opcode>
void add_operation(HandlerTable& table) {
  constexpr Shape kShape = info(opcode).shape;
  const auto add = [&](Variant variant, HandlerCode code) {
    table.set(opcode, variant, handler_of(code));
  };
  if constexpr (kShape == Shape::VectorUnary || kShape == Shape::VectorBinary ||
                kShape == Shape::VectorTernary || kShape == Shape::VectorTest ||
                kShape == Shape::VectorExtract) {
    add(Variant::SS, &operation_handler<opcode>);
  } else if constexpr (kShape == Shape::VectorShuffle) {
    add(Variant::SS, &shuffle_handler);
  } else if constexpr (kShape == Shape::VectorSplat) {
    add(Variant::SS, &splat_handler<opcode, Variant::SS>);
    add(Variant::AS, &splat_handler<opcode, Variant::AS>);
  } else if constexpr (kShape == Shape::VectorReplace) {
    add(Variant::SS, &replace_handler<opcode, Variant::SS>);
    add(Variant::SA, &replace_handler<opcode, Variant::SA>);
  } else if constexpr (kShape == Shape::VectorShift) {
    add(Variant::SS, &shift_handler<opcode, Variant::SS>);
    add(Variant::SA, &shift_handler<opcode, Variant::SA>);
    add(Variant::SI, &shift_handler<opcode, Variant::SI>);
  }
}

}  // namespace

void add_vector_handlers(HandlerTable& table) {
  for_each_opcode([&]<Opcode opcode>() { add_operation<opcode>(table); });
  const auto add = [&](Internal operation, Variant variant, HandlerCode code) {
    table.set(operation, variant, handler_of(code));
  };
  add(Internal::MoveVector, Variant::SS, &move_vector);
  add(Internal::SelectVector, Variant::SS, &select_vector<Variant::SS>);
  add(Internal::SelectVector, Variant::AS, &select_vector<Variant::AS>);
  add(Internal::GlobalGetVector, Variant::SS, &global_get_vector);
  add(Internal::GlobalSetVector, Variant::SS, &global_set_vector);
}

}  // namespace heddle::engine
