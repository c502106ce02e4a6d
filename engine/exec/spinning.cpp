// Agents that spin: they repeat a loop that changes nothing, and whose reads find the same values.
//
// An agent that stands before a visible action in the same state as before (program counter,
// stacks, mutable globals and tables of its instance), and that has changed nothing else since,
// will do the same again unless one of the bytes it has accessed since is different then. Until it
// is, the agent is no option: whatever it can do later, it can do after waiting, so that no state
// that can be reached is lost, and nothing is shown twice. An access that leaves memory as it was
// is a read here: a cmpxchg that fails, an exchange of a value for itself. It is in the trace as
// often as it was made.
//
// Looking is cheap until there is something to see. A thread is looked at where it has not gone on
// in its code since the last time, by function and offset, which happens in every loop; if it has
// changed anything by then, that is all. Otherwise its state is noted as the reference, its
// accesses are followed, and the machine decides about all agents in its loop. So a loop is
// recognised after its second round. An agent for which there is nothing to choose is looked at now
// and then.
//
// What is looked at when depends on the program and the choices alone: not on who switches agents,
// how many permits are given, where code lies, or what is recorded.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "core/check.hpp"
#include "engine/exec/handlers.hpp"
#include "engine/exec/machine_state.hpp"

namespace heddle::engine {
namespace {

constexpr std::size_t kReadsMax = 64;
constexpr std::size_t kSlotsMax = 1024;
constexpr std::size_t kRecordsMax = 64;
constexpr std::uint64_t kWindow = 64;  // steps of an agent alone, looked at one by one

// The value stack as far as it is used, and the accumulators. False: it is too much.
bool take_slots(const ThreadState& thread, std::vector<Slot>& slots) {
  const std::uint32_t function = thread.pc[1].where.function;
  const std::uint32_t frame = thread.instance->functions[function]->code->frame_slots;
  const auto size = static_cast<std::size_t>(thread.fp - thread.stack.get()) + frame;
  if (size > kSlotsMax) return false;
  slots.assign(thread.stack.get(), thread.stack.get() + size);
  slots.push_back(thread.acc);
  slots.push_back(std::bit_cast<Slot>(thread.facc));
  return true;
}

bool take_records(const ThreadState& thread, std::vector<Record>& records) {
  const auto size = static_cast<std::size_t>(thread.top - thread.records.get());
  if (size > kRecordsMax) return false;
  records.assign(thread.records.get(), thread.records.get() + size);
  return std::ranges::none_of(records, [](const Record& record) { return is_leave(record.pc); });
}

// What other agents may change, if they use the same instance, without a visible action.
bool take_environment(const Instance& instance, std::vector<Slot>& environment) {
  environment.clear();
  for (const GlobalInstance* const global : instance.globals) {
    if (!global->type.is_mutable) continue;
    environment.push_back(global->value);
    environment.push_back(global->high);
  }
  for (const TableInstance* const table : instance.tables) {
    if (environment.size() + table->elements.size() > kSlotsMax) return false;
    environment.insert(environment.end(), table->elements.begin(), table->elements.end());
  }
  return environment.size() <= kSlotsMax;
}

// Everything that code of the instance can change is followed: no unshared memory, no objects.
bool can_be_followed(const Instance& instance) {
  return std::ranges::all_of(instance.memories, &MemoryInstance::shared) &&
         std::ranges::all_of(instance.module->module().types,
                             [](const SubType& type) { return type.function() != nullptr; });
}

bool is_equal(const Record& left, const Record& right) {
  return left.pc == right.pc && left.base == right.base;
}

bool is_as_before(const ThreadState& thread, const Spin& spin) {
  if (spin.pc != thread.pc || spin.instance != thread.instance) return false;
  std::vector<Slot> slots;
  if (!take_slots(thread, slots) || slots != spin.slots) return false;
  std::vector<Record> records;
  if (!take_records(thread, records)) return false;
  if (!std::ranges::equal(records, spin.records, is_equal)) return false;
  return take_environment(*thread.instance, slots) && slots == spin.environment;
}

// Whether what decided about the agent's last round is different now.
bool would_differ(const Spin& spin) {
  for (const Spin::Read& read : spin.reads) {
    if (std::memcmp(read.memory->base() + read.address, read.bytes.data(), read.size) != 0) {
      return true;
    }
  }
  std::vector<Slot> environment;
  return !take_environment(*spin.instance, environment) || environment != spin.environment;
}

}  // namespace

bool Machine::State::look(AgentState& agent) {
  ThreadState& thread = agent.thread->state();
  if (std::exchange(thread.is_seen, false)) return false;
  const auto where = std::bit_cast<std::uint64_t>(thread.pc[1].where);
  const bool goes_back = where <= thread.seen;
  thread.seen = where;
  Spin& spin = agent.spin;
  if (thread.has_acted) {
    if (!goes_back && !spin.is_followed) return false;
    thread.has_acted = false;
    thread.is_given_up = false;
    stop_following(agent);
    return false;
  }
  if (thread.is_given_up) return false;
  if (!spin.is_followed) {
    if (goes_back) follow(agent);
    return false;
  }
  if (is_as_before(thread, spin)) {
    if (!would_differ(spin)) return true;
    follow(agent);
  } else if (spin.reads.size() > kReadsMax) {
    thread.is_given_up = true;
    stop_following(agent);
  } else if (goes_back && std::has_single_bit(++spin.descents)) {
    follow(agent);  // Brent: a later reference is in the loop, however long it took to get there
  }
  return false;
}

void Machine::State::follow(AgentState& agent) {
  const ThreadState& thread = agent.thread->state();
  Spin& spin = agent.spin;
  spin.pc = thread.pc;
  spin.instance = thread.instance;
  spin.reads.clear();
  if (!can_be_followed(*thread.instance) || !take_slots(thread, spin.slots) ||
      !take_records(thread, spin.records) ||
      !take_environment(*thread.instance, spin.environment)) {
    agent.thread->state().is_given_up = true;
    stop_following(agent);
    return;
  }
  if (spin.is_followed) return;
  spin.is_followed = true;
  spin.descents = 0;
  ++followed;
}

void Machine::State::stop_following(AgentState& agent) {
  if (!agent.spin.is_followed) return;
  agent.spin.is_followed = false;
  --followed;
}

void Machine::State::note(AgentState& agent) {
  if (!agent.spin.is_followed) return;
  const PendingOperation operation = agent.thread->pending();
  const MemoryInstance* const memory = operation.memory;
  Spin::Read read{.memory = memory, .address = operation.address, .size = operation.size_bytes};
  // What is not like this changes something, or traps.
  if (memory == nullptr || read.size == 0 || read.size > read.bytes.size() ||
      memory->size_bytes() < read.size || read.address > memory->size_bytes() - read.size) {
    return;
  }
  std::memcpy(read.bytes.data(), memory->base() + read.address, read.size);
  agent.spin.reads.push_back(read);
}

// Where there is nothing to choose and nobody waits for a change, only while an agent is in its
// window: from 64 steps alone to 128, from 256... each twice as late as the one before.
bool Machine::State::is_in_window() const {
  const std::uint64_t steps = context.steps - lone_begin;
  return has_spinners() || (steps >= kWindow && steps - std::bit_floor(steps) < kWindow);
}

std::uint64_t Machine::State::unwatched_steps() const {
  if (!options.blocks_spinners) return ~std::uint64_t{0};
  if (is_in_window()) return 1;
  const std::uint64_t steps = context.steps - lone_begin;
  return steps < kWindow ? kWindow - steps : 2 * std::bit_floor(steps) - steps;
}

// Whether the step of one agent is all that can be chosen.
bool Machine::State::find_lone() {
  if (choices.size() != 1 || choices[0].kind != core::ChoiceKind::NextAgent) {
    lone.reset();
    return false;
  }
  const core::AgentId agent{static_cast<std::uint32_t>(choices[0].operand)};
  if (lone != agent) lone_begin = context.steps;
  lone = agent;
  return true;
}

void Machine::State::look_at_arrivals() {
  if (!options.blocks_spinners || choices.empty()) return;
  const bool is_lone = find_lone();
  for (const core::AgentId id : arrived) {
    AgentState& agent = at(id);
    if (agent.phase != Phase::Pending || agent.step != StepKind::Instruction) continue;
    if (is_lone && !is_in_window()) {
      agent.thread->state().is_seen = false;
    } else if (look(agent)) {
      found_spinning.push_back(id);
    }
  }
  arrived.clear();
  if (found_spinning.empty()) return;
  block_and_wake_spinners();
  collect_options();
  find_lone();
}

void Machine::State::block_and_wake_spinners() {
  for (const core::AgentId id : found_spinning) {
    AgentState& agent = at(id);
    stop_following(agent);
    agent.phase = Phase::Spinning;
    ready.erase(ready.begin() + static_cast<std::ptrdiff_t>(lane_of(id)));
    spinning.push_back(id);
  }
  found_spinning.clear();
  std::erase_if(spinning, [this](core::AgentId id) {
    AgentState& agent = at(id);
    if (!would_differ(agent.spin)) return false;
    make_pending(agent);
    return true;
  });
}

core::AgentEnd Machine::State::end_of_spinning(const AgentState& agent) const {
  core::AgentEnd end{.where = pending_action(agent).where};
  end.blocked_on.kind = core::BlockedOn::Kind::Spin;
  for (const Spin::Read& read : agent.spin.reads) {
    const core::Location location{.region = core::RegionKind::Memory,
                                  .number = read.memory->number(),
                                  .offset = read.address};
    if (std::ranges::find(end.blocked_on.locations, location) == end.blocked_on.locations.end()) {
      end.blocked_on.locations.push_back(location);
    }
  }
  if (!end.blocked_on.locations.empty()) end.blocked_on.location = end.blocked_on.locations.front();
  end.outcome = {.kind = core::OutcomeKind::Blocked,
                 .message = fmt::format("spins on {}, which nobody changes any more",
                                        to_string(end.blocked_on.location))};
  return end;
}

}  // namespace heddle::engine
