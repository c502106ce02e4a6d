// Dispatch: how handlers are written, and how one goes on to the next. Internal to engine/exec.
//
// A handler is a function whose parameters are the registers of the virtual machine. It ends with
// HEDDLE_NEXT(n), which goes on n cells further, HEDDLE_DISPATCH(), which goes on at `pc`, or
// HEDDLE_TAIL(f), which goes on in another handler (a slow path). There are two builds of the same
// handlers, which make the same traces:
//   tail calls      every handler jumps to the next: no native stack, registers stay in registers
//   portable loop   a handler returns the registers, and a loop calls the next; for sanitizers,
//                   unoptimised code, other compilers, and HEDDLE_PORTABLE_DISPATCH
//
// Registers: thread, pc, fp (the frame), memory and memory_size (of memory 0), acc and facc (the
// last integer and float values produced; an f32 is in the low half of facc).
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "engine/compile/operation.hpp"
#include "engine/exec/thread_state.hpp"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(undefined_behavior_sanitizer) || \
    __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define HEDDLE_IS_SANITIZED 1
#endif
#endif
#if defined(HEDDLE_PORTABLE_DISPATCH) || defined(HEDDLE_IS_SANITIZED) || !defined(__clang__) || \
    !defined(__OPTIMIZE__)
#define HEDDLE_DISPATCH_LOOP 1
#else
#define HEDDLE_DISPATCH_LOOP 0
#endif

// clang-format off
#define HEDDLE_PARAMETERS                                                                  \
  [[maybe_unused]] ::heddle::engine::ThreadState* thread,                                  \
  [[maybe_unused]] const ::heddle::engine::Cell* pc, [[maybe_unused]] ::heddle::engine::Slot* fp, \
  [[maybe_unused]] std::byte* memory, [[maybe_unused]] ::heddle::engine::Slot acc,         \
  [[maybe_unused]] std::uint64_t memory_size, [[maybe_unused]] double facc
#define HEDDLE_REGISTERS thread, pc, fp, memory, acc, memory_size, facc
// clang-format on

namespace heddle::engine {

#if HEDDLE_DISPATCH_LOOP
struct Registers {
  ThreadState* thread;
  const Cell* pc;  // null: stop
  Slot* fp;
  std::byte* memory;
  Slot acc;
  std::uint64_t memory_size;
  double facc;
};
using HandlerResult = Registers;
#define HEDDLE_TAIL(...) return __VA_ARGS__(HEDDLE_REGISTERS)
#define HEDDLE_DISPATCH() \
  return ::heddle::engine::Registers { HEDDLE_REGISTERS }
#define HEDDLE_STOP() \
  return ::heddle::engine::Registers { thread, nullptr, fp, memory, acc, memory_size, facc }
#else
using HandlerResult = void;
#define HEDDLE_TAIL(...) [[clang::musttail]] return __VA_ARGS__(HEDDLE_REGISTERS)
#define HEDDLE_DISPATCH() \
  [[clang::musttail]] return ::heddle::engine::code_of(pc->handler)(HEDDLE_REGISTERS)
#define HEDDLE_STOP() return
#endif
#define HEDDLE_NEXT(cells) \
  pc += (cells);           \
  HEDDLE_DISPATCH()

using HandlerCode = HandlerResult (*)(ThreadState*, const Cell*, Slot*, std::byte*, Slot,
                                      std::uint64_t, double);

[[nodiscard]] inline HandlerCode code_of(Handler handler) {
  return reinterpret_cast<HandlerCode>(handler);
}
[[nodiscard]] inline Handler handler_of(HandlerCode code) {
  return reinterpret_cast<Handler>(code);
}

// Runs from the state in which the thread is parked until it stops.
void enter(ThreadState* thread);

// Slow paths; each stops the thread at `pc`, except where another thread goes on and where the cell
// is repeated.
HandlerResult stop_trapped(HEDDLE_PARAMETERS);  // with ThreadState::trap
template <Trap trap>
[[gnu::cold, gnu::noinline]] HandlerResult trap_with(HEDDLE_PARAMETERS) {
  thread->trap = trap;
  HEDDLE_TAIL(stop_trapped);
}
HandlerResult stop_returned(HEDDLE_PARAMETERS);
HandlerResult stop_visible(HEDDLE_PARAMETERS);
HandlerResult stop_action(HEDDLE_PARAMETERS);  // before an action that the machine makes
HandlerResult stop_permitted_action(HEDDLE_PARAMETERS);
HandlerResult switch_or_stop(HEDDLE_PARAMETERS);  // before an access without a permit
HandlerResult flush_log(HEDDLE_PARAMETERS);       // makes room in the log, then repeats the cell
HandlerResult stop_host_call(HEDDLE_PARAMETERS);
HandlerResult stop_unallocated(HEDDLE_PARAMETERS);  // after Heap::allocate has refused
HandlerResult stop_growing(HEDDLE_PARAMETERS);      // before a table.grow that is chosen
HandlerResult stop_out_of_fuel(HEDDLE_PARAMETERS);  // after fuel was taken that was not there
HandlerResult make_room(HEDDLE_PARAMETERS);         // grows the stacks, then repeats the cell

// Takes fuel for work that grows with its operands. What is not there becomes a debt, which the
// next back edge or call notices, so that little fuel is enough for any one instruction.
inline void charge(ThreadState* thread, std::uint64_t fuel) {
  thread->fuel -= static_cast<std::int64_t>(fuel);
}

template <typename T>
[[nodiscard]] inline T from_slot(Slot slot) {
  if constexpr (std::is_same_v<T, float>) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(slot));
  } else if constexpr (std::is_same_v<T, double>) {
    return std::bit_cast<double>(slot);
  } else {
    return static_cast<T>(slot);
  }
}
template <typename T>
[[nodiscard]] inline Slot to_slot(T value) {
  if constexpr (std::is_same_v<T, float>) {
    return std::bit_cast<std::uint32_t>(value);
  } else if constexpr (std::is_same_v<T, double>) {
    return std::bit_cast<Slot>(value);
  } else {
    static_assert(std::is_unsigned_v<T>);
    return value;
  }
}

