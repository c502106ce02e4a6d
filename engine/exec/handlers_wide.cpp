// Wide arithmetic: numbers of 128 bits as pairs of 64, the low half first. Spec: the proposal
// "wide-arithmetic".
#include "engine/exec/handlers.hpp"

namespace heddle::engine {
namespace {

__extension__ using Wide = unsigned __int128;
__extension__ using SignedWide = __int128;

Wide wide(Slot low, Slot high) { return Wide{high} << 64 | low; }
SignedWide extended(Slot value) { return static_cast<std::int64_t>(value); }

template <Opcode opcode>
HandlerResult wide_handler(HEDDLE_PARAMETERS) {
  const auto operands = static_cast<std::uint32_t>(pc->c);
  const Slot first = fp[pc->b];
  const Slot second = fp[operands & 0xffff];
  const Slot third = fp[operands >> 16];
  const Slot fourth = fp[pc[1].b];
  Wide result = 0;
  if constexpr (opcode == Opcode::I64Add128) {
    result = wide(first, second) + wide(third, fourth);
  } else if constexpr (opcode == Opcode::I64Sub128) {
    result = wide(first, second) - wide(third, fourth);
  } else if constexpr (opcode == Opcode::I64MulWideS) {
    result = static_cast<Wide>(extended(first) * extended(second));
  } else {
    static_assert(opcode == Opcode::I64MulWideU);
    result = Wide{first} * second;
  }
  fp[pc->a] = static_cast<Slot>(result);
  put(fp, pc->a + 1U, static_cast<Slot>(result >> 64), acc, facc);
  HEDDLE_NEXT(2);
}

}  // namespace

void add_wide_handlers(HandlerTable& table) {
  for_each_opcode([&]<Opcode opcode>() {
    if constexpr (info(opcode).shape == Shape::WideArithmetic) {
      table.set(opcode, Variant::SS, handler_of(&wide_handler<opcode>));
    }
  });
}

}  // namespace heddle::engine
