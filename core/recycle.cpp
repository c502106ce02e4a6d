#include "core/recycle.hpp"

#include <utility>
#include <vector>

#include "core/check.hpp"

namespace heddle::core {
namespace {

struct Buffers {
  std::vector<Event> events;
  std::vector<Action> actions;
  std::vector<Choice> choices;

  static Buffers& of_this_thread() {
    thread_local Buffers buffers;
    return buffers;
  }
};

// Keeps the larger of the two, emptied; of what is too large, neither.
template <typename Item>
void keep(std::vector<Item>& kept, std::vector<Item>& used) {
  used.clear();
  if (used.capacity() > kept.capacity() && used.capacity() * sizeof(Item) <= kKeptBytesMax / 3) {
    kept.swap(used);
  }
}

}  // namespace

void recycle(Execution& execution) {
  Buffers& buffers = Buffers::of_this_thread();
  keep(buffers.events, execution.trace.events);
  keep(buffers.actions, execution.trace.actions);
  keep(buffers.choices, execution.schedule.choices);
}

void reuse_buffers(Execution& execution) {
  Buffers& buffers = Buffers::of_this_thread();
  HEDDLE_CHECK(execution.trace.events.empty() && execution.schedule.choices.empty());
  execution.trace.events = std::exchange(buffers.events, {});
  execution.trace.actions = std::exchange(buffers.actions, {});
  execution.schedule.choices = std::exchange(buffers.choices, {});
}

void shrink_buffers(Execution& execution) {
  execution.trace.events.shrink_to_fit();
  execution.trace.actions.shrink_to_fit();
  execution.schedule.choices.shrink_to_fit();
}

}  // namespace heddle::core
