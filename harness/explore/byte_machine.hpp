// ByteMachine: a machine of sixteen bytes, for tests of searches that look at who reads what.
//
// Agent 0 has started the others and joins them; agents 1.. run straight-line programs of accesses
// of any size, read-modify-writes, copies, waits and notifies. What it does to a trace is what the
// real machine does (decisions 5, 6 and 7); a call is an instruction, if `has_calls`.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/check.hpp"
#include "core/execution.hpp"

namespace heddle::harness::bytes {

enum class Op : std::uint8_t { Load, Store, Add, Exchange, Compare, Copy, Wait, WaitFor, Notify };

struct Instruction {
  Op op = Op::Load;
  std::uint32_t address = 0;
  std::uint32_t size = 4;
  std::uint64_t value = 0;     // written, added, or how many to notify
  std::uint64_t expected = 0;  // of Compare and waits
  std::uint32_t source = 0;    // of Copy
};

struct Program {
  std::vector<std::vector<Instruction>> agents;
  bool has_calls = false;
};

class Run {
 public:
  Run(const Program& program, core::Chooser& chooser) : program_(program), chooser_(chooser) {
    execution_.trace.agents.push_back({.name = "main", .parent = {}});
    agents_.resize(program.agents.size() + 1);
    for (std::uint32_t i = 1; i < agents_.size(); ++i) {
      execution_.trace.agents.push_back(
          {.name = "t" + std::to_string(i), .parent = core::AgentId{}});
      record(0, {{.kind = core::ActionKind::Spawn, .written_value = i}});
    }
  }

  core::Execution run() {
    while (true) {
      const std::vector<core::Choice> options = options_now();
      if (options.empty()) break;
      core::Choice chosen = options.front();
      if (options.size() > 1) {
        if (chooser_.wants_stop()) {
          execution_.hit_limit = true;
          break;
        }
        chosen = chooser_.choose(
            {.options = options, .pending = {}, .previous = previous_, .step = execution_.steps});
        HEDDLE_CHECK(std::ranges::find(options, chosen) != options.end());
        execution_.schedule.choices.push_back(chosen);
      }
      step(chosen);
    }
    finish();
    return std::move(execution_);
  }

 private:
  struct Agent {
    std::uint32_t pc = 0;
    std::uint64_t seen = 0;  // a digest of all results
    bool is_waiting = false;
  };

  [[nodiscard]] const Instruction& next_of(std::uint32_t agent) const {
    return program_.agents[agent - 1][agents_[agent].pc];
  }
  [[nodiscard]] bool can_step(std::uint32_t agent) const {
    return agent != 0 && !agents_[agent].is_waiting &&
           agents_[agent].pc < program_.agents[agent - 1].size();
  }

  [[nodiscard]] std::vector<core::Choice> options_now() const {
    std::vector<core::Choice> options;
    if (can_step(previous_.index)) options.push_back(core::Choice::next(previous_));
    for (std::uint32_t i = 1; i < agents_.size(); ++i) {
      if (i != previous_.index && can_step(i)) options.push_back(core::Choice::next({i}));
    }
    for (std::uint32_t i = 1; i < agents_.size(); ++i) {
      if (agents_[i].is_waiting && next_of(i).op == Op::WaitFor) {
        options.push_back(core::Choice::timeout({i}));
      }
    }
    return options;
  }

  void record(std::uint32_t agent, const std::vector<core::Action>& actions) {
    core::Trace& trace = execution_.trace;
    trace.events.push_back({.agent = {agent},
                            .where = {},
                            .first_action = static_cast<std::uint32_t>(trace.actions.size()),
                            .action_count = static_cast<std::uint32_t>(actions.size())});
    trace.actions.insert(trace.actions.end(), actions.begin(), actions.end());
  }

  [[nodiscard]] std::uint64_t get(std::uint32_t address, std::uint32_t size) const {
    std::uint64_t value = 0;
    for (std::uint32_t i = size; i-- > 0;) value = value << 8 | memory_[address + i];
    return value;
  }
  void put(std::uint32_t address, std::uint32_t size, std::uint64_t value) {
    for (std::uint32_t i = 0; i < size; ++i) {
      memory_[address + i] = static_cast<std::uint8_t>(value >> (8 * i));
    }
  }

  void step(const core::Choice& chosen) {
    const auto agent = static_cast<std::uint32_t>(chosen.operand);
    previous_ = {agent};
    ++execution_.steps;
    if (chosen.kind == core::ChoiceKind::TimeoutFires) {
      const core::Location location = location_of(next_of(agent).address);
      record(agent, {{.kind = core::ActionKind::TimedOut, .location = location, .size_bytes = 4}});
      std::erase(queue_, agent);
      end_wait(agent, 2);
      return;
    }
    begin_call(agent);
    make(agent, next_of(agent));
  }

  [[nodiscard]] static core::Location location_of(std::uint32_t address) {
    return {core::RegionKind::Memory, 0, address};
  }

