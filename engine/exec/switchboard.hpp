// Switchboard: who goes on when an agent's permits are used up, decided inside the interpreter.
//
// A switch of agents at every visible action must cost no more than saving one thread's registers
// and loading another's. So the machine opens its switchboard where it makes a step, and a thread
// that comes to its next visible action asks it instead of stopping. All decisions are those that
// the machine's loop would make, in the same order: executions do not depend on the switchboard.
//
// Invariants:
//   1. It is open only while the options are exactly the next steps of `lanes`, at least two:
//   nobody
//      has local work, no timeout can be chosen. Every visible action that is more than one access
//      closes it.
//   2. The running agent has a lane. All others are parked on visible actions.
//   3. Each decision is followed by exactly one step, so that a limit of steps is one of decisions.
//      Steps by quiet permits that the switchboard has given are counted with its decisions.
//   4. While threads run, each lane's has a share of the fuel, so that it need not be handed over.
//      Shares are made only of plenty: whether the limit is reached does not depend on them.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

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
  [[nodiscard]] std::size_t lane_of_option(std::size_t option) const {
    const std::size_t other = option <= running ? option - 1 : option;
    return option == 0 ? running : other;
  }

  // Of an agent that has one.
  [[nodiscard]] std::size_t lane_of(core::AgentId agent) const {
    std::size_t lane = 0;
    while (lanes[lane].agent != agent) ++lane;
    return lane;
  }

  [[nodiscard]] bool is_open() const { return chosen_behind != chosen_end || is_asked_to_switch; }
  // For at most this many decisions, or (where they are asked for) to this number of steps.
  void open(std::uint64_t decisions, std::uint64_t steps) {
    chosen_end = chosen.data() + std::min<std::uint64_t>(decisions, chosen.size());
    steps_end = steps;
  }
  // The same where the machine watches: it is asked at every arrival, and decides by itself.
  void open_watched(std::uint64_t steps) {
    is_asked_to_switch = true;
    steps_end = steps;
  }
  void close() {
    chosen_end = chosen_behind;
    is_asked_to_switch = false;
  }

  // What was drawn since the last time. The switchboard stays open, for fewer.
  [[nodiscard]] std::span<const core::Choice> decisions() const {
    return {chosen.data(), chosen_behind};
  }
  void forget_decisions() {
    chosen_end = chosen.data() + (chosen_end - chosen_behind);
    chosen_behind = chosen.data();
  }

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

  // Decisions between two visits of the machine.
  static constexpr std::size_t kChosenMax = 256;
  static constexpr std::size_t kNone = ~std::size_t{0};
  static constexpr std::size_t kPass = kNone - 1;

  std::span<const Lane> lanes;
  std::size_t running = 0;          // its lane
  core::Rule rule;                  // how to choose
  core::Rng::Draw draw;             // that was not final
  std::uint64_t quiet_permits = 0;  // of an agent's step: 1 if nothing is recorded...
  std::uint64_t permits = 0;        // ...or else 1 of these
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

  core::AgentId last;  // the agent that was running before the first of the decisions
  std::array<core::Choice, kChosenMax> chosen;  // all of agents; what was drawn...
  core::Choice* chosen_behind = chosen.data();  // ...ends here
  core::Choice* chosen_end = chosen.data();     // no more decisions than this; closed: equal
};

// The context of what is being run. It is also in each thread, but who switches threads all the
// time must not wait for the next thread's address to find it.
extern constinit thread_local RunContext* current_run;

}  // namespace heddle::engine
