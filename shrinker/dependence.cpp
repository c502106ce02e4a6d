#include "shrinker/dependence.hpp"

#include <algorithm>
#include <map>
#include <ranges>
#include <tuple>
#include <utility>

#include "core/action_kinds.hpp"

namespace heddle::shrinker {
namespace {

using core::Action;
using core::ActionKind;

constexpr std::uint64_t kGranule = 8;       // bytes that are kept together
constexpr std::uint64_t kGranulesMax = 64;  // of one access

// What one action does to a location.
struct Access {
  std::uint32_t event = 0;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  bool reads = false;
  bool writes = false;
  bool queues = false;
};

Access access_of(const Action& action, std::uint32_t event) {
  Access access{.event = event,
                .begin = action.location.offset,
                .end = action.location.offset + std::max<std::uint64_t>(action.size_bytes, 1)};
  access.reads = reads(action.kind) || action.kind == ActionKind::Wait;
  access.writes = writes(action.kind);
  access.queues = is_queue_action(action.kind) && action.kind != ActionKind::Woken;
  return access;
}

bool conflict(const Access& a, const Access& b) {
  if (a.begin >= b.end || b.begin >= a.end) return false;
  return (a.writes && (b.reads || b.writes)) || (b.writes && a.reads) || (a.queues && b.queues);
}

// Whoever conflicts with `later` and came before `earlier` is before `earlier` already.
bool hides(const Access& earlier, const Access& later) {
  const bool covers = earlier.begin <= later.begin && later.end <= earlier.end;
  return covers && earlier.writes && !later.queues;
}

class Builder {
 public:
  explicit Builder(const core::Trace& trace) : trace_(trace) {
    result_.before.resize(trace.events.size());
    result_.has_conflict.resize(trace.events.size());
    spawned_at_.resize(trace.agents.size(), kNever);
    ended_at_.resize(trace.agents.size(), kNever);
    has_begun_.resize(trace.agents.size());
  }

  Dependence build() {
    for (std::uint32_t i = 0; i < trace_.events.size(); ++i) add(i);
    for (const auto& [ignored, accesses] : accesses_) mark_conflicts(accesses);
    return std::move(result_);
  }

 private:
  static constexpr std::uint32_t kNever = ~std::uint32_t{0};

  void add(std::uint32_t event) {
    const std::uint32_t agent = trace_.events[event].agent.index;
    if (!has_begun_[agent]) {
      has_begun_[agent] = true;
      put_before(spawned_at_[agent], event);
    }
    bool makes_steps = true;
    for (const Action& action : trace_.actions_of(trace_.events[event])) {
      makes_steps = makes_steps && action.kind != ActionKind::Woken;
      add(action, event);
    }
    if (makes_steps) last_maker_ = event;
  }

  void add(const Action& action, std::uint32_t event) {
    switch (action.kind) {
      case ActionKind::Spawn:
        if (action.written_value < spawned_at_.size()) spawned_at_[action.written_value] = event;
        return;
      case ActionKind::End:
        ended_at_[trace_.events[event].agent.index] = event;
        return;
      case ActionKind::Join:
        if (action.written_value < ended_at_.size()) {
          put_before(ended_at_[action.written_value], event);
        }
        return;
      case ActionKind::Woken:
        put_before(last_maker_, event);  // the notify
        return;
      case ActionKind::Read:
      case ActionKind::Write:
      case ActionKind::ReadModifyWrite:
      case ActionKind::Wait:
      case ActionKind::TimedOut:
      case ActionKind::Notify:
        add_access(action, access_of(action, event));
        return;
      case ActionKind::Fence:
      case ActionKind::Invoke:
      case ActionKind::Return:
      case ActionKind::Host:
        return;
    }
  }

  void add_access(const Action& action, const Access& access) {
    const std::uint64_t first = access.begin / kGranule;
    const std::uint64_t last = std::min((access.end - 1) / kGranule, first + kGranulesMax);
    for (std::uint64_t granule = first; granule <= last; ++granule) {
      const auto region = static_cast<std::uint8_t>(action.location.region);
      std::vector<Access>& earlier = accesses_[{region, action.location.number, granule}];
      for (const Access& before : earlier | std::views::reverse) {
        if (conflict(before, access) && !are_of_one_agent(before, access)) {
          put_before(before.event, access.event);
        }
        if (hides(before, access)) break;
      }
      earlier.push_back(access);
    }
  }

  [[nodiscard]] bool are_of_one_agent(const Access& a, const Access& b) const {
    return trace_.events[a.event].agent == trace_.events[b.event].agent;
  }

  void mark_conflicts(const std::vector<Access>& accesses) {
    const bool are_shared = std::ranges::any_of(
        accesses, [&](const Access& each) { return !are_of_one_agent(each, accesses.front()); });
    if (!are_shared) return;
    for (const Access& access : accesses) {
      if (result_.has_conflict[access.event]) continue;
      result_.has_conflict[access.event] = std::ranges::any_of(accesses, [&](const Access& other) {
        return conflict(access, other) && !are_of_one_agent(access, other);
      });
    }
  }

  void put_before(std::uint32_t earlier, std::uint32_t later) {
    if (earlier == kNever || earlier == later) return;
    std::vector<std::uint32_t>& before = result_.before[later];
    if (std::ranges::find(before, earlier) == before.end()) before.push_back(earlier);
  }

  const core::Trace& trace_;
  Dependence result_;
  std::vector<std::uint32_t> spawned_at_;  // by agent
  std::vector<std::uint32_t> ended_at_;
  std::vector<bool> has_begun_;
  std::uint32_t last_maker_ = kNever;  // the last event that is no Woken
  std::map<std::tuple<std::uint8_t, std::uint32_t, std::uint64_t>, std::vector<Access>> accesses_;
};

}  // namespace

Dependence dependence_of(const core::Trace& trace) { return Builder(trace).build(); }

std::vector<bool> causal_past(const core::Trace& trace, const Dependence& dependence,
                              std::span<const core::EventId> targets) {
  std::vector<bool> is_past(trace.events.size(), targets.empty());
  if (targets.empty()) return is_past;
  for (const core::EventId target : targets) {
    if (target.index < is_past.size()) is_past[target.index] = true;
  }
  std::vector<bool> has_later(trace.agents.size());  // an event of the agent is in the past
  for (std::size_t i = trace.events.size(); i-- > 0;) {
    const std::uint32_t agent = trace.events[i].agent.index;
    if (has_later[agent]) is_past[i] = true;
    if (!is_past[i]) continue;
    has_later[agent] = true;
    for (const std::uint32_t before : dependence.before[i]) is_past[before] = true;
  }
  return is_past;
}

std::vector<bool> steps_of(const core::Trace& trace) {
  std::vector<bool> is_step(trace.events.size());
  std::vector<bool> is_call_empty(trace.agents.size());  // nothing since the agent's Invoke
  for (std::size_t i = 0; i < trace.events.size(); ++i) {
    const core::Event& event = trace.events[i];
    const std::size_t agent = event.agent.index;
    const ActionKind kind = trace.actions_of(event).front().kind;
    if (kind == ActionKind::Invoke) {
      is_call_empty[agent] = true;
    } else if (kind == ActionKind::Return) {  // of a call without any other step
      is_step[i] = is_call_empty[agent];
      is_call_empty[agent] = false;
    } else if (core::is_step(kind)) {
      is_step[i] = true;
      is_call_empty[agent] = false;
    }
  }
  return is_step;
}

}  // namespace heddle::shrinker
