// Loads and stores of unshared memory.
#include "engine/exec/access.hpp"
#include "engine/exec/handlers.hpp"

namespace heddle::engine {
namespace {

template <Opcode opcode, Variant variant>
HandlerResult load_handler(HEDDLE_PARAMETERS) {
  using Access = AccessOf<opcode>;
  const std::uint64_t address = effective_address(
      operand<std::uint32_t, is_left_accumulated(variant)>(fp, pc->b, acc, facc), pc);
  if (address + sizeof(Access) > memory_size) [[unlikely]] {
    HEDDLE_TAIL(trap_with<Trap::OutOfBoundsMemoryAccess>);
  }
  put<ResultOf<opcode>>(fp, pc->a, loaded<opcode>(read_memory<Access>(memory + address)), acc,
                        facc);
  HEDDLE_NEXT(1);
}

template <Opcode opcode, Variant variant>
HandlerResult store_handler(HEDDLE_PARAMETERS) {
  using Access = AccessOf<opcode>;
  using Value = OperandOf<opcode, 1>;
  const std::uint64_t address = effective_address(
      operand<std::uint32_t, is_left_accumulated(variant)>(fp, pc->a, acc, facc), pc);
  if (address + sizeof(Access) > memory_size) [[unlikely]] {
    HEDDLE_TAIL(trap_with<Trap::OutOfBoundsMemoryAccess>);
  }
  Slot value = 0;
  if constexpr (is_right_immediate(variant)) {
    value = static_cast<Slot>(static_cast<std::int16_t>(pc->b));
  } else {
    value = to_slot(operand<Value, is_right_accumulated(variant)>(fp, pc->b, acc, facc));
  }
  write_memory(memory + address, stored<opcode>(value));
  HEDDLE_NEXT(1);
}

}  // namespace

void add_access_handlers(HandlerTable& table) {
  for_each_opcode([&]<Opcode opcode>() {
    if constexpr (info(opcode).shape == Shape::Load) {
      table.set(opcode, Variant::SS, handler_of(&load_handler<opcode, Variant::SS>));
      table.set(opcode, Variant::AS, handler_of(&load_handler<opcode, Variant::AS>));
    } else if constexpr (info(opcode).shape == Shape::Store) {
      const auto add = [&]<Variant... variants>() {
        (table.set(opcode, variants, handler_of(&store_handler<opcode, variants>)), ...);
      };
      add.template operator()<Variant::SS, Variant::AS, Variant::SA>();
      if constexpr (std::is_floating_point_v<OperandOf<opcode, 1>>) {
        add.template operator()<Variant::AA>();
      } else {
        add.template operator()<Variant::SI, Variant::AI>();
      }
    }
  });
}

}  // namespace heddle::engine
