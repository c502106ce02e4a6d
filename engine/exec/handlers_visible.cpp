// Atomic accesses, and all accesses to shared memory: these need a permit and record an event.
//
// A fault is a step like the access itself: it needs a permit, and what it saw, the memory's
// length, is in the trace. Alignment is checked first.
#include "engine/exec/handlers.hpp"
#include "engine/exec/visible_access.hpp"

namespace heddle::engine {
namespace {

// A visible access that traps is recorded as well. The permit was taken.
template <bool is_visible, Trap trap>
[[gnu::cold]] HandlerResult fault(HEDDLE_PARAMETERS) {
  if (is_visible) record(thread, pc, read_of_length(*thread->memory(), core::Ordering::Unordered));
  HEDDLE_TAIL(trap_with<trap>);
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
  if (thread->run->permits == 0) HEDDLE_TAIL(switch_or_stop);
  if (thread->run->log->is_full()) HEDDLE_TAIL(flush_log);
  --thread->run->permits;
  ++thread->run->steps;
  const std::uint64_t address = effective_address(static_cast<std::uint32_t>(fp[pc->b]), pc);
  HEDDLE_CHECK_ACCESS(opcode, true)
  const Access<opcode> access(memory + address, second_operand<opcode, false>(fp, pc, acc, facc),
                              fp, pc);
  if constexpr (!is_load(opcode)) thread->has_acted |= access.changes;
  if constexpr (!is_store(opcode)) {
    put<ResultOf<opcode>>(fp, pc->a, loaded<opcode>(access.before), acc, facc);
  }
  append(thread, pc,
         action_of<opcode>(*thread->memory(), address, access.writes, access.before, access.after,
                           access.compared));
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
  if constexpr (is_visible && !is_load(opcode)) {
    if (access.changes) [[likely]]
      thread->has_acted = true;
  }
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