  void make(std::uint32_t agent, const Instruction& instruction) {
    const std::uint64_t mask =
        instruction.size == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << 8 * instruction.size) - 1;
    const std::uint64_t before = get(instruction.address, instruction.size);
    core::Action action{.kind = core::ActionKind::ReadModifyWrite,
                        .ordering = core::Ordering::SeqCst,
                        .location = location_of(instruction.address),
                        .size_bytes = instruction.size,
                        .read_value = before};
    const auto write = [&](std::uint64_t value) {
      action.written_value = value & mask;
      put(instruction.address, instruction.size, value);
    };
    switch (instruction.op) {
      case Op::Load:
        action.kind = core::ActionKind::Read;
        break;
      case Op::Store:
        action.kind = core::ActionKind::Write;
        action.read_value = 0;
        write(instruction.value);
        record(agent, {action});
        return end(agent, 0);
      case Op::Add:
        write(before + instruction.value);
        break;
      case Op::Exchange:
        write(instruction.value);
        break;
      case Op::Compare:
        action.condition = core::Condition::Write;
        action.compared_value = instruction.expected & mask;
        if (before == action.compared_value) {
          write(instruction.value);
        } else {
          action.kind = core::ActionKind::Read;
        }
        break;
      case Op::Copy:
        return copy(agent, instruction, action);
      case Op::Wait:
      case Op::WaitFor:
        return wait(agent, instruction, action);
      case Op::Notify:
        return notify(agent, instruction);
    }
    record(agent, {action});
    end(agent, before);
  }

  void copy(std::uint32_t agent, const Instruction& instruction, core::Action action) {
    const std::uint64_t value = get(instruction.source, instruction.size);
    core::Action read = action;
    read.kind = core::ActionKind::Read;
    read.location = location_of(instruction.source);
    read.read_value = value;
    action.kind = core::ActionKind::Write;
    action.read_value = 0;
    action.written_value = value;
    put(instruction.address, instruction.size, value);
    record(agent, {read, action});
    end(agent, 0);
  }

  void wait(std::uint32_t agent, const Instruction& instruction, core::Action read) {
    read.kind = core::ActionKind::Read;
    read.condition = core::Condition::Wait;
    read.compared_value = instruction.expected;
    if (read.read_value != instruction.expected) {
      record(agent, {read});
      return end(agent, 1);
    }
    core::Action join = read;
    join.kind = core::ActionKind::Wait;
    join.condition = core::Condition::None;
    record(agent, {read, join});
    agents_[agent].is_waiting = true;
    queue_.push_back(agent);
  }

  void notify(std::uint32_t agent, const Instruction& instruction) {
    std::vector<std::uint32_t> woken;
    for (const std::uint32_t waiter : queue_) {
      if (woken.size() < instruction.value && next_of(waiter).address == instruction.address) {
        woken.push_back(waiter);
      }
    }
    record(agent, {{.kind = core::ActionKind::Notify,
                    .location = location_of(instruction.address),
                    .size_bytes = 4,
                    .read_value = woken.size(),
                    .written_value = instruction.value}});
    for (const std::uint32_t waiter : woken) {
      record(waiter, {{.kind = core::ActionKind::Woken,
                       .location = location_of(instruction.address),
                       .size_bytes = 4}});
      std::erase(queue_, waiter);
    }
    // The notifier is at its next action before those that it has woken.
    end(agent, woken.size());
    for (const std::uint32_t waiter : woken) end_wait(waiter, 0);
  }

  void end_wait(std::uint32_t agent, std::uint64_t result) {
    agents_[agent].is_waiting = false;
    end(agent, result);
  }

  void begin_call(std::uint32_t agent) {
    if (!program_.has_calls) return;
    const std::uint64_t number = execution_.trace.calls.size();
    execution_.trace.calls.push_back({.agent = {agent}, .operation = 0});
    record(agent, {{.kind = core::ActionKind::Invoke, .written_value = number}});
    call_of_[agent] = number;
  }

  void end(std::uint32_t agent, std::uint64_t result) {
    Agent& state = agents_[agent];
    state.seen = state.seen * 31 + result + 1;
    ++state.pc;
    if (program_.has_calls) {
      record(agent, {{.kind = core::ActionKind::Return, .written_value = call_of_[agent]}});
    }
    if (state.pc == program_.agents[agent - 1].size()) {
      record(agent, {{.kind = core::ActionKind::End}});
    }
  }

  // What every agent has seen, and who was left waiting; then memory; then which calls came before
  // which.
  void finish() {
    for (const Agent& agent : agents_) {
      execution_.observation += std::to_string(agent.seen) + (agent.is_waiting ? "w " : " ");
    }
    execution_.observation += "|";
    for (const std::uint8_t byte : memory_) execution_.observation += std::to_string(byte) + " ";
    for (std::uint32_t i = 1; i < agents_.size(); ++i) {
      if (program_.agents[i - 1].empty()) continue;
      record(0, {{.kind = core::ActionKind::Join, .written_value = i}});
    }
  }

  const Program& program_;
  core::Chooser& chooser_;
  core::Execution execution_;
  std::vector<Agent> agents_;
  std::array<std::uint8_t, 24> memory_{};
  std::vector<std::uint32_t> queue_;
  std::array<std::uint64_t, 16> call_of_{};
  core::AgentId previous_{};
};

}  // namespace heddle::harness::bytes
