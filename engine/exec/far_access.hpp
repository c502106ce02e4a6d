// Far accesses: to any memory of an instance, by addresses and offsets of 32 or 64 bits. Spec:
// exec/instructions, "Memory Instructions". Their three cells are described in operation.hpp.
//
// Slots hold 32-bit addresses zero-extended, so that nothing here depends on the address type.
//
// Invariants:
//   1. Bounds are exact: an effective address of 2^64 or more is out of bounds of every memory.
//   2. Whether a memory is shared is known at run time only: a far access to a shared one takes a
//      permit (take_permit) before it looks at anything.
#pragma once

#include <cstdint>

#include "engine/compile/operation.hpp"
#include "engine/exec/thread_state.hpp"

namespace heddle::engine {

// How many cells a far operation has.
inline constexpr std::ptrdiff_t kFarCells = 3;

[[nodiscard]] constexpr bool is_far(std::uint16_t annex_opcode) {
  return (annex_opcode & kFarBit) != 0;
}
[[nodiscard]] constexpr Opcode opcode_of(std::uint16_t annex_opcode) {
  return static_cast<Opcode>(annex_opcode & ~kFarBit);
}

struct EffectiveAddress {
  std::uint64_t value = 0;  // modulo 2^64, which is enough for alignment
  bool is_wrapped = false;

  [[nodiscard]] bool is_aligned(std::uint64_t access_bytes) const {
    return value % access_bytes == 0;
  }
  [[nodiscard]] bool is_within(std::uint64_t memory_bytes, std::uint64_t access_bytes) const {
    return !is_wrapped && access_bytes <= memory_bytes && value <= memory_bytes - access_bytes;
  }
};

[[nodiscard]] inline EffectiveAddress effective_address(std::uint64_t address,
                                                        std::uint64_t offset) {
  EffectiveAddress result;
  result.is_wrapped = __builtin_add_overflow(address, offset, &result.value);
  return result;
}

// Of the far access at `pc`.
[[nodiscard]] inline EffectiveAddress far_address(const Cell* pc, const Slot* fp) {
  return effective_address(fp[pc->b], pc[2].bits);
}
[[nodiscard]] inline MemoryInstance& far_memory(const ThreadState* thread, const Cell* pc) {
  return *thread->instance->memories[static_cast<std::uint32_t>(pc->c)];
}

// What memory.grow gives when it cannot.
[[nodiscard]] constexpr Slot failed_growth(AddressType address) {
  return address == AddressType::I32 ? Slot{0xffff'ffff} : ~Slot{0};
}

// What the machine allows before a visible action. Without a permit the thread must stop
// (switch_or_stop); with a watched one the action is recorded.
enum class Permit : std::uint8_t { None, Quiet, Watched };

[[nodiscard]] inline Permit take_permit(ThreadState* thread) {
  if (thread->quiet_permits != 0) {
    --thread->quiet_permits;
    return Permit::Quiet;
  }
  if (thread->run->permits == 0) return Permit::None;
  --thread->run->permits;
  ++thread->run->steps;
  return Permit::Watched;
}

}  // namespace heddle::engine
