// ThreadState: a thread's stacks, where it is parked, and what handlers need at hand.
//
// The value stack holds frames that overlap (see code.hpp); the control stack says where each
// returns to. A call into another instance pushes three records, from the bottom: where the call
// returns to, the instance it returns to, and a way back through the cell `kLeave`, which restores
// both. So calls within an instance, the common case, save and restore nothing else. A tail call
// into another instance needs the latter two as well, but only if it does not find them on top.
//
// Invariants:
//   1. Positions on the stacks are kept relative to each other (Record::base), so that the value
//      stack can move when it grows. It begins small: there may be thousands of threads.
//   2. `pc`, `fp` and the accumulators are up to date exactly while the thread is stopped.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/exec/thread.hpp"
#include "engine/exec/trap.hpp"

namespace heddle::engine {

struct Record {
  union {
    const Cell* pc = nullptr;
    Instance* instance;
  };
  std::uint32_t base = 0;  // slots from the caller's frame to the callee's
};

// An exception between the instruction that throws it and the clause that catches it.
struct Thrown {
  const TagInstance* tag = nullptr;
  std::vector<Slot> values;
  Slot reference = 0;  // to it, if there is one already
};

struct ThreadState {
  explicit ThreadState(ThreadLimits thread_limits);

  // What handlers use.
  Record* top = nullptr;  // behind the newest record
  Record* records_end = nullptr;
  Slot* stack_end = nullptr;
  std::int64_t fuel = 0;                     // RunContext::fuel while running
  std::uint64_t quiet_permits = 0;           // taken without recording anything; see permits_left
  Instance* instance = nullptr;              // of the running function
  GlobalInstance* const* globals = nullptr;  // of `instance`
  RunContext* run = nullptr;
  core::AgentId agent;  // whose thread it is, once it has run
  // See spinning.cpp. Where it last stood when it was looked at (a CodePoint's bits), whether it
  // has changed anything but its own frames and globals since, whether looking is of no use until
  // it does, and whether it need not be looked at where it stands.
  std::uint64_t seen = 0;
  bool has_acted = false;
  bool is_given_up = false;
  bool is_seen = false;

  // Where the thread is parked.
  const Cell* pc = nullptr;
  Slot* fp = nullptr;
  Slot acc = 0;
  double facc = 0;
  Stop stop = Stop::Returned;

  // From handlers to the slow paths they go on with.
  Trap trap = Trap::None;
  const FunctionInstance* callee = nullptr;
  std::uint32_t slots_needed = 0;  // in a frame that begins `frame_base` slots behind fp
  std::uint32_t frame_base = 0;
  std::uint32_t records_needed = 0;
  std::uint64_t element_index = 0;  // of Trap::UninitializedElement

  Thrown thrown;
  std::string message;
  std::vector<Slot> host_arguments;
  std::uint32_t result_count = 0;
  bool is_in_call = false;
  std::optional<bool> growth;  // what the next table.grow comes to, where that is chosen

  ThreadLimits limits;
  std::size_t record_count = 0;       // that there is memory for
  std::size_t records_permitted = 0;  // of ThreadLimits::asks_deeper
  // Zero at first, so that what is in it never depends on other executions.
  std::unique_ptr<Slot[]> stack;      // NOLINT(modernize-avoid-c-arrays)
  std::unique_ptr<Record[]> records;  // NOLINT(modernize-avoid-c-arrays)

  void set_instance(Instance* new_instance) {
    instance = new_instance;
    globals = new_instance->globals.data();
  }
  // RunContext::permits while running: either they are all quiet, or none is.
  [[nodiscard]] std::uint64_t permits_left() const { return quiet_permits + run->permits; }
  [[nodiscard]] MemoryInstance* memory() const {
    return instance->memories.empty() ? nullptr : instance->memories[0];
  }

  // Whether a call needs `records_needed` that nobody has permitted, and the limit would not
  // refuse.
  [[nodiscard]] bool must_ask_deeper() const;
  void permit_records(std::size_t count);

  // Grows the stacks for `slots_needed` and `records_needed`, if the limits allow. Returns fp's new
  // value, or null.
  [[nodiscard]] Slot* make_room(const Slot* frame);

  // The instance's function whose code has this cell. O(functions): for reports and traps.
  [[nodiscard]] static const FunctionInstance* find_function(const Instance& instance,
                                                             const Cell* cell);
};

}  // namespace heddle::engine
