// Which visible actions are scheduling points, where not all are. See core/points.hpp.
//
// While another agent is alive, or has ended without being joined, the machine watches: a thread
// that comes to a visible action without a permit asks it (arrive). An action that is no point is
// given its permit at once. Nothing is watched while one agent is alone, and the first visible
// action of a call is always a point, so that a call's interval in the trace begins where its
// effects do.
#include "core/action_kinds.hpp"
#include "core/check.hpp"
#include "engine/exec/machine_state.hpp"
#include "engine/exec/visible_access.hpp"

namespace heddle::engine {
namespace {

// So many actions in a row that are no points, and the next one is: others must go on while an
// agent waits in a loop for a location that is not known to be shared.
constexpr std::uint64_t kPassesMax = 4096;

}  // namespace

// Not while an agent is alone, and, where it learns, knows that all others have ended.
bool Machine::State::is_watching(core::AgentId agent) const {
  if (options.points == core::PointMode::All) return false;
  return agents_alive > 1 || (shadow != nullptr && !shadow->has_joined_all(agent));
}

bool Machine::State::is_point(AgentState& agent) {
  if (++agent.passes > kPassesMax) return true;
  const PendingOperation operation = agent.thread->pending();
  const Shape shape = info(operation.opcode).shape;
  if (shape == Shape::AtomicWait || shape == Shape::AtomicNotify || shape == Shape::MemorySize ||
      shape == Shape::MemoryGrow) {
    return true;
  }
  if (options.points == core::PointMode::Sync) {
    return operation.ordering != core::Ordering::Unordered;
  }
  if (shape == Shape::AtomicFence || options.shared == nullptr) return false;
  const auto is_shared = [&](const MemoryInstance& memory, std::uint64_t begin,
                             std::uint64_t size) {
    return options.shared->overlaps(
        {.region = core::RegionKind::Memory, .number = memory.number(), .offset = begin}, size);
  };
  if (shape == Shape::MemoryCopy) {
    const std::uint64_t size = agent.thread->operand(2);
    return is_shared(*operation.target, agent.thread->operand(0), size) ||
           is_shared(*operation.source, agent.thread->operand(1), size);
  }
  return is_shared(*operation.memory, operation.address, operation.size_bytes);
}

std::size_t Machine::State::arrive() {
  AgentState& agent = at(context.agent);
  if (options.blocks_spinners) {
    if (look(agent)) {
      found_spinning.push_back(agent.id);
      return Switchboard::kNone;
    }
    if (has_spinners()) board.close();
  }
  if (!is_point(agent)) {
    if (context.steps >= options.steps_max) return Switchboard::kNone;
    use(agent);
    note(agent);
    keep_backtrace(agent);
    if (log.is_recording()) {
      context.permits = 1;
    } else {
      agent.thread->state().quiet_permits = 1;
      ++context.steps;
    }
    return Switchboard::kPass;
  }
  agent.passes = 0;
  if (!board.is_asked_to_switch || context.steps >= board.steps_end) return Switchboard::kNone;
  const std::size_t lane = ask_for_lane();
  if (lane != Switchboard::kNone && ready[lane].thread != nullptr) use(at(ready[lane].agent));
  return lane;
}

void Machine::State::use(const AgentState& agent) {
  if (shadow == nullptr) return;
  const PendingOperation operation = agent.thread->pending();
  const Shape shape = info(operation.opcode).shape;
  if (shape == Shape::AtomicNotify || shape == Shape::AtomicFence || shape == Shape::MemorySize ||
      shape == Shape::MemoryGrow) {
    return;
  }
  if (shape == Shape::MemoryCopy) {
    const std::uint64_t size = agent.thread->operand(2);
    use(agent.id, *operation.source, agent.thread->operand(1), size, false);
    use(agent.id, *operation.target, agent.thread->operand(0), size, true);
    return;
  }
  use(agent.id, *operation.memory, operation.address, operation.size_bytes,
      core::writes(operation.kind));
}

void Machine::State::use(core::AgentId agent, const MemoryInstance& memory, std::uint64_t begin,
                         std::uint64_t size, bool writes) {
  if (shadow == nullptr || !is_watching(agent) || !memory.shared()) return;
  // What is not there is not used: the access traps.
  if (size > memory.size_bytes() || begin > memory.size_bytes() - size) return;
  shadow->use(
      {.agent = agent, .memory = memory.number(), .begin = begin, .size = size, .writes = writes},
      options.shared.get(), execution.newly_shared);
}

}  // namespace heddle::engine
