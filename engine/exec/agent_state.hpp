// AgentState: what the machine knows of one agent. Internal to engine/exec.
//
// Invariants:
//   1. `phase` says what happens to the agent next; all waiting is in the phases below Call.
//   2. The fiber runs only in phase Body, the thread only in phase Call or when a step is made.
//   3. A call has its Invoke in the trace if and only if `call_number` is set.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/choice.hpp"
#include "core/outcome.hpp"
#include "core/trace.hpp"
#include "engine/exec/fiber.hpp"
#include "engine/exec/machine.hpp"
#include "engine/exec/thread.hpp"
#include "engine/exec/thread_state.hpp"

namespace heddle::engine {

enum class Phase : std::uint8_t {
  Body,      // local work: its fiber goes on
  Call,      // local work: its thread goes on
  Pending,   // before a visible action
  Waiting,   // in a wait queue
  Joining,   // until another agent has ended
  Spinning,  // before a visible action, until one of `spin.reads` would find something else
  Ended,
};

// What a pending step is made of.
enum class StepKind : std::uint8_t {
  Instruction,  // the thread's next visible action
  Return,       // the end of a call that did nothing visible
  DataSegment,  // writing an active data segment to shared memory
  Yield,        // of a host function that lets others go on; the call has been made
};

// An active data segment on its way to a memory.
struct DataWrite {
  Instance* instance = nullptr;
  std::uint32_t segment = 0;
  std::optional<core::Outcome> trap;
};

// What is known of an agent that may be spinning: see spinning.cpp.
struct Spin {
  struct Read {
    const MemoryInstance* memory = nullptr;
    std::uint64_t address = 0;
    std::uint64_t size = 0;
    std::array<std::byte, 16> bytes{};
  };
  bool is_followed = false;
  std::uint64_t descents = 0;
  // The reference: everything that decides what the agent does next.
  const Cell* pc = nullptr;
  Instance* instance = nullptr;
  std::vector<Slot> slots;        // of the value stack, and the accumulators
  std::vector<Slot> environment;  // mutable globals and tables of its instance
  std::vector<Record> records;
  // What it has accessed since, and found there.
  std::vector<Read> reads;
};

struct AgentState {
  AgentState(core::AgentId number, Agent agent, AgentBody code)
      : id(number), handle(agent), body(std::move(code)) {}

  core::AgentId id;
  Agent handle;
  AgentBody body;
  Fiber* fiber = nullptr;  // once the body has begun, until it has ended
  bool is_unwinding = false;
  Phase phase = Phase::Body;
  StepKind step = StepKind::Instruction;

  Spin spin;
  bool has_acted_before = false;  // the action that the machine makes
  std::uint64_t passes = 0;       // visible actions made since the last scheduling point

  std::unique_ptr<Thread> thread;  // once Wasm was called
  core::Call call;                 // the current one, until it is in the trace
  std::optional<std::uint32_t> call_number;
  core::Outcome call_outcome;
  const FunctionType* call_type = nullptr;
  DataWrite data_write;

  core::PendingAction pending;    // in phase Waiting, and in Pending unless its thread knows it
  std::uint64_t deadline_ns = 0;  // of a finite wait
  bool is_wait_finite = false;
  core::AgentId joined;  // in phase Joining
  std::vector<core::AgentId> joiners;

  core::Outcome outcome{.kind = core::OutcomeKind::Returned};
  core::CodeLocation where;  // the last instruction that the machine had a part in
};

}  // namespace heddle::engine
