#include "harness/memory/interleaving.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "core/action_kinds.hpp"

namespace heddle::harness {
namespace {

struct State {
  std::vector<std::uint32_t> positions{};
  std::vector<bool> is_started{};
  std::map<core::Location, Cell> cells{};                         // that are not as initialised
  std::map<core::Location, std::vector<std::uint32_t>> queues{};  // agents, oldest first
  std::vector<bool> is_woken{};

  auto operator<=>(const State&) const = default;
};

class InterleavingSearch {
 public:
  InterleavingSearch(const Candidate& candidate, std::uint64_t steps_max)
      : candidate_(candidate), steps_(steps_max) {}

  Interleaving run() {
    State state;
    const std::size_t agents = candidate_.agents.size();
    state.positions.resize(agents);
    state.is_started.resize(agents, true);
    state.is_woken.resize(agents);
    auto first = static_cast<EventIndex>(candidate_.initial.size());
    for (EventIndex event = 0; event < first; ++event) order_.push_back(event);
    for (const auto& agent : candidate_.agents) {
      firsts_.push_back(first);
      first += static_cast<EventIndex>(agent.size());
      for (const MemoryEvent& event : agent) {
        if (event.spawned && event.spawned->index < agents) {
          state.is_started[event.spawned->index] = false;
        }
      }
    }
    Interleaving result;
    if (visit(std::move(state))) {
      result.order = order_;
    } else {
      result.is_complete = steps_ > 0;
    }
    return result;
  }

 private:
  [[nodiscard]] const MemoryEvent* next_of(const State& state, std::size_t agent) const {
    const auto& events = candidate_.agents[agent];
    return state.positions[agent] < events.size() ? &events[state.positions[agent]] : nullptr;
  }

  // What the cell holds; initialisation leaves zeros where it writes none.
  [[nodiscard]] std::optional<Cell> value_of(const State& state,
                                             const core::Location& location) const {
    if (const auto found = state.cells.find(location); found != state.cells.end()) {
      return found->second;
    }
    std::optional<Cell> value;
    for (const MemoryEvent& event : candidate_.initial) value = value_after(event, location, value);
    // Beyond the initial length, a grown memory is zeros; those are not kept in the state.
    return value ? value : Cell{0};
  }

  static std::optional<Cell> value_after(const MemoryEvent& event, const core::Location& location,
                                         std::optional<Cell> value) {
    const MemoryAccess* const access = access_to(event, location);
    const bool is_written =
        access != nullptr && core::writes(access->kind) && covers(*access, location.offset);
    return is_written ? written_at(*access, location.offset) : value;
  }

  [[nodiscard]] bool can_read(const State& state, const MemoryEvent& event) const {
    return std::ranges::all_of(event.accesses, [&](const MemoryAccess& access) {
      if (!core::reads(access.kind)) return true;
      for (std::uint64_t cell = 0; cell < access.size; ++cell) {
        core::Location location = access.location;
        location.offset += cell;
        if (value_of(state, location) != access.read[cell]) return false;
      }
      return true;
    });
  }

  // Does the agent's next event, if that is possible now.
  [[nodiscard]] bool step(State& state, std::size_t agent) const {
    const MemoryEvent* const event = next_of(state, agent);
    if (event == nullptr || !state.is_started[agent] || !can_read(state, *event)) return false;
    if (event->joined) {
      const std::size_t joined = event->joined->index;
      if (joined < candidate_.agents.size() &&
          (!state.is_started[joined] || next_of(state, joined) != nullptr)) {
        return false;
      }
    }
    if (event->spawned && event->spawned->index < state.is_started.size()) {
      state.is_started[event->spawned->index] = true;
    }
    if (event->queue && !act(state, agent, *event->queue)) return false;
    for (const MemoryAccess& access : event->accesses) write(state, access);
    ++state.positions[agent];
    return true;
  }

  static void write(State& state, const MemoryAccess& access) {
    if (!core::writes(access.kind)) return;
    core::Location location = access.location;
    if (access.written.empty()) {  // a grown memory: nobody can have written there before
      return;
    }
    for (const Cell cell : access.written) {
      state.cells[location] = cell;
      ++location.offset;
    }
  }

  static bool act(State& state, std::size_t agent, const QueueAction& action) {
    std::vector<std::uint32_t>& queue = state.queues[action.location];
    if (action.kind == core::ActionKind::Wait) {
      queue.push_back(static_cast<std::uint32_t>(agent));
      return true;
    }
    if (action.kind == core::ActionKind::TimedOut) return std::erase(queue, agent) == 1;
    if (action.kind == core::ActionKind::Woken) {
      const bool is_woken = state.is_woken[agent];
      state.is_woken[agent] = false;
      return is_woken;
    }
    if (action.woken != std::min<std::uint64_t>(action.limit, queue.size())) return false;
    for (std::uint64_t i = 0; i < action.woken; ++i) state.is_woken[queue[i]] = true;
    queue.erase(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(action.woken));
    return true;
  }

  static bool is_local(const MemoryEvent& event) {
    const auto writes = [](const MemoryAccess& access) { return core::writes(access.kind); };
    return (!event.queue || event.queue->kind == core::ActionKind::Woken) &&
           std::ranges::none_of(event.accesses, writes);
  }

  void done(const State& before, std::size_t agent) {
    order_.push_back(firsts_[agent] + before.positions[agent]);
  }

  bool visit(State state) {
    const std::size_t kept = order_.size();
    for (bool has_moved = true; has_moved;) {
      has_moved = false;
      for (std::size_t agent = 0; agent < state.positions.size(); ++agent) {
        const MemoryEvent* const event = next_of(state, agent);
        if (event == nullptr || !is_local(*event)) continue;
        State next = state;
        if (!step(next, agent)) continue;
        done(state, agent);
        state = std::move(next);
        has_moved = true;
      }
    }
    bool is_finished = true;
    for (std::size_t agent = 0; agent < state.positions.size(); ++agent) {
      is_finished = is_finished && next_of(state, agent) == nullptr;
    }
    // Who was notified has an event for it.
    if (is_finished && std::ranges::find(state.is_woken, true) == state.is_woken.end()) return true;
    if (steps_ > 0 && seen_.insert(state).second) {
      --steps_;
      for (std::size_t agent = 0; agent < state.positions.size(); ++agent) {
        State next = state;
        if (!step(next, agent)) continue;
        done(state, agent);
        if (visit(std::move(next))) return true;
        order_.pop_back();
      }
    }
    order_.resize(kept);
    return false;
  }

  const Candidate& candidate_;
  std::vector<EventIndex> firsts_;
  std::uint64_t steps_ = 0;
  std::vector<EventIndex> order_;
  std::set<State> seen_;
};

}  // namespace

Interleaving find_interleaving(const Candidate& candidate, std::uint64_t steps_max) {
  return InterleavingSearch(candidate, steps_max).run();
}

}  // namespace heddle::harness