// An operand of type T, from its slot or its accumulator.
template <typename T, bool is_accumulated>
[[nodiscard]] inline T operand(const Slot* fp, std::uint32_t slot, Slot acc, double facc) {
  if constexpr (!is_accumulated) {
    return from_slot<T>(fp[slot]);
  } else if constexpr (std::is_floating_point_v<T>) {
    return from_slot<T>(std::bit_cast<Slot>(facc));
  } else {
    return from_slot<T>(acc);
  }
}

// Writes a result to its slot and its accumulator.
template <typename T>
inline void put(Slot* fp, std::uint32_t slot, T value, Slot& acc, double& facc) {
  const Slot bits = to_slot(value);
  fp[slot] = bits;
  if constexpr (std::is_floating_point_v<T>) {
    facc = std::bit_cast<double>(bits);
  } else {
    acc = bits;
  }
}
// The same for a value of unknown type.
inline void put_any(Slot* fp, std::uint32_t slot, Slot value, Slot& acc, double& facc) {
  fp[slot] = value;
  acc = value;
  facc = std::bit_cast<double>(value);
}

[[nodiscard]] constexpr bool is_left_accumulated(Variant variant) {
  return variant == Variant::AS || variant == Variant::AI || variant == Variant::AA;
}
[[nodiscard]] constexpr bool is_right_accumulated(Variant variant) {
  return variant == Variant::SA || variant == Variant::AA;
}
[[nodiscard]] constexpr bool is_right_immediate(Variant variant) {
  return variant == Variant::SI || variant == Variant::AI;
}

}  // namespace heddle::engine

// Goes on `distance` cells away; a backward step costs fuel.
#define HEDDLE_BRANCH(distance)                                    \
  do {                                                             \
    const std::int32_t heddle_distance = (distance);               \
    if (heddle_distance <= 0 && --thread->fuel < 0) [[unlikely]] { \
      HEDDLE_TAIL(::heddle::engine::stop_out_of_fuel);             \
    }                                                              \
    pc += heddle_distance;                                         \
    HEDDLE_DISPATCH();                                             \
  } while (false)
