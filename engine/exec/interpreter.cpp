// The interpreter's entrance, its exits, and the growth of a thread's stacks.
#include <fmt/format.h>

#include "engine/exec/handlers.hpp"
#include "engine/runtime/heap.hpp"

namespace heddle::engine {
namespace {

inline void park(HEDDLE_PARAMETERS) {
  thread->pc = pc;
  thread->fp = fp;
  thread->acc = acc;
  thread->facc = facc;
  thread->run->thread = thread;
}

}  // namespace

void enter(ThreadState* thread) {
  const MemoryInstance* instance_memory = thread->memory();
  std::byte* memory = instance_memory == nullptr ? nullptr : instance_memory->base();
  const std::uint64_t memory_size = instance_memory == nullptr ? 0 : instance_memory->size_bytes();
  const Cell* pc = thread->pc;
#if HEDDLE_DISPATCH_LOOP
  Registers registers{thread, pc, thread->fp, memory, thread->acc, memory_size, thread->facc};
  while (registers.pc != nullptr) {
    registers = code_of(registers.pc->handler)(registers.thread, registers.pc, registers.fp,
                                               registers.memory, registers.acc,
                                               registers.memory_size, registers.facc);
  }
#else
  code_of(pc->handler)(thread, pc, thread->fp, memory, thread->acc, memory_size, thread->facc);
#endif
}

HandlerResult stop_returned(HEDDLE_PARAMETERS) {
  park(HEDDLE_REGISTERS);
  thread->stop = Stop::Returned;
  HEDDLE_STOP();
}

HandlerResult stop_trapped(HEDDLE_PARAMETERS) {
  park(HEDDLE_REGISTERS);
  thread->stop = is_exhaustion(thread->trap) ? Stop::Exhausted : Stop::Trapped;
  thread->message = thread->trap == Trap::HeapExhausted ? thread->instance->heap->full_message()
                                                        : std::string(message_of(thread->trap));
  if (thread->trap == Trap::UninitializedElement) {
    thread->message += fmt::format(" {}", thread->element_index);
  }
  HEDDLE_STOP();
}

HandlerResult stop_visible(HEDDLE_PARAMETERS) {
  park(HEDDLE_REGISTERS);
  thread->stop = Stop::Visible;
  HEDDLE_STOP();
}

HandlerResult stop_permitted_action(HEDDLE_PARAMETERS) {
  park(HEDDLE_REGISTERS);
  thread->stop = Stop::Action;
  HEDDLE_STOP();
}

HandlerResult stop_host_call(HEDDLE_PARAMETERS) {
  park(HEDDLE_REGISTERS);
  thread->stop = Stop::HostCall;
  HEDDLE_STOP();
}

HandlerResult stop_unallocated(HEDDLE_PARAMETERS) {
  if (thread->instance->heap->refusal() == Heap::Refusal::Full) {
    HEDDLE_TAIL(trap_with<Trap::HeapExhausted>);
  }
  park(HEDDLE_REGISTERS);
  thread->stop = Stop::Collect;
  HEDDLE_STOP();
}

HandlerResult stop_out_of_fuel(HEDDLE_PARAMETERS) {
  ++thread->fuel;
  park(HEDDLE_REGISTERS);
  thread->stop = Stop::OutOfFuel;
  HEDDLE_STOP();
}

HandlerResult stop_growing(HEDDLE_PARAMETERS) {
  park(HEDDLE_REGISTERS);
  thread->stop = Stop::Growth;
  HEDDLE_STOP();
}

HandlerResult make_room(HEDDLE_PARAMETERS) {
  if (thread->must_ask_deeper()) {
    park(HEDDLE_REGISTERS);
    thread->stop = Stop::Deeper;
    HEDDLE_STOP();
  }
  Slot* const moved = thread->make_room(fp);
  if (moved == nullptr) HEDDLE_TAIL(trap_with<Trap::CallStackExhausted>);
  fp = moved;
  HEDDLE_DISPATCH();
}

}  // namespace heddle::engine
