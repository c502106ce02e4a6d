// Switchboard: who goes on when an agent's permits are used up, decided inside the interpreter.
//
// A switch of agents at every visible action must cost no more than saving one thread's registers
// and loading another's. So the machine opens its switchboard where it makes a step, and a thread
// that comes to its next visible action asks it instead of stopping. All decisions are those that
// the machine's loop would make, in the same order: executions do not depend on the switchboard.
//
// Where the chooser's rule says who goes on (in turn, at random), the switchboard decides many
// steps ahead: a plan, of which a switch only takes the next thread. What of it is not come to is
// taken back before anybody else decides: nobody can tell.
//
// Invariants:
//   1. It is open only while the options are exactly the next steps of `lanes`, at least two:
//   nobody
//      has local work, no timeout can be chosen. Every visible action that is more than one access
//      closes it.
//   2. The running agent has a lane. All others are parked on visible actions.
//   3. While threads run, the last of `chosen` are the plan's; otherwise there is no plan.
//   4. Each decision is followed by exactly one step, so that a limit of steps is one of decisions.
//      Steps by quiet permits that the switchboard has given are counted with its decisions.
//   5. While threads run, each lane's has a share of the fuel, so that it need not be handed over.
//      Shares are made only of plenty: whether the limit is reached does not depend on them.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/choice.hpp"
#include "core/ids.hpp"
#include "core/rng.hpp"
#include "engine/exec/thread_state.hpp"

namespace heddle::engine {

// An agent whose next step can be chosen.
struct Lane {
  core::AgentId agent;
  ThreadState* thread = nullptr;  // null: the machine must make the step
};

struct Switchboard {
  Switchboard() = default;
  Switchboard(const Switchboard&) = delete;
  Switchboard& operator=(const Switchboard&) = delete;

  // Lanes are ordered by agent; the previous agent's step is the first option, then the others.
  [[nodiscard]] static std::size_t lane_of_option(std::size_t option, std::size_t running) {
    const std::size_t other = option <= running ? option - 1 : option;
    return option == 0 ? running : other;
  }

  // Of an agent that has one.
  [[nodiscard]] std::size_t lane_of(core::AgentId agent) const {
    return static_cast<std::size_t>(std::ranges::lower_bound(lanes, agent, {}, &Lane::agent) -
                                    lanes.begin());
  }

  [[nodiscard]] bool is_open() const { return can_decide() || is_asked_to_switch; }
  [[nodiscard]] bool can_decide() const { return decisions_left != 0; }
  // For at most this many decisions, or (where they are asked for) to this number of steps.
  void open(std::uint64_t decisions, std::uint64_t steps) {
    decisions_left = decisions;
    steps_end = steps;
  }
  // The same where the machine watches: it is asked at every arrival, and decides by itself.
  void open_watched(std::uint64_t steps) {
    is_asked_to_switch = true;
    steps_end = steps;
  }
  void close() {
    decisions_left = 0;
    is_asked_to_switch = false;
  }

  // The plan, of at least one decision: they must be left, and there must be a rule. It ends with
  // a step that the machine must make, if it comes to one; RunContext::next is where it begins.
  void plan(RunContext& run);
  [[nodiscard]] std::size_t planned_left(const RunContext& run) const {
    return planned_size == 0 ? 0
                             : planned_size - static_cast<std::size_t>(run.next - planned.data());
  }
  // Takes back what was not come to. Returns how many decisions were made since the last time: they
  // are the last of `chosen`.
  [[nodiscard]] std::size_t take_decisions(RunContext& run);

  // All threads get the same share; what they have used is what is missing of it afterwards.
  void share(std::int64_t fuel) {
    fuel_share = fuel / static_cast<std::int64_t>(lanes.size());
    for (const Lane& lane : lanes) {
      if (lane.thread != nullptr) lane.thread->fuel = fuel_share;
    }
  }
  [[nodiscard]] std::int64_t used() const {
    std::int64_t fuel = 0;
    for (const Lane& lane : lanes) {
      if (lane.thread != nullptr) fuel += fuel_share - lane.thread->fuel;
    }
    return fuel;
  }

  static constexpr std::size_t kPlanMin = 4;
  static constexpr std::size_t kPlanMax = 256;
  static constexpr std::size_t kNone = ~std::size_t{0};
  static constexpr std::size_t kPass = kNone - 1;

  std::span<const Lane> lanes;
  core::Rule rule;                                   // how to choose
  std::vector<core::Choice>* chosen = nullptr;       // the schedule
  std::uint64_t decisions_left = 0;                  // that are not in the plan
  std::size_t decided = 0;                           // in plans that were followed to their ends
  std::size_t plan_size = kPlanMin;                  // of the next one, if there is occasion
  core::Rng drawn_from{0};                           // the rule's generator before it drew the plan
  std::array<ThreadState*, kPlanMax + 1> planned{};  // null: the machine must make the step...
  std::size_t planned_size = 0;                      // ...or, behind these, the plan has ended
  std::uint64_t quiet_permits = 0;  // an agent gets for its step: 1 if nothing is recorded
  std::int64_t fuel_share = 0;
  // Decides for the machine and returns the lane, or kNone: stop. What it decides is not kept here.
  std::size_t (*ask)(void* machine) = nullptr;
  // The machine watches (scheduling_points.cpp): a thread that comes to a visible action without a
  // permit asks what to do. A lane: its thread goes on. kPass: it has got a permit. kNone: stop.
  std::size_t (*arrive)(void* machine) = nullptr;
  bool is_watched = false;
  bool looks = false;               // the machine looks for agents that spin
  bool is_asked_to_switch = false;  // open, while it is watched
  void* machine = nullptr;
  std::uint64_t steps_end = 0;  // where it is asked

 private:
  template <typename Order>
  [[nodiscard]] std::size_t fill(Order& order, std::span<core::Choice> choices);
};

// The context of what is being run. It is also in each thread, but who switches threads all the
// time must not wait for the next thread's address to find it.
extern constinit thread_local RunContext* current_run;

}  // namespace heddle::engine
