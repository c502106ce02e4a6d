// Lanes: what can be chosen between at a point where agents are chosen: the next step of an agent,
// or the timeout of its wait. Strategies give a lane a priority, a weight, a turn.
//
// Invariants:
//   1. Lane 2a is the next step of agent a, lane 2a+1 the timeout of its wait.
//   2. Options are ordered as core/choice.hpp says, so that the pending action of an option is
//   found
//      without describing any other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/choice.hpp"

namespace heddle::harness {

using Lane = std::size_t;

[[nodiscard]] inline Lane lane_of(const core::Choice& choice) {
  return 2 * static_cast<Lane>(choice.operand) +
         static_cast<Lane>(choice.kind == core::ChoiceKind::TimeoutFires);
}

[[nodiscard]] inline bool is_step(const core::Choice& choice) {
  return choice.kind == core::ChoiceKind::NextAgent;
}

// Otherwise something else is chosen: does memory.grow succeed?
[[nodiscard]] inline bool is_between_lanes(const core::ChoicePoint& point) {
  const core::ChoiceKind kind = point.options.front().kind;
  return kind == core::ChoiceKind::NextAgent || kind == core::ChoiceKind::TimeoutFires;
}

// Of options[option], a step: which of the pending actions is its agent's, and what that is.
[[nodiscard]] std::size_t pending_index(const core::ChoicePoint& point, std::size_t option);
[[nodiscard]] inline core::PendingAction pending_of(const core::ChoicePoint& point,
                                                    std::size_t option) {
  return point.pending[pending_index(point, option)];
}

// Whether the order of the two can be seen: they touch the same bytes (or wait queue), and one of
// them changes them.
[[nodiscard]] bool do_race(const core::PendingAction& left, const core::PendingAction& right);
[[nodiscard]] bool is_change(core::ActionKind kind);

// A value for each lane (or agent), made when it is first asked for.
template <typename T>
class Table {
 public:
  [[nodiscard]] T& operator[](std::size_t index) {
    if (index >= values_.size()) values_.resize(index + 1, T{});
    return values_[index];
  }
  [[nodiscard]] std::size_t size() const { return values_.size(); }
  void clear() { values_.clear(); }

 private:
  std::vector<T> values_;
};

// The pending actions that have been described, so that each is described once: an agent's pending
// action changes only when the agent makes a step, and whoever steps between two points is the one
// that was chosen, unless there is only one other.
class PendingCache {
 public:
  void clear();
  // At each point between lanes, before `of`.
  void advance(const core::ChoicePoint& point);
  [[nodiscard]] const core::PendingAction& of(const core::ChoicePoint& point, std::size_t option);

 private:
  struct Entry {
    std::uint64_t epoch = 0;  // is known if it is that of the cache
    core::PendingAction action;
  };
  std::uint64_t epoch_ = 1;
  std::uint64_t step_ = 0;   // of the last point
  std::size_t options_ = 0;  // there
  Table<Entry> entries_;     // by agent
};

}  // namespace heddle::harness
