// ToyMachine: the smallest thing that obeys the rules of a machine, to test whoever chooses.
//
// For tests only. Agent 0 is the main agent, which has started the others and joins them all;
// agents 1.. run straight-line programs over a few cells. Invariants, as of the real machine:
//   1. Options are ordered as choice.hpp says; points with one option are not asked nor recorded.
//   2. A finite wait times out when it is chosen to; nothing else is open.
// It is a copyable value, so that tests can enumerate executions without any strategy: `enumerate`
// is the oracle that the strategies are held against.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/check.hpp"
#include "core/execution.hpp"

namespace heddle::core::toy {

enum class Op : std::uint8_t {
  Load,      // register = cell
  Store,     // cell = value
  StoreSum,  // cell = register + value
  FetchAdd,  // register = cell, cell += value
  Wait,      // if cell == value: wait
  WaitFor,   // the same, but the wait may time out
  Notify,    // wake one agent that waits on cell
  Trap,      // trap if register == value; else nothing
};

struct Instruction {
  Op op = Op::Load;
  std::uint32_t cell = 0;
  std::uint32_t value = 0;
};

using Code = std::vector<Instruction>;

struct Program {
  std::vector<Code> agents;  // agent 1 runs the first
  std::uint32_t cells = 2;
};

// `times` increments that are not atomic.
inline Code racy_increments(int times, std::uint32_t cell = 0) {
  Code code;
  for (int i = 0; i < times; ++i) {
    code.push_back({Op::Load, cell, 0});
    code.push_back({Op::StoreSum, cell, 1});
  }
  return code;
}

class State {
 public:
  explicit State(const Program& program)
      : program_(&program), cells_(program.cells), agents_(program.agents.size()) {
    execution_.trace.agents.push_back({.name = "main", .parent = {}});
    for (std::size_t i = 0; i < agents_.size(); ++i) {
      execution_.trace.agents.push_back({.name = "T" + std::to_string(i + 1), .parent = AgentId{}});
    }
  }

  [[nodiscard]] std::uint32_t cell(std::size_t index) const { return cells_[index]; }
  [[nodiscard]] const Execution& execution() const { return execution_; }

  [[nodiscard]] std::vector<Choice> options() const {
    std::vector<Choice> options;
    if (can_step(previous_)) options.push_back(Choice::next(previous_));
    for (std::uint32_t i = 1; i <= agents_.size(); ++i) {
      if (i != previous_.index && can_step({i})) options.push_back(Choice::next({i}));
    }
    for (std::uint32_t i = 1; i <= agents_.size(); ++i) {
      const Agent& agent = agents_[i - 1];
      if (agent.is_waiting && next_of({i}).op == Op::WaitFor)
        options.push_back(Choice::timeout({i}));
    }
    return options;
  }

  [[nodiscard]] std::vector<PendingAction> pending() const {
    std::vector<PendingAction> pending;
    for (std::uint32_t i = 1; i <= agents_.size(); ++i) {
      if (!can_step({i})) continue;
      const Action action = action_of(next_of({i}));
      pending.push_back({.agent = {i},
                         .kind = action.kind,
                         .ordering = Ordering::SeqCst,
                         .location = action.location,
                         .size_bytes = action.size_bytes,
                         .where = {.module = 0, .function = i, .offset = agents_[i - 1].pc}});
    }
    return pending;
  }

  [[nodiscard]] ChoicePoint point(const std::vector<Choice>& options,
                                  const std::vector<PendingAction>& pending) const {
    return {
        .options = options, .pending = pending, .previous = previous_, .step = execution_.steps};
  }

  // Makes one step; `options` are this state's own.
  void step(const Choice& chosen, const std::vector<Choice>& options) {
    HEDDLE_CHECK(std::ranges::find(options, chosen) != options.end());
    if (options.size() > 1) {
      execution_.schedule.choices.push_back(chosen);
      if (is_preemption(point(options, {}), chosen)) ++execution_.preemptions;
    }
    previous_ = {static_cast<std::uint32_t>(chosen.operand)};
    ++execution_.steps;
    if (chosen.kind == ChoiceKind::TimeoutFires) {
      end_wait(previous_, ActionKind::TimedOut);
    } else {
      execute(previous_);
    }
  }

  // The execution so far as a result. `is_over`: nothing was left to choose.
  [[nodiscard]] Execution finish(bool is_over) const {
    Execution result = execution_;
    result.ends.resize(1);
    AgentEnd main{.outcome = {.kind = OutcomeKind::Returned}};
    for (std::uint32_t i = static_cast<std::uint32_t>(agents_.size()); i > 0; --i) {
      if (has_ended({i})) continue;
      main.outcome.kind = is_over ? OutcomeKind::Blocked : OutcomeKind::Unfinished;
      main.blocked_on = {.kind = BlockedOn::Kind::Agent, .agent = {i}};
    }
    result.ends[0] = main;
    for (std::uint32_t i = 1; i <= agents_.size(); ++i) result.ends.push_back(end_of({i}, is_over));
    for (const std::uint32_t value : cells_) result.observation += std::to_string(value) + " ";
    for (const Agent& agent : agents_) result.observation += std::to_string(agent.value) + " ";
    return result;
  }

 private:
  struct Agent {
    std::uint32_t pc = 0;
    std::uint32_t value = 0;
    bool is_waiting = false;
    bool has_trapped = false;
  };

