// Local work of agents: their bodies, and their calls up to the next visible action.
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "core/check.hpp"
#include "engine/exec/agent_unwind.hpp"
#include "engine/exec/collector.hpp"
#include "engine/exec/host_context.hpp"
#include "engine/exec/machine_state.hpp"
#include "engine/exec/uncaught.hpp"

namespace heddle::engine {
namespace {

// Threads whose agent has ended, with their stacks. Limits decide which can be used again.
class ThreadPool {
 public:
  std::unique_ptr<Thread> take(const ThreadLimits& limits) {
    if (idle_.empty() || limits != limits_) {
      idle_.clear();
      limits_ = limits;
      return std::make_unique<Thread>(limits);
    }
    std::unique_ptr<Thread> thread = std::move(idle_.back());
    idle_.pop_back();
    return thread;
  }

  void give(std::unique_ptr<Thread> thread, const ThreadLimits& limits) {
    if (thread == nullptr || idle_.size() == kIdleMax || limits != limits_) return;
    if (thread->renew()) idle_.push_back(std::move(thread));
  }

  static ThreadPool& of_this_thread() {
    thread_local ThreadPool pool;
    return pool;
  }

 private:
  static constexpr std::size_t kIdleMax = 16;
  ThreadLimits limits_;
  std::vector<std::unique_ptr<Thread>> idle_;
};

// What an agent's fiber runs.
void run_body(void* argument) {
  AgentState& agent = *static_cast<AgentState*>(argument);
  try {
    agent.body(agent.handle);
  } catch (const Unwind&) {
    return;
  } catch (const std::exception& error) {
    const std::string what = fmt::format("an agent's body does not throw {}", error.what());
    core::check_failed(what, __FILE__, __LINE__);
  } catch (...) {
    core::check_failed("an agent's body does not throw", __FILE__, __LINE__);
  }
  agent.phase = Phase::Ended;
}

}  // namespace

AgentState& Machine::State::spawn(std::string name, std::optional<core::AgentId> parent,
                                  AgentBody body) {
  const core::AgentId id{static_cast<std::uint32_t>(agents.size())};
  execution.trace.agents.push_back({.name = std::move(name), .parent = parent});
  agents.push_back(std::make_unique<AgentState>(id, Agent(*this, id), std::move(body)));
  ++agents_alive;
  if (shadow != nullptr && parent) shadow->spawn(*parent, id);
  make_local(*agents.back(), Phase::Body);
  return *agents.back();
}

void Machine::State::make_local(AgentState& agent, Phase phase) {
  agent.phase = phase;
  local.push_back(agent.id);
  std::ranges::push_heap(local, std::greater{});
}

void Machine::State::make_pending(AgentState& agent) {
  const std::size_t lane = lane_of(agent.id);
  if (!has_lane(agent.id, lane)) {
    ready.insert(ready.begin() + static_cast<std::ptrdiff_t>(lane), {.agent = agent.id});
  }
  agent.phase = Phase::Pending;
  agent.step = StepKind::Instruction;
}

void Machine::State::make_pending(AgentState& agent, StepKind step,
                                  const core::PendingAction& action) {
  make_pending(agent);
  ready[lane_of(agent.id)].thread = nullptr;
  agent.step = step;
  agent.pending = action;
}

core::PendingAction Machine::State::pending_action(const AgentState& agent) const {
  if (agent.step != StepKind::Instruction) return agent.pending;
  const PendingOperation operation = agent.thread->pending();
  core::PendingAction action{.agent = agent.id,
                             .kind = operation.kind,
                             .ordering = operation.ordering,
                             .size_bytes = operation.size_bytes,
                             .where = operation.where};
  if (operation.memory == nullptr) return action;
  const Shape shape = info(operation.opcode).shape;
  const bool is_length = shape == Shape::MemorySize || shape == Shape::MemoryGrow;
  action.location = {
      .region = is_length ? core::RegionKind::MemoryLength : core::RegionKind::Memory,
      .number = operation.memory->number(),
      .offset = is_length ? 0 : operation.address};
  return action;
}

void Machine::State::run_agent(AgentState& agent) {
  while (!is_over) {
    if (agent.phase == Phase::Body) {
      if (agent.fiber == nullptr) agent.fiber = Fiber::start(&run_body, &agent);
      agent.fiber->resume();
      if (agent.phase == Phase::Ended) end_agent(agent);
    } else if (agent.phase == Phase::Call) {
      run_call(agent.id, 0);
    } else {
      return;
    }
  }
}

void Machine::State::end_agent(AgentState& agent) {
  Fiber::recycle(std::exchange(agent.fiber, nullptr));
  ThreadPool::of_this_thread().give(std::move(agent.thread), options.thread);
  agent.body = nullptr;
  record(agent.id, {}, {{.kind = core::ActionKind::End}});
  --agents_alive;
  for (const core::AgentId joiner : agent.joiners) make_local(at(joiner), Phase::Body);
}

void Machine::State::begin_call(AgentState& agent, const FunctionInstance& function,
                                std::span<const core::Value> arguments, CallLabel label) {
  HEDDLE_CHECK(arguments.size() == function.type->parameters.size());
  agent.call = {.agent = agent.id,
                .function = std::move(label.function),
                .arguments = {arguments.begin(), arguments.end()},
                .operation = label.operation};
  agent.call_number.reset();
  agent.call_type = function.type;
  const std::vector<Slot> slots = store.to_slots(arguments);

  if (function.host == nullptr) {
    if (agent.thread == nullptr) {
      agent.thread = ThreadPool::of_this_thread().take(options.thread);
    }
    agent.thread->start(function, slots);
    agent.phase = Phase::Call;
    // A debt of the call before, which had no back edge to notice it.
    if (context.fuel < 0) refuel();
    if (context.fuel < 0) reach_limit_of_instructions();
    return;
  }
  std::vector<Slot> results(slot_count(function.type->results));
  core::Outcome outcome = (*function.host)(slots, results);
  if (outcome.kind == core::OutcomeKind::Returned) {
    outcome.values.clear();
    outcome.values = store.to_values(results, function.type->results);
  }
  end_call(agent, std::move(outcome));
}

Stop Machine::State::run_threads() {
  Thread& thread = *at(context.agent).thread;
  // The first visible action of a call is always a point: the call begins there.
  board.is_watched = is_watching(context.agent) && at(context.agent).call_number.has_value();
  if (!board.is_open()) return thread.run(context);
  const std::int64_t fuel = context.fuel;
  board.share(fuel);
  context.fuel = board.fuel_share;
  const Stop stop = thread.run(context);
  context.fuel = fuel - board.used();
  return stop;
}

AgentState& Machine::State::take_over(core::AgentId from) {
  take_decisions(from);
  if (context.agent == from) return at(from);
  at(from).phase = Phase::Pending;
  at(from).step = StepKind::Instruction;
  AgentState& agent = at(context.agent);
  agent.phase = Phase::Call;
  return agent;
}

// Runs the agent's thread until it stops. With permits, its next visible action is made on the way,
// and the switchboard may go on with others.
void Machine::State::run_call(core::AgentId id, std::uint64_t permits) {
  context.agent = id;
  context.permits = permits;
  while (true) {
    const core::AgentId began = context.agent;
    const Stop stop = run_threads();
    AgentState& agent = take_over(began);
    Thread& thread = *agent.thread;
    switch (stop) {
      case Stop::Returned:
        end_call(agent, returned(agent));
        return;
      case Stop::Trapped:
        fail_call(agent, {.kind = core::OutcomeKind::Trapped, .message = thread.message()});
        return;
      case Stop::Thrown:
        fail_call(agent, uncaught(store, thread.thrown_tag(), thread.thrown_values()));
        return;
      case Stop::Exhausted:
        fail_call(agent, {.kind = core::OutcomeKind::Exhausted, .message = thread.message()});
        return;
      case Stop::Switched:
        decided = execution.schedule.choices.back();
        context.steps -= board.quiet_permits;  // that step is still to come
        make_pending(agent);
        return;
      case Stop::Visible:
        make_pending(agent);
        if (!board.is_watched) arrived.push_back(agent.id);
        return;
      case Stop::Action:
        ++context.steps;
        context.permits = 0;
        board.close();
        agent.has_acted_before = std::exchange(agent.thread->state().has_acted, true);
        agent.step = StepKind::Instruction;
        agent.pending = pending_action(agent);
        agent.where = agent.pending.where;
        make_action(agent);
        if (agent.phase != Phase::Call || is_over) return;
        break;
      case Stop::HostCall:
        if (!run_host_call(agent) || is_over) return;
        break;
      case Stop::Collect:
        make_space();
        if (is_over) return;
        break;
      case Stop::Deeper:
        if (!go_deeper(agent)) return;
        break;
      case Stop::Growth:
        if (!choose_growth(agent)) return;
        break;
      case Stop::OutOfFuel:
        if (context.fuel > 0) {
          poll();  // only a share was used up
        } else {
          refuel();
        }
        if (context.fuel > 0 && !is_over) break;
        agent.where = thread.where();
        if (!is_over) reach_limit_of_instructions();
        return;
    }
  }
}

void Machine::State::collect() {
  std::vector<const Thread*> threads;
  for (const auto& agent : agents) {
    if (agent->thread != nullptr) threads.push_back(agent->thread.get());
  }
  collect_garbage(store, threads);
  poll();
}

void Machine::State::make_space() {
  Heap& heap = store.heap();
  bool is_chosen = true;
  const bool is_open = options.collections == Collections::AsChosen || options.faults.collections;
  if (is_open && !heap.is_full()) {
    choices = {{.kind = core::ChoiceKind::CollectGarbage, .operand = 0},
               {.kind = core::ChoiceKind::CollectGarbage, .operand = 1}};
    previous = context.agent;
    const std::optional<core::Choice> choice = ask({});  // between steps: nobody's is chosen
    is_chosen = choice && choice->operand == 1;
  }
  if (is_chosen) collect();
  heap.permit();
}

// An agent that has a choice may leave any loop, and does not spin.
bool Machine::State::go_deeper(AgentState& agent) {
  const bool is_exhausted = strikes(true, core::FaultKind::CallDepth);
  if (is_over) return false;
  agent.thread->state().has_acted = true;
  if (!is_exhausted) {
    agent.thread->permit_deeper();
    return true;
  }
  fail_call(agent, {.kind = core::OutcomeKind::Exhausted,
                    .message = std::string(message_of(Trap::CallStackExhausted))});
  agent.thread->reset();
  return false;
}

bool Machine::State::choose_growth(AgentState& agent) {
  agent.thread->set_growth(goes_well(true, core::ChoiceKind::GrowSucceeds));
  agent.thread->state().has_acted = true;
  return !is_over;
}

bool Machine::State::run_host_call(AgentState& agent) {
  const HostCall call = agent.thread->host_call();
  const core::CodeLocation where = agent.thread->where();
  HostContext host(*this, agent.id, *call.caller, where);
  core::Outcome outcome = call.function->context_host == nullptr
                              ? (*call.function->host)(call.arguments, call.results)
                              : (*call.function->context_host)(host, call.arguments, call.results);
  if (outcome.kind == core::OutcomeKind::Returned && !host.ends_call()) {
    agent.thread->finish_host();
    if (!host.has_yielded()) agent.thread->state().has_acted = true;
    if (!host.has_yielded()) return true;
    make_pending(agent, StepKind::Yield,
                 {.agent = agent.id,
                  .kind = core::ActionKind::Host,
                  .location = core::kYield,
                  .where = where});
    return false;
  }
  agent.where = where;
  agent.thread->reset();
  end_call(agent, std::move(outcome));
  return false;
}

core::Outcome Machine::State::returned(const AgentState& agent) const {
  core::Outcome outcome{.kind = core::OutcomeKind::Returned};
  const std::span<const Slot> results = agent.thread->results();
  const std::vector<ValueType>& types = agent.call_type->results;
  outcome.values = store.to_values(results, types);
  return outcome;
}

// The call's first visible action is about to happen: its Invoke belongs right before it.
void Machine::State::mark_call(AgentState& agent) {
  if (agent.call_number) return;
  core::Trace& trace = execution.trace;
  agent.call_number = static_cast<std::uint32_t>(trace.calls.size());
  trace.calls.push_back(std::move(agent.call));
  record(agent.id, {}, {{.kind = core::ActionKind::Invoke, .written_value = *agent.call_number}});
}

void Machine::State::end_call(AgentState& agent, core::Outcome outcome) {
  agent.call_outcome = std::move(outcome);
  if (agent.call_number) {
    complete_call(agent);
  } else {
    make_pending(agent, StepKind::Return, {.agent = agent.id, .kind = core::ActionKind::Return});
  }
}

// At the instruction where the thread stands.
void Machine::State::fail_call(AgentState& agent, core::Outcome outcome) {
  agent.where = agent.thread->where();
  end_call(agent, std::move(outcome));
}

void Machine::State::complete_call(AgentState& agent) {
  core::Call& call = execution.trace.calls[*agent.call_number];
  call.returned = agent.call_outcome.kind == core::OutcomeKind::Returned;
  if (call.returned) call.results = agent.call_outcome.values;
  record(agent.id, {}, {{.kind = core::ActionKind::Return, .written_value = *agent.call_number}});
  make_local(agent, Phase::Body);
}

void Machine::State::trap(AgentState& agent, std::string message) {
  agent.thread->reset();
  end_call(agent, {.kind = core::OutcomeKind::Trapped, .message = std::move(message)});
}

void Machine::State::unwind() {
  for (const auto& agent : agents) {
    if (agent->fiber != nullptr) {
      agent->is_unwinding = true;
      agent->fiber->resume();
      HEDDLE_CHECK(agent->fiber->has_ended());
      Fiber::recycle(std::exchange(agent->fiber, nullptr));
    }
    ThreadPool::of_this_thread().give(std::move(agent->thread), options.thread);
  }
}

}  // namespace heddle::engine
