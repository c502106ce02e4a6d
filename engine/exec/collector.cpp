#include "engine/exec/collector.hpp"

#include "engine/compile/stack_map.hpp"
#include "engine/exec/handlers.hpp"
#include "engine/runtime/heap.hpp"

namespace heddle::engine {
namespace {

constexpr std::uint32_t kWholeFrame = 0xffff'ffff;

void mark_frame(Heap& heap, const Instance& instance, const Cell* cell, const Slot* frame,
                std::uint32_t slots_end) {
  const auto place = instance.module->stack_maps->find(cell);
  if (!place) return;  // a call that is still to begin
  place->map->for_each_reference(place->cell, slots_end,
                                 [&](std::uint32_t slot) { heap.mark(frame[slot]); });
}

}  // namespace

// Of a frame that is in a call, what is behind the callee's frame's begin is the callee's.
void Thread::mark_roots(Heap& heap) const {
  const ThreadState& state = *state_;
  if (!state.is_in_call) return;
  const Instance* instance = state.instance;
  const Slot* frame = state.fp;
  mark_frame(heap, *instance, state.pc, frame, kWholeFrame);
  for (const Record* record = state.top; record != state.records.get();) {
    --record;
    if (is_leave(record->pc)) {
      instance = (--record)->instance;
      --record;
    }
    if (record->pc == &kReturned) return;
    frame -= record->base;
    // The call's second cell: behind it is another instruction.
    mark_frame(heap, *instance, record->pc - 1, frame, record->base);
  }
}

void collect_garbage(Store& store, std::span<const Thread* const> threads) {
  store.mark_roots();
  for (const Thread* thread : threads) thread->mark_roots(store.heap());
  store.heap().sweep();
}

}  // namespace heddle::engine
