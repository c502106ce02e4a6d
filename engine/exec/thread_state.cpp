#include "engine/exec/thread_state.hpp"

#include <algorithm>
#include <functional>

namespace heddle::engine {
namespace {

constexpr std::size_t kFirstSlots = 256;
constexpr std::size_t kFirstRecords = 16;

// Twice as much, or as much as needed, within the limit; 0 if that is not enough.
std::size_t grown(std::size_t size, std::size_t needed, std::size_t max) {
  if (needed > max) return 0;
  return std::min(std::max(needed, 2 * size), max);
}

}  // namespace

ThreadState::ThreadState(ThreadLimits thread_limits) : limits(thread_limits) {
  const std::size_t slots = std::min<std::size_t>(kFirstSlots, limits.value_slots_max);
  record_count = std::min<std::size_t>(kFirstRecords, limits.call_depth_max);
  stack = std::make_unique<Slot[]>(slots);             // NOLINT(modernize-avoid-c-arrays)
  records = std::make_unique<Record[]>(record_count);  // NOLINT(modernize-avoid-c-arrays)
  stack_end = stack.get() + slots;
  permit_records(1);
  top = records.get();
  fp = stack.get();
}

bool ThreadState::must_ask_deeper() const {
  const auto count = static_cast<std::size_t>(top - records.get()) + records_needed;
  return limits.asks_deeper && count > records_permitted && count <= limits.call_depth_max;
}

void ThreadState::permit_records(std::size_t count) {
  records_permitted = count;
  records_end = records.get() + (limits.asks_deeper ? std::min(count, record_count) : record_count);
}

Slot* ThreadState::make_room(const Slot* frame) {
  const auto slots = static_cast<std::size_t>(stack_end - stack.get());
  const auto position = static_cast<std::size_t>(frame - stack.get());
  const std::size_t slots_after = position + frame_base + slots_needed;
  if (slots_after > slots) {
    const std::size_t size = grown(slots, slots_after, limits.value_slots_max);
    if (size == 0) return nullptr;
    auto larger = std::make_unique<Slot[]>(size);  // NOLINT(modernize-avoid-c-arrays)
    std::copy(stack.get(), stack_end, larger.get());
    stack = std::move(larger);
    stack_end = stack.get() + size;
  }
  const auto used = static_cast<std::size_t>(top - records.get());
  if (used + records_needed > record_count) {
    const std::size_t size = grown(record_count, used + records_needed, limits.call_depth_max);
    if (size == 0) return nullptr;
    auto larger = std::make_unique<Record[]>(size);  // NOLINT(modernize-avoid-c-arrays)
    std::copy(records.get(), top, larger.get());
    records = std::move(larger);
    record_count = size;
    permit_records(records_permitted);
    top = records.get() + used;
  }
  return stack.get() + position;
}

const FunctionInstance* ThreadState::find_function(const Instance& instance, const Cell* cell) {
  for (const FunctionInstance* function : instance.functions) {
    if (function->code == nullptr || function->instance != &instance) continue;
    const std::span<const Cell> cells = function->code->cells;
    const std::less<> before;
    if (!before(cell, cells.data()) && before(cell, cells.data() + cells.size())) return function;
  }
  return nullptr;
}

}  // namespace heddle::engine
