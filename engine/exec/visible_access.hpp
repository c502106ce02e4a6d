// Visible accesses: what the handlers of accesses that may be visible (atomics, and everything on
// shared memory) have in common: what they do to memory, and how a trace shows it.
//
// A fault is a step like the access itself: it needs a permit, and what it saw, the memory's
// length, is in the trace.
#pragma once

#include <string_view>

#include "engine/exec/access.hpp"
#include "engine/exec/dispatch.hpp"
#include "engine/exec/thread_state.hpp"

namespace heddle::engine {

[[nodiscard]] constexpr bool is_atomic(Opcode opcode) {
  const Shape shape = info(opcode).shape;
  return shape == Shape::AtomicLoad || shape == Shape::AtomicStore || shape == Shape::AtomicRmw ||
         shape == Shape::AtomicCmpxchg;
}
[[nodiscard]] constexpr bool is_store(Opcode opcode) {
  const Shape shape = info(opcode).shape;
  return shape == Shape::Store || shape == Shape::AtomicStore;
}
[[nodiscard]] constexpr bool is_load(Opcode opcode) {
  const Shape shape = info(opcode).shape;
  return shape == Shape::Load || shape == Shape::AtomicLoad;
}

// Whether the specification gives the access `notears`, or makes it sequentially consistent.
template <Opcode opcode>
[[nodiscard]] bool is_torn_allowed(std::uint64_t address) {
  if constexpr (is_atomic(opcode)) return false;
  constexpr std::size_t kBytes = info(opcode).access_bytes;
  constexpr TypeKind kKind =
      is_store(opcode) ? signature(opcode).operands[1].kind : signature(opcode).result.kind;
  constexpr bool kIsInteger = kKind == TypeKind::I32 || kKind == TypeKind::I64;
  return !kIsInteger || kBytes > 4 || address % kBytes != 0;
}

// "add" of i32.atomic.rmw8.add_u.
[[nodiscard]] constexpr std::string_view rmw_name(Opcode opcode) {
  std::string_view name = info(opcode).mnemonic;
  name = name.substr(name.rfind('.') + 1);
  return name.ends_with("_u") ? name.substr(0, name.size() - 2) : name;
}

// What a read-modify-write writes.
template <Opcode opcode, typename T>
[[nodiscard]] T modified(T old, T operand) {
  constexpr std::string_view kName = rmw_name(opcode);
  if constexpr (kName == "add") {
    return static_cast<T>(old + operand);
  } else if constexpr (kName == "sub") {
    return static_cast<T>(old - operand);
  } else if constexpr (kName == "and") {
    return static_cast<T>(old & operand);
  } else if constexpr (kName == "or") {
    return static_cast<T>(old | operand);
  } else if constexpr (kName == "xor") {
    return static_cast<T>(old ^ operand);
  } else {
    static_assert(kName == "xchg");
    return operand;
  }
}

// The length of a memory, in pages, as an action reads it.
[[nodiscard]] inline core::Action read_of_length(const MemoryInstance& memory,
                                                 core::Ordering ordering) {
  return {
      .kind = core::ActionKind::Read,
      .ordering = ordering,
      .location = {.region = core::RegionKind::MemoryLength, .number = memory.number()},
      .size_bytes = memory.type().address == AddressType::I32 ? std::uint64_t{4} : std::uint64_t{8},
      .read_value = memory.pages()};
}

// Records what the instruction at `pc` did, if anybody wants to know.
[[gnu::noinline]] inline void record(const ThreadState* thread, const Cell* pc,
                                     const core::Action& action) {
  if (!thread->run->is_recording()) return;
  const CodePoint where = pc[1].where;
  thread->run->log->record(thread->agent,
                           {.module = thread->instance->module_number,
                            .function = where.function,
                            .offset = where.offset},
                           {&action, 1});
}

// The same for the hottest handlers: somebody does, and there is room in the log. One store for
// each member, because a whole Action would be put together elsewhere and copied.
[[gnu::always_inline]] inline void append(const ThreadState* thread, const Cell* pc,
                                          const core::Action& action) {
  const auto [event, slot] = thread->run->log->append();
  event.agent = thread->agent;
  event.where.module = thread->instance->module_number;
  event.where.function = pc[1].where.function;
  event.where.offset = pc[1].where.offset;
  slot.kind = action.kind;
  slot.ordering = action.ordering;
  slot.is_torn_allowed = action.is_torn_allowed;
  slot.condition = action.condition;
  slot.location.region = action.location.region;
  slot.location.number = action.location.number;
  slot.location.offset = action.location.offset;
  slot.size_bytes = action.size_bytes;
  slot.read_value = action.read_value;
  slot.written_value = action.written_value;
  slot.compared_value = action.compared_value;
}

template <Opcode opcode, typename T>
[[nodiscard, gnu::always_inline]] inline core::Action action_of(const MemoryInstance& memory,
                                                                std::uint64_t address, bool writes,
                                                                T before, T after, T compared) {
  core::ActionKind kind = core::ActionKind::ReadModifyWrite;
  if constexpr (is_store(opcode)) {
    kind = core::ActionKind::Write;
  } else if (!writes) {
    kind = core::ActionKind::Read;
  }
  return {.kind = kind,
          .ordering = is_atomic(opcode) ? core::Ordering::SeqCst : core::Ordering::Unordered,
          .is_torn_allowed = is_torn_allowed<opcode>(address),
          .condition = info(opcode).shape == Shape::AtomicCmpxchg ? core::Condition::Write
                                                                  : core::Condition::None,
          .location = {.region = core::RegionKind::Memory,
                       .number = memory.number(),
                       .offset = address},
          .size_bytes = sizeof(T),
          .read_value = before,
          .written_value = after,
          .compared_value = compared};
}

template <Opcode opcode, typename T>
[[gnu::noinline]] void record_access(const ThreadState* thread, const Cell* pc,
                                     const MemoryInstance& memory, std::uint64_t address,
                                     bool writes, T before, T after, T compared) {
  record(thread, pc, action_of<opcode>(memory, address, writes, before, after, compared));
}

// What an access does to memory at an address that was checked.
template <Opcode opcode>
struct Access {
  using T = AccessOf<opcode>;
  T before{};    // unless it is a store
  T after{};     // if it writes
  T compared{};  // of cmpxchg
  bool writes = !is_load(opcode);
  bool changes = false;  // what is in memory

  Access(std::byte* at, Slot value, const Slot* fp, const Cell* pc) {
    if constexpr (!is_store(opcode)) before = read_memory<T>(at);
    if constexpr (is_store(opcode)) {
      after = stored<opcode>(value);
    } else if constexpr (info(opcode).shape == Shape::AtomicRmw) {
      after = modified<opcode>(before, static_cast<T>(value));
    } else if constexpr (info(opcode).shape == Shape::AtomicCmpxchg) {
      compared = static_cast<T>(value);
      writes = before == compared;
      if (writes) after = static_cast<T>(fp[static_cast<std::uint16_t>(pc[1].c)]);
    }
    if constexpr (!is_load(opcode)) changes = writes && read_memory<T>(at) != after;
    if (writes) write_memory(at, after);
  }
};

// The second operand, if there is one.
template <Opcode opcode, bool is_accumulated>
[[nodiscard]] Slot second_operand(const Slot* fp, const Cell* pc, Slot acc, double facc) {
  if constexpr (is_load(opcode)) {
    return 0;
  } else {
    return to_slot(operand<OperandOf<opcode, 1>, is_accumulated>(fp, pc[1].b, acc, facc));
  }
}

}  // namespace heddle::engine
