// Machine::State: everything of one execution. Internal to engine/exec.
//
// Its member functions are spread over the files that bear their subject: machine.cpp (the loop and
// its decisions), agent_work.cpp (local work: bodies and calls), actions.cpp and actions_memory.cpp
// (visible actions that are more than one access), agent.cpp (what bodies ask for).
//
// Invariants:
//   1. Between steps, `ready` holds exactly the agents in phase Pending; `timers` always exactly
//   the
//      agents in finite waits. Both are ordered by agent. While an agent makes its step it stays in
//      `ready`, and its phase is Call.
//   2. `local` is empty whenever a decision is made.
//   3. Once `is_over` is set, nothing more is recorded.
//   4. The switchboard is open only while an agent makes a step; its lanes are `ready`. What it has
//      decided is in the schedule once the thread has stopped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/event_log.hpp"
#include "engine/exec/agent_state.hpp"
#include "engine/exec/machine.hpp"
#include "engine/exec/shadow.hpp"
#include "engine/exec/switchboard.hpp"
#include "engine/exec/wait_queue.hpp"

namespace heddle::engine {

struct Machine::State {
  State(const MachineOptions& machine_options, core::Chooser& machine_chooser);
  ~State();
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  // The loop.
  [[nodiscard]] core::Execution run(std::string name, AgentBody body);
  void run_local_work();
  [[nodiscard]] std::optional<core::Choice> decide();
  void collect_options();
  [[nodiscard]] bool offers_timeouts() const;
  [[nodiscard]] std::optional<core::Choice> ask_for_step();
  [[nodiscard]] std::optional<core::Choice> ask(core::PendingActions pending);
  void step(const core::Choice& choice);
  void step_instruction(AgentState& agent, std::size_t lane);
  void open_switchboard(std::size_t lane);
  void take_decisions(core::AgentId last);  // of the switchboard
  [[nodiscard]] std::size_t ask_for_lane();
  [[nodiscard]] std::size_t lane_of(core::AgentId agent) const;  // where it is or would be
  [[nodiscard]] bool has_lane(core::AgentId agent, std::size_t lane) const {
    return lane < ready.size() && ready[lane].agent == agent;
  }
  [[nodiscard]] core::PendingAction pending_action(const AgentState& agent) const;
  void fire_timeout(AgentState& agent);
  void reach_limit(std::string text);
  void reach_limit_of_instructions();
  // Between long stretches of work: whether it is worth going on. If not, the execution is over.
  void poll();
  // Replaces fuel that was used up, until there is none; polls.
  void refuel();
  // Work that grows with its operands costs like the instructions it stands for; what is not there
  // becomes a debt, and the limit is reached.
  void charge(std::uint64_t bytes);
  [[nodiscard]] core::Execution finish();
  [[nodiscard]] core::AgentEnd end_of(AgentState& agent) const;
  void name_modules();
  void unwind();

  // Local work.
  AgentState& spawn(std::string name, std::optional<core::AgentId> parent, AgentBody body);
  void run_agent(AgentState& agent);
  void end_agent(AgentState& agent);
  void begin_call(AgentState& agent, const FunctionInstance& function,
                  std::span<const core::Value> arguments, CallLabel label);
  void run_call(core::AgentId agent, std::uint64_t permits);
  // Runs the thread of the context's agent, and those that the switchboard goes on with.
  [[nodiscard]] Stop run_threads();
  // The agent whose thread has stopped, which may be another one than was run.
  AgentState& take_over(core::AgentId from);
  bool run_host_call(AgentState& agent);  // false: the call has ended
  bool go_deeper(AgentState& agent);      // the same, of a call that may find the stack exhausted
  bool choose_growth(AgentState& agent);  // the same, of a table.grow that can succeed
  // Before an allocation that the heap has refused: collects, or permits it without.
  void make_space();
  void collect();
  void mark_call(AgentState& agent);
  void end_call(AgentState& agent, core::Outcome outcome);
  void fail_call(AgentState& agent, core::Outcome outcome);
  void complete_call(AgentState& agent);
  void trap(AgentState& agent, std::string message);
  void make_local(AgentState& agent, Phase phase);
  // With the thread's pending action, or another step's.
  void make_pending(AgentState& agent);
  void make_pending(AgentState& agent, StepKind step, const core::PendingAction& action);
  [[nodiscard]] core::Outcome returned(const AgentState& agent) const;

