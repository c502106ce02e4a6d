// Two or three operations on i32 in one cell: see Pair and RingIndex in operation.hpp.
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

template <std::size_t first, std::size_t second>
void add_pair(HandlerTable& table) {
  const auto add = [&]<Variant... variants>() {
    (table.set(Pair{first, second}, variants,
               handler_of(&pair_handler<kPairFirst[first], kPairSecond[second], variants>)),
     ...);
  };
  add.template operator()<Variant::SS, Variant::AS, Variant::SA, Variant::SI, Variant::AI>();
}

}  // namespace

void add_fused_handlers(HandlerTable& table) {
  [&]<std::size_t... i>(std::index_sequence<i...>) {
    (add_pair<i / kPairSecond.size(), i % kPairSecond.size()>(table), ...);
  }(std::make_index_sequence<kPairCount>());
  table.set(Internal::RingIndex, Variant::SS, handler_of(&ring_index<Variant::SS>));
  table.set(Internal::RingIndex, Variant::AS, handler_of(&ring_index<Variant::AS>));
}

}  // namespace heddle::engine
