// Two operations on i32 in one cell: see Pair and the counted branches in operation.hpp.
#include "engine/exec/handlers.hpp"
#include "engine/exec/numerics.hpp"

namespace heddle::engine {
namespace {

template <Opcode first, Opcode second, Variant variant>
HandlerResult pair_handler(HEDDLE_PARAMETERS) {
  const auto x = operand<std::uint32_t, is_left_accumulated(variant)>(fp, pc->b, acc, facc);
  auto y = static_cast<std::uint32_t>(pc[1].c);
  if constexpr (!is_right_immediate(variant)) {
    y = operand<std::uint32_t, is_right_accumulated(variant)>(fp, pc[1].b, acc, facc);
  }
  const auto between = binary<first>(x, static_cast<std::uint32_t>(pc->c));
  put<std::uint32_t>(fp, pc->a, binary<second>(between, y), acc, facc);
  HEDDLE_NEXT(2);
}

template <Variant variant>
HandlerResult ring_index(HEDDLE_PARAMETERS) {
  const auto x = operand<std::uint32_t, is_left_accumulated(variant)>(fp, pc->b, acc, facc);
  const std::uint32_t masked =
      (x + static_cast<std::uint32_t>(pc->c)) & static_cast<std::uint32_t>(pc[1].c);
  put<std::uint32_t>(fp, pc->a, masked << (pc[1].b % 32), acc, facc);
  HEDDLE_NEXT(2);
}

// The fuel is taken first: a cell that is stopped at is repeated as a whole.
template <Opcode opcode, bool when, Variant variant>
HandlerResult count_handler(HEDDLE_PARAMETERS) {
  const std::uint32_t x = from_slot<std::uint32_t>(fp[pc->a]) + static_cast<std::uint32_t>(pc[1].c);
  bool holds = false;
  if constexpr (info(opcode).shape == Shape::Test) {
    holds = test(x);
  } else if constexpr (is_right_immediate(variant)) {
    holds = compare<opcode>(x, static_cast<std::uint32_t>(pc[1].bits));
  } else {
    holds = compare<opcode>(x, from_slot<std::uint32_t>(fp[pc->b]));
  }
  const bool is_taken = holds == when;
  if (is_taken && pc->c <= 0 && --thread->fuel < 0) [[unlikely]]
    HEDDLE_TAIL(stop_out_of_fuel);
  put<std::uint32_t>(fp, pc->a, x, acc, facc);
  if (is_taken) {
    pc += pc->c;
    HEDDLE_DISPATCH();
  }
  HEDDLE_NEXT(2);
}

template <std::size_t first, std::size_t second>
void add_pair(HandlerTable& table) {
  const auto add = [&]<Variant... variants>() {
    (table.set(Pair{first, second}, variants,
               handler_of(&pair_handler<kPairFirst[first], kPairSecond[second], variants>)),
     ...);
  };
  add.template operator()<Variant::SS, Variant::AS, Variant::SA, Variant::SI, Variant::AI>();
}

template <Opcode opcode, Variant variant>
void add_count(HandlerTable& table) {
  table.set({opcode, Form::CountIf}, variant, handler_of(&count_handler<opcode, true, variant>));
  table.set({opcode, Form::CountUnless}, variant,
            handler_of(&count_handler<opcode, false, variant>));
}

}  // namespace

void add_fused_handlers(HandlerTable& table) {
  [&]<std::size_t... i>(std::index_sequence<i...>) {
    (add_pair<i / kPairSecond.size(), i % kPairSecond.size()>(table), ...);
  }(std::make_index_sequence<kPairCount>());
  table.set(Internal::RingIndex, Variant::SS, handler_of(&ring_index<Variant::SS>));
  table.set(Internal::RingIndex, Variant::AS, handler_of(&ring_index<Variant::AS>));
  for_each_opcode([&]<Opcode opcode>() {
    constexpr Shape kShape = info(opcode).shape;
    if constexpr (kShape == Shape::Test || kShape == Shape::Compare) {
      if constexpr (signature(opcode).operands[0].kind == TypeKind::I32) {
        add_count<opcode, Variant::SS>(table);
        if constexpr (kShape == Shape::Compare) add_count<opcode, Variant::SI>(table);
      }
    }
  });
}

}  // namespace heddle::engine