  // Visible actions: agent.thread is parked before the action and has a permit.
  void make_action(AgentState& agent);
  void wait(AgentState& agent);
  void wake(AgentState& agent);
  void notify(AgentState& agent);
  void fence(AgentState& agent);
  void memory_size(AgentState& agent);
  void memory_grow(AgentState& agent);
  void memory_fill(AgentState& agent);
  void memory_copy(AgentState& agent);
  void memory_init(AgentState& agent);
  void write_data(AgentState& agent);
  // Which of two things happens, the first option being that nothing goes wrong.
  [[nodiscard]] bool goes_well(bool is_open, core::ChoiceKind kind);
  [[nodiscard]] bool strikes(bool is_open, core::FaultKind fault);
  // True, after trapping, if an atomic access of the pending action's size cannot be made.
  bool trap_unless_accessible(AgentState& agent, const PendingOperation& operation);
  void trap_at_length(AgentState& agent, const MemoryInstance& memory, std::string message);

  // Scheduling points: see scheduling_points.cpp.
  [[nodiscard]] bool is_watching(core::AgentId agent) const;  // that runs
  [[nodiscard]] bool is_point(AgentState& agent);
  // The context's thread, without a permit, stands before a visible action. See Switchboard.
  [[nodiscard]] std::size_t arrive();
  // The agent is about to make its pending action, or to use these bytes.
  void use(const AgentState& agent);
  void use(core::AgentId agent, const MemoryInstance& memory, std::uint64_t begin,
           std::uint64_t size, bool writes);

  // Spinning agents: see spinning.cpp.
  [[nodiscard]] bool look(AgentState& agent);  // whether it spins
  void look_at_arrivals();
  bool find_lone();
  void follow(AgentState& agent);
  void stop_following(AgentState& agent);
  void note(AgentState& agent);                  // that it is about to make its pending action
  void keep_backtrace(const AgentState& agent);  // of the event that comes next, if it is wanted
  void block_and_wake_spinners();
  [[nodiscard]] bool has_spinners() const { return followed != 0 || !spinning.empty(); }
  // Whether an agent that is alone is looked at, and how many steps it makes until it is the next
  // time.
  [[nodiscard]] bool is_in_window() const;
  [[nodiscard]] std::uint64_t unwatched_steps() const;
  [[nodiscard]] core::AgentEnd end_of_spinning(const AgentState& agent) const;

  void record(core::AgentId agent, const core::CodeLocation& where,
              std::initializer_list<core::Action> actions);
  AgentState& at(core::AgentId agent) { return *agents[agent.index]; }

  MachineOptions options;
  core::Chooser& chooser;
  Store store;
  Switchboard board;
  RunContext context{board};
  std::int64_t fuel_left = 0;      // not yet in the context
  std::uint64_t steps_polled = 0;  // when poll was last called
  core::Execution execution;
  core::EventLog log;
  std::optional<core::Choice> decided;              // by the switchboard, for the machine to do
  std::vector<std::unique_ptr<AgentState>> agents;  // index = AgentId
  std::vector<core::AgentId> local;                 // heap: the smallest id first
  std::vector<Lane> ready;
  std::vector<core::AgentId> timers;
  std::vector<core::AgentId> spinning;
  std::vector<core::AgentId> found_spinning;  // not yet in phase Spinning
  std::vector<core::AgentId> arrived;         // at visible actions since the last decision
  std::uint32_t followed = 0;                 // agents
  std::optional<core::AgentId> lone;          // was the only one to step since...
  std::uint64_t lone_begin = 0;               // ...that step
  std::vector<core::Choice> choices;          // the options of the current decision
  WaitQueues queues;
  std::uint64_t clock_ns = 0;
  core::Rng random{0};  // what programs draw
  std::uint32_t agents_alive = 0;
  std::unique_ptr<Shadow> shadow;  // of PointMode::Shared
  core::AgentId previous;
  bool has_run = false;
  bool is_over = false;
};

}  // namespace heddle::engine
