// Calls and returns.
#include <bit>
#include <cstring>

#include "engine/exec/handlers.hpp"

namespace heddle::engine {
namespace {

// Keeps the compiler from turning a loop over a few slots into a call of memset or memcpy.
inline void keep_loop() {
#if defined(__GNUC__)
  __asm__ volatile("" ::: "memory");
#endif
}

constexpr std::uint32_t kLocalsPerFuel = 32;

// Locals and constants; the parameters are there already.
inline void make_frame(ThreadState* thread, Slot* frame, const FunctionCode& code) {
  if (code.local_count > kLocalsPerFuel) [[unlikely]] {
    charge(thread, code.local_count / kLocalsPerFuel);
  }
  Slot* slot = frame + code.parameter_count;
  for (std::uint32_t n = code.local_count; n != 0; --n) {
    *slot++ = 0;
    keep_loop();
  }
  for (const std::uint64_t constant : code.constants) {
    *slot++ = constant;
    keep_loop();
  }
}

[[nodiscard]] inline bool has_room(const ThreadState* thread, const Slot* frame,
                                   std::uint32_t slots, std::ptrdiff_t records) {
  return thread->stack_end - frame >= slots && thread->records_end - thread->top >= records;
}

// For `records`, and for a frame that begins `base` slots behind fp.
inline void need_room(ThreadState* thread, std::int32_t base, std::uint32_t slots,
                      std::uint32_t records) {
  thread->frame_base = static_cast<std::uint32_t>(base);
  thread->slots_needed = slots;
  thread->records_needed = records;
}

// A call within the instance; `pc` is on the first of the call's two cells.
#define HEDDLE_CALL(code)                                                              \
  do {                                                                                 \
    const FunctionCode* const heddle_callee = (code);                                  \
    Slot* const heddle_frame = fp + pc->c;                                             \
    if (!has_room(thread, heddle_frame, heddle_callee->frame_slots, 1)) [[unlikely]] { \
      need_room(thread, pc->c, heddle_callee->frame_slots, 1);                         \
      HEDDLE_TAIL(make_room);                                                          \
    }                                                                                  \
    if (--thread->fuel < 0) [[unlikely]]                                               \
      HEDDLE_TAIL(stop_out_of_fuel);                                                   \
    Record* const heddle_record = thread->top++;                                       \
    heddle_record->pc = pc + 2;                                                        \
    heddle_record->base = static_cast<std::uint32_t>(pc->c);                           \
    make_frame(thread, heddle_frame, *heddle_callee);                                  \
    fp = heddle_frame;                                                                 \
    pc = heddle_callee->cells.data();                                                  \
    HEDDLE_DISPATCH();                                                                 \
  } while (false)

// The same as the caller's last act: the callee's frame takes the place of its own.
inline void replace_frame(ThreadState* thread, const Cell* pc, Slot* fp, const FunctionCode& code) {
  const Slot* from = fp + pc->c;
  Slot* to = fp;
  for (std::uint32_t n = code.parameter_count; n != 0; --n) {  // downwards: overlap does no harm
    *to++ = *from++;
    keep_loop();
  }
  make_frame(thread, fp, code);
}
#define HEDDLE_TAIL_CALL(code)                                               \
  do {                                                                       \
    const FunctionCode* const heddle_callee = (code);                        \
    if (!has_room(thread, fp, heddle_callee->frame_slots, 0)) [[unlikely]] { \
      need_room(thread, 0, heddle_callee->frame_slots, 0);                   \
      HEDDLE_TAIL(make_room);                                                \
    }                                                                        \
    if (--thread->fuel < 0) [[unlikely]]                                     \
      HEDDLE_TAIL(stop_out_of_fuel);                                         \
    replace_frame(thread, pc, fp, *heddle_callee);                           \
    pc = heddle_callee->cells.data();                                        \
    HEDDLE_DISPATCH();                                                       \
  } while (false)

#define HEDDLE_RETURN()                           \
  do {                                            \
    const Record& heddle_record = *--thread->top; \
    pc = heddle_record.pc;                        \
    fp -= heddle_record.base;                     \
    HEDDLE_DISPATCH();                            \
  } while (false)

// Sets the running instance, and with it the registers that belong to its first memory.
#define HEDDLE_SET_INSTANCE(new_instance)                                                    \
  do {                                                                                       \
    thread->set_instance(new_instance);                                                      \
    const MemoryInstance* heddle_memory = thread->memory();                                  \
    memory = heddle_memory == nullptr ? nullptr : heddle_memory->base();                     \
    memory_size = heddle_memory == nullptr ? std::uint64_t{0} : heddle_memory->size_bytes(); \
  } while (false)

// Back in the instance below.
HandlerResult leave(HEDDLE_PARAMETERS) {
  HEDDLE_SET_INSTANCE((--thread->top)->instance);
  HEDDLE_RETURN();
}

const Cell kLeave{.handler = handler_of(&leave)};

// A call of a function of another instance: see ThreadState.
[[gnu::noinline]] HandlerResult call_instance(HEDDLE_PARAMETERS) {
  const FunctionInstance* callee = thread->callee;
  const FunctionCode& code = *callee->code;
  Slot* const frame = fp + pc->c;
  if (!has_room(thread, frame, code.frame_slots, 3)) {
    need_room(thread, pc->c, code.frame_slots, 3);
    HEDDLE_TAIL(make_room);
  }
  if (--thread->fuel < 0) HEDDLE_TAIL(stop_out_of_fuel);
  Record* const records = thread->top;
  records[0].pc = pc + 2;
  records[0].base = static_cast<std::uint32_t>(pc->c);
  records[1].instance = thread->instance;
  records[1].base = 0;
  records[2].pc = &kLeave;
  records[2].base = 0;
  thread->top += 3;
  HEDDLE_SET_INSTANCE(callee->instance);
  thread->has_acted = true;
  make_frame(thread, frame, code);
  fp = frame;
  pc = code.cells.data();
  HEDDLE_DISPATCH();
}

// As the caller's last act. Its caller must find its own instance when the callee returns: the way
// back is made once, however many such calls follow each other.
[[gnu::noinline]] HandlerResult tail_call_instance(HEDDLE_PARAMETERS) {
  const FunctionInstance* callee = thread->callee;
  const FunctionCode& code = *callee->code;
  const bool has_way_back = is_leave(thread->top[-1].pc);
  const std::uint32_t records_needed = has_way_back ? 0 : 2;
  if (!has_room(thread, fp, code.frame_slots, records_needed)) {
    need_room(thread, 0, code.frame_slots, records_needed);
    HEDDLE_TAIL(make_room);
  }
  if (--thread->fuel < 0) HEDDLE_TAIL(stop_out_of_fuel);
  if (!has_way_back) {
    Record* const records = thread->top;
    records[0].instance = thread->instance;
    records[0].base = 0;
    records[1].pc = &kLeave;
    records[1].base = 0;
    thread->top += 2;
  }
  HEDDLE_SET_INSTANCE(callee->instance);
  thread->has_acted = true;
  replace_frame(thread, pc, fp, code);
  pc = code.cells.data();
  HEDDLE_DISPATCH();
}

// Calls thread->callee, which is a host function or belongs to another instance. Behind a tail call
// that may be of a host function stands a return of its results.
template <bool is_tail>
[[gnu::noinline]] HandlerResult call_foreign(HEDDLE_PARAMETERS) {
  if (thread->callee->code != nullptr) {
    if constexpr (is_tail) {
      HEDDLE_TAIL(tail_call_instance);
    } else {
      HEDDLE_TAIL(call_instance);
    }
  }
  if (--thread->fuel < 0) HEDDLE_TAIL(stop_out_of_fuel);
  HEDDLE_TAIL(stop_host_call);
}

// Calls `callee`, wherever it comes from.
#define HEDDLE_CALL_ANY(is_tail, callee_expression)                    \
  do {                                                                 \
    const FunctionInstance* const heddle_function = callee_expression; \
    if (heddle_function->instance != thread->instance) [[unlikely]] {  \
      thread->callee = heddle_function;                                \
      HEDDLE_TAIL(call_foreign<is_tail>);                              \
    }                                                                  \
    if constexpr (is_tail) {                                           \
      HEDDLE_TAIL_CALL(heddle_function->code);                         \
    } else {                                                           \
      HEDDLE_CALL(heddle_function->code);                              \
    }                                                                  \
  } while (false)

HandlerResult call(HEDDLE_PARAMETERS) { HEDDLE_CALL(pc[1].callee); }
HandlerResult tail_call(HEDDLE_PARAMETERS) { HEDDLE_TAIL_CALL(pc[1].callee); }

template <bool is_tail>
HandlerResult call_import(HEDDLE_PARAMETERS) {
  thread->callee = thread->instance->functions[static_cast<std::uint32_t>(pc[1].c)];
  HEDDLE_TAIL(call_foreign<is_tail>);
}

[[gnu::noinline]] HandlerResult uninitialized_element(HEDDLE_PARAMETERS) {
  thread->element_index = fp[pc->a];
  HEDDLE_TAIL(trap_with<Trap::UninitializedElement>);
}

// thread->callee has not the very type that is asked for, but perhaps one below it.
template <bool is_tail>
[[gnu::cold, gnu::noinline]] HandlerResult call_subtype(HEDDLE_PARAMETERS) {
  const Instance& instance = *thread->instance;
  const std::uint32_t expected = instance.type_ids[static_cast<std::uint32_t>(pc[1].c)];
  if (!instance.types->is_subtype(thread->callee->type_id, expected)) {
    HEDDLE_TAIL(trap_with<Trap::IndirectCallTypeMismatch>);
  }
  HEDDLE_CALL_ANY(is_tail, thread->callee);
}

template <Variant variant, bool is_tail>
HandlerResult call_indirect(HEDDLE_PARAMETERS) {
  const Slot index = operand<Slot, is_left_accumulated(variant)>(fp, pc->a, acc, facc);
  const Instance& instance = *thread->instance;
  const TableInstance& table = *instance.tables[pc[1].bits];
  if (index >= table.elements.size()) [[unlikely]] {
    HEDDLE_TAIL(trap_with<Trap::UndefinedElement>);
  }
  const auto* callee = std::bit_cast<const FunctionInstance*>(table.elements[index]);
  if (callee == nullptr) [[unlikely]]
    HEDDLE_TAIL(uninitialized_element);
  if (callee->type_id != instance.type_ids[static_cast<std::uint32_t>(pc[1].c)]) [[unlikely]] {
    thread->callee = callee;
    HEDDLE_TAIL(call_subtype<is_tail>);
  }
  HEDDLE_CALL_ANY(is_tail, callee);
}

template <Variant variant, bool is_tail>
HandlerResult call_ref(HEDDLE_PARAMETERS) {
  const Slot reference = operand<Slot, is_left_accumulated(variant)>(fp, pc->a, acc, facc);
  if (reference == 0) [[unlikely]]
    HEDDLE_TAIL(trap_with<Trap::NullFunctionReference>);
  HEDDLE_CALL_ANY(is_tail, std::bit_cast<const FunctionInstance*>(reference));
}

HandlerResult return_none(HEDDLE_PARAMETERS) { HEDDLE_RETURN(); }

template <Variant variant>
HandlerResult return_one(HEDDLE_PARAMETERS) {
  put_any(fp, 0, operand<Slot, is_left_accumulated(variant)>(fp, pc->b, acc, facc), acc, facc);
  HEDDLE_RETURN();
}

HandlerResult return_many(HEDDLE_PARAMETERS) {
  std::memmove(fp, fp + pc->b, static_cast<std::size_t>(pc->c) * sizeof(Slot));
  HEDDLE_RETURN();
}

HandlerResult exhausted(HEDDLE_PARAMETERS) { HEDDLE_TAIL(trap_with<Trap::CallStackExhausted>); }

}  // namespace

const Cell kReturned{.handler = handler_of(&stop_returned)};
const Cell kExhausted{.handler = handler_of(&exhausted)};

bool is_leave(const Cell* cell) { return cell == &kLeave; }

void add_call_handlers(HandlerTable& table) {
  const auto add = [&](Operation operation, HandlerCode code) {
    table.set(operation, Variant::SS, handler_of(code));
  };
  // What takes its only operand from the accumulator as well.
  const auto add_both = [&](Operation operation, HandlerCode from_slot, HandlerCode accumulated) {
    add(operation, from_slot);
    table.set(operation, Variant::AS, handler_of(accumulated));
  };
  add(Opcode::Call, &call);
  add(Opcode::ReturnCall, &tail_call);
  add(Internal::CallImport, &call_import<false>);
  add(Internal::ReturnCallImport, &call_import<true>);
  add_both(Opcode::CallIndirect, &call_indirect<Variant::SS, false>,
           &call_indirect<Variant::AS, false>);
  add_both(Opcode::ReturnCallIndirect, &call_indirect<Variant::SS, true>,
           &call_indirect<Variant::AS, true>);
  add_both(Opcode::CallRef, &call_ref<Variant::SS, false>, &call_ref<Variant::AS, false>);
  add_both(Opcode::ReturnCallRef, &call_ref<Variant::SS, true>, &call_ref<Variant::AS, true>);
  add(Internal::ReturnNone, &return_none);
  add_both(Internal::ReturnOne, &return_one<Variant::SS>, &return_one<Variant::AS>);
  add(Internal::ReturnMany, &return_many);
}

}  // namespace heddle::engine
