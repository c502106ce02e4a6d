// Accesses to memories other than the first, or by 64-bit addresses; memory.size and the like of
// these. See far_access.hpp.
#include <cstring>

#include "engine/exec/far_access.hpp"
#include "engine/exec/handlers.hpp"
#include "engine/exec/visible_access.hpp"

namespace heddle::engine {
namespace {

constexpr std::uint64_t kBytesPerFuel = 256;

template <Trap trap>
[[gnu::cold, gnu::noinline]] HandlerResult fault(HEDDLE_PARAMETERS) {
  const MemoryInstance& target = far_memory(thread, pc);
  if (target.shared()) record(thread, pc, read_of_length(target, core::Ordering::Unordered));
  HEDDLE_TAIL(trap_with<trap>);
}

// Those to unshared memories make no calls, so that they have nothing to save.
template <Opcode opcode, bool is_shared>
[[gnu::noinline]] HandlerResult far_access(HEDDLE_PARAMETERS) {
  constexpr std::uint64_t kBytes = sizeof(AccessOf<opcode>);
  const MemoryInstance& target = far_memory(thread, pc);
  if constexpr (is_shared) {
    if (take_permit(thread) == Permit::None) HEDDLE_TAIL(switch_or_stop);
  } else if (target.shared()) {
    HEDDLE_TAIL(far_access<opcode, true>);
  }
  const EffectiveAddress address = far_address(pc, fp);
  if constexpr (is_atomic(opcode)) {
    if (!address.is_aligned(kBytes)) [[unlikely]]
      HEDDLE_TAIL(fault<Trap::UnalignedAtomic>);
  }
  if (!address.is_within(target.size_bytes(), kBytes)) [[unlikely]] {
    HEDDLE_TAIL(fault<Trap::OutOfBoundsMemoryAccess>);
  }
  const Access<opcode> access(target.base() + address.value,
                              second_operand<opcode, false>(fp, pc, acc, facc), fp, pc);
  if constexpr (!is_store(opcode)) {
    put<ResultOf<opcode>>(fp, pc->a, loaded<opcode>(access.before), acc, facc);
  }
  if constexpr (is_shared) {
    if constexpr (!is_load(opcode)) thread->has_acted |= access.changes;
    record_access<opcode>(thread, pc, target, address.value, access.writes, access.before,
                          access.after, access.compared);
  }
  HEDDLE_NEXT(kFarCells);
}

// The operands of a bulk operation.
Slot first(const Cell* pc, const Slot* fp) { return fp[pc->b]; }
Slot second(const Cell* pc, const Slot* fp) { return fp[pc[1].b]; }
Slot third(const Cell* pc, const Slot* fp) { return fp[static_cast<std::uint16_t>(pc[1].c)]; }

bool is_within(const MemoryInstance& memory, std::uint64_t begin, std::uint64_t length) {
  return EffectiveAddress{.value = begin}.is_within(memory.size_bytes(), length);
}

HandlerResult far_size(HEDDLE_PARAMETERS) {
  const MemoryInstance& target = far_memory(thread, pc);
  if (target.shared()) HEDDLE_TAIL(stop_action);
  put_any(fp, pc->a, target.pages(), acc, facc);
  HEDDLE_NEXT(kFarCells);
}

// The first memory may be the same one by another index.
HandlerResult far_grow(HEDDLE_PARAMETERS) {
  MemoryInstance& target = far_memory(thread, pc);
  if (target.shared()) HEDDLE_TAIL(stop_action);
  const auto pages = target.grow(first(pc, fp));
  memory_size = thread->memory()->size_bytes();
  put_any(fp, pc->a, pages ? *pages : failed_growth(target.type().address), acc, facc);
  HEDDLE_NEXT(kFarCells);
}

HandlerResult far_fill(HEDDLE_PARAMETERS) {
  const MemoryInstance& target = far_memory(thread, pc);
  if (target.shared()) HEDDLE_TAIL(stop_action);
  const Slot begin = first(pc, fp);
  const Slot length = third(pc, fp);
  if (!is_within(target, begin, length)) HEDDLE_TAIL(trap_with<Trap::OutOfBoundsMemoryAccess>);
  charge(thread, length / kBytesPerFuel);
  if (length != 0) {
    std::memset(target.base() + begin, static_cast<std::uint8_t>(second(pc, fp)), length);
  }
  HEDDLE_NEXT(kFarCells);
}

HandlerResult far_copy(HEDDLE_PARAMETERS) {
  const MemoryInstance& target = far_memory(thread, pc);
  const MemoryInstance& source = *thread->instance->memories[pc[2].bits];
  if (target.shared() || source.shared()) HEDDLE_TAIL(stop_action);
  const Slot length = third(pc, fp);
  if (!is_within(target, first(pc, fp), length) || !is_within(source, second(pc, fp), length)) {
    HEDDLE_TAIL(trap_with<Trap::OutOfBoundsMemoryAccess>);
  }
  charge(thread, length / kBytesPerFuel);
  if (length != 0) {
    std::memmove(target.base() + first(pc, fp), source.base() + second(pc, fp), length);
  }
  HEDDLE_NEXT(kFarCells);
}

HandlerResult far_init(HEDDLE_PARAMETERS) {
  const Instance& instance = *thread->instance;
  const MemoryInstance& target = *instance.memories[pc[2].bits];
  if (target.shared()) HEDDLE_TAIL(stop_action);
  const auto segment = static_cast<std::uint32_t>(pc->c);
  const auto& bytes = instance.module->module().datas[segment].bytes;
  const std::uint64_t available = instance.dropped_datas[segment] ? 0 : bytes.size();
  const Slot from = second(pc, fp);
  const Slot length = third(pc, fp);
  if (!is_within(target, first(pc, fp), length) ||
      !EffectiveAddress{.value = from}.is_within(available, length)) {
    HEDDLE_TAIL(trap_with<Trap::OutOfBoundsMemoryAccess>);
  }
  charge(thread, length / kBytesPerFuel);
  if (length != 0) std::memcpy(target.base() + first(pc, fp), bytes.data() + from, length);
  HEDDLE_NEXT(kFarCells);
}

// Null if there is no such form of an opcode.
template <Opcode opcode>
constexpr HandlerCode far_handler() {
  constexpr Shape kShape = info(opcode).shape;
  if constexpr (is_atomic(opcode) || kShape == Shape::Load || kShape == Shape::Store) {
    return &far_access<opcode, false>;
  } else if constexpr (kShape == Shape::AtomicWait || kShape == Shape::AtomicNotify) {
    return &stop_action;
  } else if constexpr (kShape == Shape::MemorySize) {
    return &far_size;
  } else if constexpr (kShape == Shape::MemoryGrow) {
    return &far_grow;
  } else if constexpr (kShape == Shape::MemoryFill) {
    return &far_fill;
  } else if constexpr (kShape == Shape::MemoryCopy) {
    return &far_copy;
  } else if constexpr (kShape == Shape::MemoryInit) {
    return &far_init;
  } else {
    return nullptr;
  }
}

}  // namespace

void add_far_handlers(HandlerTable& table) {
  for_each_opcode([&]<Opcode opcode>() {
    if constexpr (far_handler<opcode>() != nullptr) {
      table.set({opcode, Form::Far}, Variant::SS, handler_of(far_handler<opcode>()));
    }
  });
}

}  // namespace heddle::engine
