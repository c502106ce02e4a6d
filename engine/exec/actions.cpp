// Visible actions on wait queues, and fences. Spec: exec/instructions, "Atomic Memory
// Instructions".
//
// The agent's thread is parked on the instruction and has a permit; the step has been counted.
#include <algorithm>
#include <cstring>
#include <limits>
#include <string>
#include <utility>

#include "core/check.hpp"
#include "engine/exec/machine_state.hpp"
#include "engine/exec/visible_access.hpp"

namespace heddle::engine {
namespace {

core::Location location_of(const PendingOperation& operation) {
  return {.region = core::RegionKind::Memory,
          .number = operation.memory->number(),
          .offset = operation.address};
}

std::uint64_t load(const PendingOperation& operation, std::uint64_t size_bytes) {
  std::uint64_t value = 0;
  std::memcpy(&value, operation.memory->base() + operation.address, size_bytes);
  return value;
}

}  // namespace

void Machine::State::make_action(AgentState& agent) {
  const Shape shape = info(agent.thread->pending().opcode).shape;
  if (shape == Shape::AtomicWait) {
    wait(agent);
  } else if (shape == Shape::AtomicNotify) {
    notify(agent);
  } else if (shape == Shape::AtomicFence) {
    fence(agent);
  } else if (shape == Shape::MemorySize) {
    memory_size(agent);
  } else if (shape == Shape::MemoryGrow) {
    memory_grow(agent);
  } else if (shape == Shape::MemoryFill) {
    memory_fill(agent);
  } else if (shape == Shape::MemoryCopy) {
    memory_copy(agent);
  } else {
    HEDDLE_CHECK(shape == Shape::MemoryInit);
    memory_init(agent);
  }
}

// In the order of the reference interpreter: alignment, sharing, bounds. Only waits need sharing.
bool Machine::State::trap_unless_accessible(AgentState& agent, const PendingOperation& operation) {
  const OpcodeInfo& instruction = info(operation.opcode);
  const std::uint64_t size_bytes = instruction.access_bytes;
  const MemoryInstance& memory = *operation.memory;
  if (operation.address % size_bytes != 0) {
    trap_at_length(agent, memory, "unaligned atomic");
    return true;
  }
  if (instruction.shape == Shape::AtomicWait && !memory.shared()) {
    trap(agent, "expected shared memory");
    return true;
  }
  if (memory.size_bytes() < size_bytes || operation.address > memory.size_bytes() - size_bytes) {
    trap_at_length(agent, memory, "out of bounds memory access");
    return true;
  }
  return false;
}

// Of an access that traps, the length of the memory is all that was seen.
void Machine::State::trap_at_length(AgentState& agent, const MemoryInstance& memory,
                                    std::string message) {
  if (memory.shared()) {
    record(agent.id, agent.where, {read_of_length(memory, core::Ordering::Unordered)});
  }
  trap(agent, std::move(message));
}

void Machine::State::wait(AgentState& agent) {
  const PendingOperation operation = agent.thread->pending();
  if (trap_unless_accessible(agent, operation)) return;
  const std::uint64_t size_bytes = info(operation.opcode).access_bytes;
  const core::Location location = location_of(operation);
  const std::uint64_t mask = size_bytes == 4 ? 0xffff'ffff : ~std::uint64_t{0};
  const std::uint64_t expected = agent.thread->operand(1) & mask;
  const auto timeout_ns = static_cast<std::int64_t>(agent.thread->operand(2));
  const std::uint64_t found = load(operation, size_bytes);

  const core::Action read{.kind = core::ActionKind::Read,
                          .ordering = core::Ordering::SeqCst,
                          .condition = core::Condition::Wait,
                          .location = location,
                          .size_bytes = size_bytes,
                          .read_value = found,
                          .compared_value = expected};
  if (found != expected) {
    record(agent.id, agent.where, {read});
    agent.thread->state().has_acted = agent.has_acted_before;
    agent.thread->finish(Slot{1});
    return;
  }
  record(agent.id, agent.where,
         {read,
          {.kind = core::ActionKind::Wait,
           .ordering = core::Ordering::SeqCst,
           .location = location,
           .size_bytes = size_bytes}});
  queues.join(location, agent.id);
  agent.phase = Phase::Waiting;
  agent.pending.location = location;
  agent.pending.size_bytes = size_bytes;
  agent.is_wait_finite = timeout_ns >= 0;
  if (!agent.is_wait_finite) return;
  const auto duration_ns = static_cast<std::uint64_t>(timeout_ns);
  constexpr std::uint64_t kEnd = std::numeric_limits<std::uint64_t>::max();
  agent.deadline_ns = duration_ns > kEnd - clock_ns ? kEnd : clock_ns + duration_ns;
  timers.insert(std::ranges::lower_bound(timers, agent.id), agent.id);
}

void Machine::State::notify(AgentState& agent) {
  const PendingOperation operation = agent.thread->pending();
  if (trap_unless_accessible(agent, operation)) return;
  const core::Location location = location_of(operation);
  const auto count = static_cast<std::uint32_t>(agent.thread->operand(1));
  const std::vector<core::AgentId> woken = queues.notify(location, count);
  record(agent.id, agent.where,
         {{.kind = core::ActionKind::Notify,
           .ordering = core::Ordering::SeqCst,
           .location = location,
           .size_bytes = 4,
           .read_value = woken.size(),
           .written_value = count}});
  for (const core::AgentId waiter : woken) wake(at(waiter));
  agent.thread->finish(Slot{woken.size()});
}

void Machine::State::wake(AgentState& agent) {
  if (agent.is_wait_finite) std::erase(timers, agent.id);
  record(agent.id, agent.where,
         {{.kind = core::ActionKind::Woken,
           .ordering = core::Ordering::SeqCst,
           .location = agent.pending.location,
           .size_bytes = agent.pending.size_bytes}});
  agent.thread->finish(Slot{0});
  make_local(agent, Phase::Call);
}

void Machine::State::fence(AgentState& agent) {
  record(agent.id, agent.where,
         {{.kind = core::ActionKind::Fence, .ordering = core::Ordering::SeqCst}});
  agent.thread->state().has_acted = agent.has_acted_before;
  agent.thread->finish(std::nullopt);
}

}  // namespace heddle::engine
