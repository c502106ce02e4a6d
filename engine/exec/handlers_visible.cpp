// Atomic accesses, and all accesses to shared memory: these need a permit and record an event.
//
// A fault is a step like the access itself: it needs a permit, and what it saw, the memory's
// length, is in the trace. Alignment is checked first.
#include "engine/exec/access.hpp"
#include "engine/exec/handlers.hpp"

namespace heddle::engine {
namespace {

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

// One step was made: takes the permit and records its event.
[[gnu::noinline]] void record(ThreadState* thread, const Cell* pc, const core::Action& action) {
  RunContext& run = *thread->run;
  core::Trace& trace = *run.trace;
  const CodePoint where = pc[1].where;
  trace.events.push_back({.agent = run.agent,
                          .where = {.module = thread->instance->module_number,
                                    .function = where.function,
                                    .offset = where.offset},
                          .first_action = static_cast<std::uint32_t>(trace.actions.size()),
                          .action_count = 1});
  trace.actions.push_back(action);
}

inline void take_permit(ThreadState* thread) {
  --thread->run->permits;
  ++thread->run->steps;
}

template <Trap trap>
HandlerResult visible_fault(HEDDLE_PARAMETERS) {
  take_permit(thread);
  if (thread->run->trace != nullptr) {
    const MemoryInstance& instance_memory = *thread->memory();
    record(
        thread, pc,
        {.kind = core::ActionKind::Read,
         .ordering = core::Ordering::Unordered,
         .location = {.region = core::RegionKind::MemoryLength, .number = instance_memory.number()},
         .size_bytes = 4,
         .read_value = instance_memory.pages()});
  }
  HEDDLE_TAIL(trap_with<trap>);
}

template <Opcode opcode, typename T>
[[gnu::noinline]] void record_access(ThreadState* thread, const Cell* pc, std::uint64_t address,
                                     bool writes, T before, T after) {
  core::ActionKind kind = core::ActionKind::ReadModifyWrite;
  if constexpr (is_store(opcode)) {
    kind = core::ActionKind::Write;
  } else if (!writes) {
    kind = core::ActionKind::Read;
  }
  record(thread, pc,
         {.kind = kind,
          .ordering = is_atomic(opcode) ? core::Ordering::SeqCst : core::Ordering::Unordered,
          .is_torn_allowed = is_torn_allowed<opcode>(address),
          .location = {.region = core::RegionKind::Memory,
                       .number = thread->memory()->number(),
                       .offset = address},
          .size_bytes = sizeof(T),
          .read_value = before,
          .written_value = after});
}

template <Opcode opcode, bool is_visible>
HandlerResult access_handler(HEDDLE_PARAMETERS) {
  using Access = AccessOf<opcode>;
  if constexpr (is_visible) {
    if (thread->run->permits == 0) HEDDLE_TAIL(stop_visible);
  }
  const std::uint64_t address = effective_address(static_cast<std::uint32_t>(fp[pc->b]), pc);
  if constexpr (is_atomic(opcode)) {
    if (address % sizeof(Access) != 0) [[unlikely]] {
      if constexpr (is_visible) HEDDLE_TAIL(visible_fault<Trap::UnalignedAtomic>);
      HEDDLE_TAIL(trap_with<Trap::UnalignedAtomic>);
    }
  }
  if (address + sizeof(Access) > memory_size) [[unlikely]] {
    if constexpr (is_visible) HEDDLE_TAIL(visible_fault<Trap::OutOfBoundsMemoryAccess>);
    HEDDLE_TAIL(trap_with<Trap::OutOfBoundsMemoryAccess>);
  }
  Access before{};
  Access after{};
  bool writes = !is_load(opcode);
  if constexpr (!is_store(opcode)) before = read_memory<Access>(memory + address);
  if constexpr (is_store(opcode)) {
    after = stored<opcode>(fp[pc[1].b]);
  } else if constexpr (info(opcode).shape == Shape::AtomicRmw) {
    after = modified<opcode>(before, static_cast<Access>(fp[pc[1].b]));
  } else if constexpr (info(opcode).shape == Shape::AtomicCmpxchg) {
    writes = before == static_cast<Access>(fp[pc[1].b]);
    if (writes) after = static_cast<Access>(fp[static_cast<std::uint16_t>(pc[1].c)]);
  }
  if (writes) write_memory(memory + address, after);
  if constexpr (!is_store(opcode)) {
    put<ResultOf<opcode>>(fp, pc->a, loaded<opcode>(before), acc, facc);
  }
  if constexpr (is_visible) {
    take_permit(thread);
    if (thread->run->trace != nullptr) {
      record_access<opcode>(thread, pc, address, writes, before, after);
    }
  }
  HEDDLE_NEXT(2);
}

}  // namespace

void add_visible_handlers(HandlerTable& table) {
  for_each_opcode([&]<Opcode opcode>() {
    constexpr Shape kShape = info(opcode).shape;
    if constexpr (is_atomic(opcode)) {
      table.set(opcode, Variant::SS, handler_of(&access_handler<opcode, false>));
    }
    if constexpr (is_atomic(opcode) || kShape == Shape::Load || kShape == Shape::Store) {
      table.set({opcode, Form::Visible}, Variant::SS, handler_of(&access_handler<opcode, true>));
    }
  });
  table.set(Internal::Action, Variant::SS, handler_of(&stop_action));
}

}  // namespace heddle::engine
