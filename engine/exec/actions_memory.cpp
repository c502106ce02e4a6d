// Visible actions on whole stretches of shared memory, and on its length. Spec: exec/instructions,
// "Memory Instructions". Each is one event, whatever its size.
#include <algorithm>
#include <cstring>

#include "core/check.hpp"
#include "engine/exec/actions_bulk_value.hpp"
#include "engine/exec/far_access.hpp"
#include "engine/exec/machine_state.hpp"
#include "engine/exec/visible_access.hpp"

namespace heddle::engine {
namespace {

// A stretch of a memory, or of a data segment.
struct Stretch {
  std::uint64_t begin = 0;
  std::uint64_t size = 0;

  [[nodiscard]] bool is_within(std::uint64_t whole) const {
    return begin <= whole && size <= whole - begin;
  }
};

Stretch stretch(const Thread& thread, std::uint32_t begin_operand) {
  return {.begin = thread.operand(begin_operand), .size = thread.operand(2)};
}

std::span<std::byte> bytes_of(const MemoryInstance& memory, const Stretch& part) {
  return {memory.base() + part.begin, part.size};
}

core::Action bulk_access(const MemoryInstance& memory, const Stretch& part) {
  return {.ordering = core::Ordering::Unordered,
          .is_torn_allowed = true,
          .location = {.region = core::RegionKind::Memory,
                       .number = memory.number(),
                       .offset = part.begin},
          .size_bytes = part.size};
}

core::Action bulk_write(const MemoryInstance& memory, const Stretch& part) {
  core::Action action = bulk_access(memory, part);
  action.kind = core::ActionKind::Write;
  action.written_value = bulk_value(bytes_of(memory, part));
  return action;
}

core::Action bulk_read(const MemoryInstance& memory, const Stretch& part) {
  core::Action action = bulk_access(memory, part);
  action.kind = core::ActionKind::Read;
  action.read_value = bulk_value(bytes_of(memory, part));
  return action;
}

}  // namespace

void Machine::State::memory_size(AgentState& agent) {
  const MemoryInstance& memory = *agent.thread->pending().memory;
  record(agent.id, agent.where, {read_of_length(memory, core::Ordering::SeqCst)});
  agent.thread->finish(memory.pages());
}

void Machine::State::memory_grow(AgentState& agent) {
  MemoryInstance& memory = *agent.thread->pending().memory;
  const std::uint64_t delta = agent.thread->operand(0);
  const std::uint64_t before = memory.pages();
  const bool is_grown = memory.can_grow(delta) &&
                        goes_well(options.faults.memory_grow, core::ChoiceKind::GrowSucceeds) &&
                        memory.grow(delta).has_value();
  if (is_over) return;
  if (!is_grown) {
    record(agent.id, agent.where, {read_of_length(memory, core::Ordering::SeqCst)});
    agent.thread->finish(failed_growth(memory.type().address));
    return;
  }
  core::Action length = read_of_length(memory, core::Ordering::SeqCst);
  length.kind = core::ActionKind::ReadModifyWrite;
  length.read_value = before;
  length.written_value = memory.pages();
  // The new bytes are all zero: their value is 0, whatever their number.
  const std::uint64_t page_bytes = memory.page_bytes();
  core::Action zeros = bulk_access(memory, {before * page_bytes, delta * page_bytes});
  zeros.kind = core::ActionKind::Write;
  if (delta == 0) {
    record(agent.id, agent.where, {length});
  } else {
    record(agent.id, agent.where, {length, zeros});
  }
  agent.thread->finish(before);
}

void Machine::State::memory_fill(AgentState& agent) {
  const MemoryInstance& memory = *agent.thread->pending().memory;
  const Stretch target = stretch(*agent.thread, 0);
  if (!target.is_within(memory.size_bytes())) {
    trap_at_length(agent, memory, "out of bounds memory access");
    return;
  }
  const auto value = static_cast<std::byte>(agent.thread->operand(1));
  std::ranges::fill(bytes_of(memory, target), value);
  record(agent.id, agent.where, {bulk_write(memory, target)});
  charge(target.size);
  agent.thread->finish(std::nullopt);
}

// At least one of the memories is shared; of the other, nothing is in the trace.
void Machine::State::memory_copy(AgentState& agent) {
  const PendingOperation operation = agent.thread->pending();
  const MemoryInstance& to = *operation.target;
  const MemoryInstance& from = *operation.source;
  const Stretch target = stretch(*agent.thread, 0);
  const Stretch source = stretch(*agent.thread, 1);
  if (!source.is_within(from.size_bytes()) || !target.is_within(to.size_bytes())) {
    trap_at_length(agent, *operation.memory, "out of bounds memory access");
    return;
  }
  const core::Action read = bulk_read(from, source);
  if (target.size != 0) {
    std::memmove(to.base() + target.begin, from.base() + source.begin, target.size);
  }
  if (!to.shared()) {
    record(agent.id, agent.where, {read});
  } else if (!from.shared()) {
    record(agent.id, agent.where, {bulk_write(to, target)});
  } else {
    record(agent.id, agent.where, {read, bulk_write(to, target)});
  }
  charge(target.size);
  agent.thread->finish(std::nullopt);
}

void Machine::State::memory_init(AgentState& agent) {
  const PendingOperation operation = agent.thread->pending();
  const Instance& instance = *operation.instance;
  const MemoryInstance& memory = *operation.memory;
  const std::vector<std::uint8_t>& segment =
      instance.module->module().datas[operation.segment].bytes;
  const std::uint64_t available = instance.dropped_datas[operation.segment] ? 0 : segment.size();
  const Stretch target = stretch(*agent.thread, 0);
  const Stretch source = stretch(*agent.thread, 1);
  if (!source.is_within(available) || !target.is_within(memory.size_bytes())) {
    trap_at_length(agent, memory, "out of bounds memory access");
    return;
  }
  if (target.size != 0) {
    std::memcpy(memory.base() + target.begin, segment.data() + source.begin, target.size);
  }
  record(agent.id, agent.where, {bulk_write(memory, target)});
  charge(target.size);
  agent.thread->finish(std::nullopt);
}

// An active data segment while instantiating: as memory.init and data.drop.
void Machine::State::write_data(AgentState& agent) {
  DataWrite& write = agent.data_write;
  Instance& instance = *write.instance;
  const DataSegment& segment = instance.module->module().datas[write.segment];
  const MemoryInstance& memory = *instance.memories[segment.memory];
  const Stretch target{.begin = store.evaluate(segment.start, instance),
                       .size = segment.bytes.size()};
  if (!target.is_within(memory.size_bytes())) {
    if (memory.shared()) {
      record(agent.id, agent.where, {read_of_length(memory, core::Ordering::Unordered)});
    }
    write.trap = {.kind = core::OutcomeKind::Trapped, .message = "out of bounds memory access"};
    return;
  }
  if (target.size != 0) {
    std::memcpy(memory.base() + target.begin, segment.bytes.data(), target.size);
  }
  instance.dropped_datas[write.segment] = true;
  if (memory.shared()) use(agent.id, memory, target.begin, target.size, true);
  if (memory.shared()) record(agent.id, agent.where, {bulk_write(memory, target)});
  charge(target.size);
}

}  // namespace heddle::engine
