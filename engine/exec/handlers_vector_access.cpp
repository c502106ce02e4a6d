// Loads and stores of vectors and of their lanes, to any memory. See operation.hpp for their cells.
//
// Accesses to shared memory are visible, as all are there: they need a permit, and are recorded.
// The specification lets every one of them tear.
#include "engine/exec/actions_bulk_value.hpp"
#include "engine/exec/far_access.hpp"
#include "engine/exec/handlers.hpp"
#include "engine/exec/vector_slots.hpp"
#include "engine/exec/visible_access.hpp"

namespace heddle::engine {
namespace {

[[nodiscard]] constexpr bool is_vector_access(Opcode opcode) {
  const Shape shape = info(opcode).shape;
  return shape >= Shape::VectorLoad && shape <= Shape::VectorStoreLane;
}
[[nodiscard]] constexpr bool is_vector_store(Opcode opcode) {
  const Shape shape = info(opcode).shape;
  return shape == Shape::VectorStore || shape == Shape::VectorStoreLane;
}

// Between memory that was checked and the frame.
template <Opcode opcode>
inline void access(std::byte* at, const Cell* pc, Slot* fp) {
  constexpr Shape kShape = info(opcode).shape;
  if constexpr (kShape == Shape::VectorLoad) {
    put_vector(fp, pc->a, loaded_vector<opcode>(at));
  } else if constexpr (kShape == Shape::VectorStore) {
    write_memory(at, vector_at(fp, pc[1].b));
  } else {
    using T = AccessOf<opcode>;
    const std::uint32_t lane = static_cast<std::uint32_t>(pc[1].c) >> 16;
    const V128 vector = vector_at(fp, pc[1].b);
    if constexpr (kShape == Shape::VectorLoadLane) {
      put_vector(fp, pc->a, with_lane<T>(vector, lane, read_memory<T>(at)));
    } else {
      write_memory(at, lane_of<T>(vector, lane));
    }
  }
}

// Records an access that was made.
template <Opcode opcode>
[[gnu::noinline]] void record_vector_access(const ThreadState* thread, const Cell* pc,
                                            const MemoryInstance& memory, std::uint64_t address) {
  if (!thread->run->is_recording()) return;
  constexpr std::size_t kBytes = info(opcode).access_bytes;
  const std::uint64_t value = bulk_value({memory.base() + address, kBytes});
  constexpr bool kWrites = is_vector_store(opcode);
  record(thread, pc,
         {.kind = kWrites ? core::ActionKind::Write : core::ActionKind::Read,
          .ordering = core::Ordering::Unordered,
          .is_torn_allowed = true,
          .location = {.region = core::RegionKind::Memory,
                       .number = memory.number(),
                       .offset = address},
          .size_bytes = kBytes,
          .read_value = kWrites ? 0 : value,
          .written_value = kWrites ? value : 0});
}

template <Opcode opcode, Variant variant>
HandlerResult plain_access(HEDDLE_PARAMETERS) {
  const std::uint64_t address = effective_address(
      operand<std::uint32_t, is_left_accumulated(variant)>(fp, pc->b, acc, facc), pc);
  if (address + info(opcode).access_bytes > memory_size) [[unlikely]] {
    HEDDLE_TAIL(trap_with<Trap::OutOfBoundsMemoryAccess>);
  }
  access<opcode>(memory + address, pc, fp);
  HEDDLE_NEXT(2);
}

[[gnu::cold]] HandlerResult fault(HEDDLE_PARAMETERS) {
  record(thread, pc, read_of_length(*thread->memory(), core::Ordering::Unordered));
  HEDDLE_TAIL(trap_with<Trap::OutOfBoundsMemoryAccess>);
}

template <Opcode opcode>
HandlerResult visible_access(HEDDLE_PARAMETERS) {
  if (take_permit(thread) == Permit::None) HEDDLE_TAIL(switch_or_stop);
  const std::uint64_t address = effective_address(static_cast<std::uint32_t>(fp[pc->b]), pc);
  if (address + info(opcode).access_bytes > memory_size) [[unlikely]] {
    HEDDLE_TAIL(fault);
  }
  access<opcode>(memory + address, pc, fp);
  if constexpr (is_vector_store(opcode)) thread->has_acted = true;
  record_vector_access<opcode>(thread, pc, *thread->memory(), address);
  HEDDLE_NEXT(2);
}

[[gnu::cold]] HandlerResult far_fault(HEDDLE_PARAMETERS) {
  const MemoryInstance& target = far_memory(thread, pc);
  if (target.shared()) record(thread, pc, read_of_length(target, core::Ordering::Unordered));
  HEDDLE_TAIL(trap_with<Trap::OutOfBoundsMemoryAccess>);
}

template <Opcode opcode>
HandlerResult far_access(HEDDLE_PARAMETERS) {
  const MemoryInstance& target = far_memory(thread, pc);
  if (target.shared() && take_permit(thread) == Permit::None) HEDDLE_TAIL(switch_or_stop);
  const EffectiveAddress address = far_address(pc, fp);
  if (!address.is_within(target.size_bytes(), info(opcode).access_bytes)) [[unlikely]] {
    HEDDLE_TAIL(far_fault);
  }
  access<opcode>(target.base() + address.value, pc, fp);
  if constexpr (is_vector_store(opcode)) thread->has_acted = true;
  if (target.shared()) record_vector_access<opcode>(thread, pc, target, address.value);
  HEDDLE_NEXT(kFarCells);
}

}  // namespace

void add_vector_access_handlers(HandlerTable& table) {
  for_each_opcode([&]<Opcode opcode>() {
    if constexpr (is_vector_access(opcode)) {
      const auto add = [&](Form form, Variant variant, HandlerCode code) {
        table.set({opcode, form}, variant, handler_of(code));
      };
      add(Form::Plain, Variant::SS, &plain_access<opcode, Variant::SS>);
      add(Form::Plain, Variant::AS, &plain_access<opcode, Variant::AS>);
      add(Form::Visible, Variant::SS, &visible_access<opcode>);
      add(Form::Far, Variant::SS, &far_access<opcode>);
    }
  });
}

}  // namespace heddle::engine
