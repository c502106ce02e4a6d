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

inline void need_room(ThreadState* thread, const Cell* pc, std::uint32_t slots,
                      std::uint32_t records) {
  thread->frame_base = static_cast<std::uint32_t>(pc->c);
  thread->slots_needed = slots;
  thread->records_needed = records;
}

// A call within the instance; `pc` is on the first of the call's two cells.
#define HEDDLE_CALL(code)                                                              \
  do {                                                                                 \
    const FunctionCode* const heddle_callee = (code);                                  \
    Slot* const heddle_frame = fp + pc->c;                                             \
    if (!has_room(thread, heddle_frame, heddle_callee->frame_slots, 1)) [[unlikely]] { \
      need_room(thread, pc, heddle_callee->frame_slots, 1);                            \
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

#define HEDDLE_RETURN()                           \
  do {                                            \
    const Record& heddle_record = *--thread->top; \
    pc = heddle_record.pc;                        \
    fp -= heddle_record.base;                     \
    HEDDLE_DISPATCH();                            \
  } while (false)

HandlerResult call(HEDDLE_PARAMETERS) { HEDDLE_CALL(pc[1].callee); }

// Back in the instance below.
HandlerResult leave(HEDDLE_PARAMETERS) {
  thread->set_instance((--thread->top)->instance);
  const MemoryInstance* instance_memory = thread->memory();
  memory = instance_memory == nullptr ? nullptr : instance_memory->base();
  memory_size = instance_memory == nullptr ? 0 : instance_memory->size_bytes();
  HEDDLE_RETURN();
}

const Cell kLeave{.handler = handler_of(&leave)};

// A call of a function of another instance: see ThreadState.
HandlerResult call_instance(HEDDLE_PARAMETERS) {
  const FunctionInstance* callee = thread->callee;
  const FunctionCode& code = *callee->code;
  Slot* const frame = fp + pc->c;
  if (!has_room(thread, frame, code.frame_slots, 3)) {
    need_room(thread, pc, code.frame_slots, 3);
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
  thread->set_instance(callee->instance);
  const MemoryInstance* instance_memory = thread->memory();
  memory = instance_memory == nullptr ? nullptr : instance_memory->base();
  memory_size = instance_memory == nullptr ? 0 : instance_memory->size_bytes();
  make_frame(thread, frame, code);
  fp = frame;
  pc = code.cells.data();
  HEDDLE_DISPATCH();
}

// Calls thread->callee, which is a host function or belongs to another instance.
HandlerResult call_foreign(HEDDLE_PARAMETERS) {
  if (thread->callee->code != nullptr) HEDDLE_TAIL(call_instance);
  if (--thread->fuel < 0) HEDDLE_TAIL(stop_out_of_fuel);
  HEDDLE_TAIL(stop_host_call);
}

HandlerResult call_import(HEDDLE_PARAMETERS) {
  thread->callee = thread->instance->functions[static_cast<std::uint32_t>(pc[1].c)];
  HEDDLE_TAIL(call_foreign);
}

HandlerResult uninitialized_element(HEDDLE_PARAMETERS) {
  thread->element_index = static_cast<std::uint32_t>(fp[pc->a]);
  HEDDLE_TAIL(trap_with<Trap::UninitializedElement>);
}

template <Variant variant>
HandlerResult call_indirect(HEDDLE_PARAMETERS) {
  const auto index = operand<std::uint32_t, is_left_accumulated(variant)>(fp, pc->a, acc, facc);
  const Instance& instance = *thread->instance;
  const TableInstance& table = *instance.tables[pc[1].bits];
  if (index >= table.elements.size()) [[unlikely]] {
    HEDDLE_TAIL(trap_with<Trap::UndefinedElement>);
  }
  const auto* callee = std::bit_cast<const FunctionInstance*>(table.elements[index]);
  if (callee == nullptr) [[unlikely]]
    HEDDLE_TAIL(uninitialized_element);
  if (callee->type_id != instance.type_ids[static_cast<std::uint32_t>(pc[1].c)]) [[unlikely]] {
    HEDDLE_TAIL(trap_with<Trap::IndirectCallTypeMismatch>);
  }
  if (callee->instance != &instance) {
    thread->callee = callee;
    HEDDLE_TAIL(call_foreign);
  }
  HEDDLE_CALL(callee->code);
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
  add(Opcode::Call, &call);
  add(Internal::CallImport, &call_import);
  add(Opcode::CallIndirect, &call_indirect<Variant::SS>);
  table.set(Opcode::CallIndirect, Variant::AS, handler_of(&call_indirect<Variant::AS>));
  add(Internal::ReturnNone, &return_none);
  add(Internal::ReturnOne, &return_one<Variant::SS>);
  table.set(Internal::ReturnOne, Variant::AS, handler_of(&return_one<Variant::AS>));
  add(Internal::ReturnMany, &return_many);
}

}  // namespace heddle::engine