  [[nodiscard]] const Code& code_of(AgentId id) const { return program_->agents[id.index - 1]; }
  [[nodiscard]] const Instruction& next_of(AgentId id) const {
    return code_of(id)[agents_[id.index - 1].pc];
  }

  [[nodiscard]] bool can_step(AgentId id) const {
    if (id.index == 0) return false;
    const Agent& agent = agents_[id.index - 1];
    return !agent.is_waiting && !agent.has_trapped && agent.pc < code_of(id).size();
  }

  [[nodiscard]] Action action_of(const Instruction& instruction) const {
    Action action{.kind = ActionKind::Read,
                  .ordering = Ordering::SeqCst,
                  .location = {RegionKind::Memory, 0, std::uint64_t{4} * instruction.cell},
                  .size_bytes = 4,
                  .read_value = cells_[instruction.cell],
                  .written_value = instruction.value};
    switch (instruction.op) {
      case Op::Load:
      case Op::Trap:
        break;
      case Op::Store:
      case Op::StoreSum:
        action.kind = ActionKind::Write;
        break;
      case Op::FetchAdd:
        action.kind = ActionKind::ReadModifyWrite;
        break;
      case Op::Wait:
      case Op::WaitFor:
        action.kind = ActionKind::Wait;
        break;
      case Op::Notify:
        action.kind = ActionKind::Notify;
        break;
    }
    return action;
  }

  void emit(AgentId id, const Action& action) {
    Trace& trace = execution_.trace;
    trace.events.push_back(
        {.agent = id,
         .where = {.module = 0, .function = id.index, .offset = agents_[id.index - 1].pc},
         .first_action = static_cast<std::uint32_t>(trace.actions.size()),
         .action_count = 1});
    trace.actions.push_back(action);
  }

  [[nodiscard]] bool has_ended(AgentId id) const {
    const Agent& agent = agents_[id.index - 1];
    return agent.has_trapped || agent.pc == code_of(id).size();
  }

  void end_wait(AgentId id, ActionKind why) {
    emit(id, {.kind = why});
    agents_[id.index - 1].is_waiting = false;
    std::erase(queue_, id);
    ++agents_[id.index - 1].pc;
  }

  void execute(AgentId id) {
    Agent& agent = agents_[id.index - 1];
    const Instruction instruction = next_of(id);
    std::uint32_t& cell = cells_[instruction.cell];
    emit(id, action_of(instruction));
    switch (instruction.op) {
      case Op::Load:
        agent.value = cell;
        break;
      case Op::Store:
        cell = instruction.value;
        break;
      case Op::StoreSum:
        cell = agent.value + instruction.value;
        break;
      case Op::FetchAdd:
        agent.value = cell;
        cell += instruction.value;
        break;
      case Op::Wait:
      case Op::WaitFor:
        if (cell != instruction.value) break;
        agent.is_waiting = true;
        queue_.push_back(id);
        return;
      case Op::Notify:
        for (const AgentId waiter : std::vector(queue_)) {
          if (next_of(waiter).cell != instruction.cell) continue;
          end_wait(waiter, ActionKind::Woken);
          break;
        }
        break;
      case Op::Trap:
        if (agent.value != instruction.value) break;
        agent.has_trapped = true;
        return;
    }
    ++agents_[id.index - 1].pc;
  }

  [[nodiscard]] AgentEnd end_of(AgentId id, bool is_over) const {
    const Agent& agent = agents_[id.index - 1];
    AgentEnd end;
    end.where = {.module = 0, .function = id.index, .offset = agent.pc};
    if (agent.has_trapped) {
      end.outcome = {.kind = OutcomeKind::Trapped, .values = {}, .message = "unreachable"};
    } else if (has_ended(id)) {
      end.outcome.kind = OutcomeKind::Returned;
    } else if (is_over) {
      end.outcome.kind = OutcomeKind::Blocked;
      end.blocked_on = {.kind = BlockedOn::Kind::WaitQueue,
                        .location = action_of(next_of(id)).location};
    }
    return end;
  }

  const Program* program_;
  std::vector<std::uint32_t> cells_;
  std::vector<Agent> agents_;
  std::vector<AgentId> queue_;  // everyone who waits, oldest first
  AgentId previous_{0};
  Execution execution_;
};

inline Execution run(const Program& program, Chooser& chooser) {
  State state(program);
  for (;;) {
    const std::vector<Choice> options = state.options();
    if (options.empty()) return state.finish(true);
    Choice chosen = options.front();
    if (options.size() > 1) {
      if (chooser.wants_stop()) return state.finish(false);
      const std::vector<PendingAction> pending = state.pending();
      chosen = chooser.choose(state.point(options, pending));
    }
    state.step(chosen, options);
  }
}

// Visits every execution, in the order of its choices' positions among the options.
inline void enumerate(const State& state, const std::function<void(const Execution&)>& visit) {
  const std::vector<Choice> options = state.options();
  if (options.empty()) return visit(state.finish(true));
  for (const Choice& option : options) {
    State next = state;
    next.step(option, options);
    enumerate(next, visit);
  }
}

inline void enumerate(const Program& program, const std::function<void(const Execution&)>& visit) {
  enumerate(State(program), visit);
}

}  // namespace heddle::core::toy
