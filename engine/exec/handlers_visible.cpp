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

[[gnu::noinline]] void record(const ThreadState* thread, const Cell* pc,
                              const core::Action& action) {
  const CodePoint where = pc[1].where;
  thread->run->record(thread->run->agent,
                      {.module = thread->instance->module_number,
                       .function = where.function,
                       .offset = where.offset},
                      {&action, 1});
}

// A visible access that traps is recorded as well. The permit was taken.
template <bool is_visible, Trap trap>
[[gnu::cold]] HandlerResult fault(HEDDLE_PARAMETERS) {
  if (is_visible && thread->run->is_recording()) {
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

// What an access does to memory at an address that was checked.
template <Opcode opcode>
struct Access {
  using T = AccessOf<opcode>;
  T before{};  // unless it is a store
  T after{};   // if it writes
  bool writes = !is_load(opcode);

  Access(std::byte* at, Slot value, const Slot* fp, const Cell* pc) {
    if constexpr (!is_store(opcode)) before = read_memory<T>(at);
    if constexpr (is_store(opcode)) {
      after = stored<opcode>(value);
    } else if constexpr (info(opcode).shape == Shape::AtomicRmw) {
      after = modified<opcode>(before, static_cast<T>(value));
    } else if constexpr (info(opcode).shape == Shape::AtomicCmpxchg) {
      writes = before == static_cast<T>(value);
      if (writes) after = static_cast<T>(fp[static_cast<std::uint16_t>(pc[1].c)]);
    }
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

// Traps unless the access at `address` can be made. A macro, because only a handler itself can go
// on in another.
#define HEDDLE_CHECK_ACCESS(opcode, is_visible)                        \
  if constexpr (is_atomic(opcode)) {                                   \
    if (address % sizeof(AccessOf<opcode>) != 0) [[unlikely]] {        \
      HEDDLE_TAIL(fault<is_visible, Trap::UnalignedAtomic>);           \
    }                                                                  \
  }                                                                    \
  if (address + sizeof(AccessOf<opcode>) > memory_size) [[unlikely]] { \
    HEDDLE_TAIL(fault<is_visible, Trap::OutOfBoundsMemoryAccess>);     \
  }

// An access that is recorded, or for which there is no permit: what the handlers below come to when
// they have no quiet permit. All operands are in their slots, too.
template <Opcode opcode>
HandlerResult watched_access(HEDDLE_PARAMETERS) {
  ++thread->quiet_permits;
  if (thread->run->permits == 0) HEDDLE_TAIL(stop_visible);
  --thread->run->permits;
  ++thread->run->steps;
  const std::uint64_t address = effective_address(static_cast<std::uint32_t>(fp[pc->b]), pc);
  HEDDLE_CHECK_ACCESS(opcode, true)
  const Access<opcode> access(memory + address, second_operand<opcode, false>(fp, pc, acc, facc),
                              fp, pc);
  if constexpr (!is_store(opcode)) {
    put<ResultOf<opcode>>(fp, pc->a, loaded<opcode>(access.before), acc, facc);
  }
  record_access<opcode>(thread, pc, address, access.writes, access.before, access.after);
  HEDDLE_NEXT(2);
}

template <Opcode opcode, bool is_visible, Variant variant>
HandlerResult access_handler(HEDDLE_PARAMETERS) {
  if constexpr (is_visible) {
    if (thread->quiet_permits-- == 0) [[unlikely]]
      HEDDLE_TAIL(watched_access<opcode>);
  }
  const std::uint64_t address = effective_address(
      operand<std::uint32_t, is_left_accumulated(variant)>(fp, pc->b, acc, facc), pc);
  HEDDLE_CHECK_ACCESS(opcode, is_visible)
  const Access<opcode> access(
      memory + address, second_operand<opcode, is_right_accumulated(variant)>(fp, pc, acc, facc),
      fp, pc);
  if constexpr (!is_store(opcode)) {
    put<ResultOf<opcode>>(fp, pc->a, loaded<opcode>(access.before), acc, facc);
  }
  HEDDLE_NEXT(2);
}

#undef HEDDLE_CHECK_ACCESS

template <Opcode opcode, bool is_visible>
void add_variants(HandlerTable& table) {
  const Operation operation{opcode, is_visible ? Form::Visible : Form::Plain};
  const auto add = [&]<Variant... variants>() {
    (table.set(operation, variants, handler_of(&access_handler<opcode, is_visible, variants>)),
     ...);
  };
  if constexpr (is_load(opcode)) {
    add.template operator()<Variant::SS, Variant::AS>();
  } else {
    add.template operator()<Variant::SS, Variant::AS, Variant::SA>();
  }
}

}  // namespace

void add_visible_handlers(HandlerTable& table) {
  for_each_opcode([&]<Opcode opcode>() {
    constexpr Shape kShape = info(opcode).shape;
    if constexpr (is_atomic(opcode)) add_variants<opcode, false>(table);
    if constexpr (is_atomic(opcode) || kShape == Shape::Load || kShape == Shape::Store) {
      add_variants<opcode, true>(table);
    }
  });
  table.set(Internal::Action, Variant::SS, handler_of(&stop_action));
}

}  // namespace heddle::engine
