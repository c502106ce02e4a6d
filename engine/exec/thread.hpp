// Thread: the Wasm side of an agent: its value stack and control stack, stopped between two cells.
//
// A thread is a value that the machine resumes: it never runs on a native stack of its own. It
// stops *before* each visible action, with the program counter on it, so that the machine (and
// through it every strategy) sees what the agent would do next. With a permit it makes simple
// accesses (loads, stores, read-modify-writes) itself and records their events; all other visible
// actions it hands to the machine. Where permits end, a switchboard may go on with another thread
// (switchboard.hpp) instead of stopping. On shared memory, every access is visible; on unshared
// memory only wait and notify are. An access that traps is a step too: it takes a permit, and reads
// the memory's length.
//
// Invariants:
//   1. While stopped, everything the thread knows is in its frames: it can be resumed at any time.
//   2. An event is recorded exactly when a visible action happens, and only with a permit.
//   3. Deep recursion never touches the native stack; depth is limited by `call_depth_max` and
//      `value_slots_max`, deterministically.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/event.hpp"
#include "core/event_log.hpp"
#include "engine/runtime/instances.hpp"

namespace heddle::engine {

struct ThreadState;
struct Switchboard;

inline constexpr ThreadState* kNobody = nullptr;

struct ThreadLimits {
  std::uint32_t call_depth_max = 100'000;     // frames; a call into another instance takes three
  std::uint32_t value_slots_max = 1'000'000;  // 8-byte slots
  // Whether the thread stops (Deeper) before a call that goes deeper than any before it.
  bool asks_deeper = false;

  bool operator==(const ThreadLimits&) const = default;
};

enum class Stop : std::uint8_t {
  Returned,   // results() holds the results of the function given to start()
  Trapped,    // message() says why
  Thrown,     // nobody catches the exception: thrown_tag() and thrown_values() describe it
  Exhausted,  // a limit of the engine's: message() is "call stack exhausted", or says which other
  Visible,    // before a visible action, without a permit to make it: pending() describes it
  Switched,   // the same; the switchboard has chosen an agent whose step the machine must make
  Action,     // before a visible action that the machine must make, with a permit, which the
              // machine takes: pending() describes it, operand() gives its operands, then
              // finish(), or reset() if it trapped
  HostCall,   // before a call of a host function: host_call() describes it, then finish_host()
  Collect,    // before an allocation: the heap wants to be collected, or permitted not to be
  Deeper,     // before a call that needs permit_deeper(), or reset() if it may not be made
  Growth,     // before a table.grow that can succeed, which needs set_growth()
  OutOfFuel,  // `fuel` back edges, calls and throws were made
};

// What a thread needs from its machine while it runs. One per machine; the thread only reads and
// updates these members.
struct RunContext {
  std::uint64_t permits = 0;  // visible actions the thread may make before it must stop
  // Back edges, calls and throws before it must stop. Bulk operations and large frames take more,
  // in proportion to their size; they are never stopped by it, but may leave less than nothing.
  std::int64_t fuel = 0;
  core::AgentId agent;                  // that begins; afterwards, the one that has stopped
  ThreadState* thread = nullptr;        // that runs; of `agent`
  core::EventLog* log = nullptr;        // where events go; null: nowhere
  Switchboard* board;                   // who goes on when the permits are used up; never null
  ThreadState* const* next = &kNobody;  // of the board's plan; null: it has to be asked
  std::uint64_t steps = 0;              // counts every visible action made (events recorded)
  bool asks_to_grow = false;            // whether threads stop (Growth) where a table can grow

  [[nodiscard]] bool is_recording() const { return log != nullptr; }

  explicit RunContext(Switchboard& switchboard) : board(&switchboard) {}
};

// A visible action that a thread is parked on.
struct PendingOperation {
  Opcode opcode = Opcode::Nop;
  core::ActionKind kind = core::ActionKind::Host;
  core::Ordering ordering = core::Ordering::Unordered;
  MemoryInstance* memory = nullptr;  // null for fences
  // Effective address; may be out of bounds or misaligned. 0 for memory.size and memory.grow. Of a
  // memory.copy within one memory: all from the lower to the higher of its two ranges; between two:
  // the range in the one that is shared, the target if both are. An address that does not fit is
  // the highest one with the same alignment.
  std::uint64_t address = 0;
  std::uint64_t size_bytes = 0;
  Instance* instance = nullptr;      // whose code is running
  std::uint32_t segment = 0;         // of memory.init
  MemoryInstance* source = nullptr;  // of memory.copy; `target` is the other
  MemoryInstance* target = nullptr;
  core::CodeLocation where;
};

struct HostCall {
  const FunctionInstance* function = nullptr;
  Instance* caller = nullptr;
  std::span<const Slot> arguments;
  std::span<Slot> results;
};

class Thread {
 public:
  explicit Thread(ThreadLimits limits = {});
  ~Thread();
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;

  // Prepares a call of a Wasm function; nothing runs yet. The thread must not be in a call.
  // A function whose frame does not fit will be Exhausted when it is run.
  void start(const FunctionInstance& function, std::span<const Slot> arguments);

  // Runs until it must stop. Resumable after Visible (with a permit), Action (after finish),
  // HostCall (after finish_host), Collect (after a collection or Heap::permit), Deeper and Growth
  // (after what they need) and OutOfFuel (with more fuel). Where the context's switchboard has
  // switched agents, it is the thread of `context.agent` that has stopped, and this one is parked
  // as after Visible.
  [[nodiscard]] Stop run(RunContext& context);

  // Abandons the call, whatever its state; the thread can start another.
  void reset();
  // The same, and makes it as good as new. False: that is not worth the while.
  [[nodiscard]] bool renew();

  [[nodiscard]] std::span<const Slot> results() const;
  [[nodiscard]] const std::string& message() const;
  [[nodiscard]] const TagInstance& thrown_tag() const;
  [[nodiscard]] std::span<const Slot> thrown_values() const;

  // Valid after Visible or Action.
  [[nodiscard]] PendingOperation pending() const;
  // The n-th operand of the pending instruction, in the order of its signature.
  [[nodiscard]] Slot operand(std::uint32_t n) const;
  // The pending action was made by the machine: continue behind it, with its result if it has one.
  void finish(std::optional<Slot> result);

  // Valid after HostCall.
  [[nodiscard]] HostCall host_call() const;
  void finish_host();  // results were written to host_call().results

  // After Deeper: the call, and others of its depth, until the thread is started again.
  void permit_deeper();
  // After Growth: whether the table grows.
  void set_growth(bool succeeds);

  // Marks all objects that the thread can reach from its frames; it must not be running.
  void mark_roots(Heap& heap) const;

  // Where the thread stands: the pending instruction or the one that trapped.
  [[nodiscard]] core::CodeLocation where() const;

  // For a switchboard.
  [[nodiscard]] ThreadState& state() { return *state_; }

  // Where the thread stands, and the calls that it is in, innermost first.
  [[nodiscard]] std::vector<core::CodeLocation> backtrace(std::size_t frames_max) const;

  // The functions on the control stack, innermost first: for reports.
  [[nodiscard]] std::vector<const FunctionInstance*> call_stack(std::size_t frames_max) const;

 private:
  std::unique_ptr<ThreadState> state_;
};

}  // namespace heddle::engine
