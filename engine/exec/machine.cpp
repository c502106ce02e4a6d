#include "engine/exec/machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "core/check.hpp"
#include "core/schedule.hpp"
#include "engine/exec/machine_state.hpp"

namespace heddle::engine {
namespace {

// A few hundredths of a second's work each.
constexpr std::uint64_t kStepsPerPoll = 4096;
constexpr std::int64_t kFuelPerPoll = 1 << 24;

constinit thread_local const core::Schedule* current_schedule = nullptr;

std::string describe_current() {
  if (current_schedule == nullptr) return "no program was being executed";
  return "while executing\n" + core::print(*current_schedule);
}

// Lets a failed check print what was being executed. Executions may nest.
class CrashScope {
 public:
  explicit CrashScope(const core::Schedule& schedule)
      : outer_(std::exchange(current_schedule, &schedule)) {
    core::set_crash_context(&describe_current);
  }
  ~CrashScope() { current_schedule = outer_; }
  CrashScope(const CrashScope&) = delete;
  CrashScope& operator=(const CrashScope&) = delete;

 private:
  const core::Schedule* outer_;
};

}  // namespace

Machine::Machine(const MachineOptions& options, core::Chooser& chooser)
    : state_(std::make_unique<State>(options, chooser)) {}
Machine::~Machine() = default;

Store& Machine::store() { return state_->store; }

core::Execution Machine::run(std::string name, AgentBody body) {
  HEDDLE_CHECK(!state_->has_run);
  state_->has_run = true;
  const CrashScope scope(state_->execution.schedule);
  return state_->run(std::move(name), std::move(body));
}

Machine::State::State(const MachineOptions& machine_options, core::Chooser& machine_chooser)
    : options(machine_options), chooser(machine_chooser), store(machine_options.store) {
  constexpr std::uint64_t kFuelMax = std::numeric_limits<std::int64_t>::max();
  fuel_left = static_cast<std::int64_t>(std::min(options.instructions_max, kFuelMax));
  store.heap().set_collections(options.collections);
  context.fuel = std::min(fuel_left, kFuelPerPoll);
  fuel_left -= context.fuel;
  // What a litmus test needs, so that its trace is not moved while it grows.
  constexpr std::size_t kTypicalEvents = 32;
  switch (options.recording) {
    case core::Recording::Full:
      context.trace = &execution.trace;
      execution.trace.events.reserve(kTypicalEvents);
      execution.trace.actions.reserve(kTypicalEvents);
      break;
    case core::Recording::Digest:
      context.digester = &digester;
      break;
    case core::Recording::Nothing:
      break;
  }
}

Machine::State::~State() { unwind(); }

core::Execution Machine::State::run(std::string name, AgentBody body) {
  spawn(std::move(name), std::nullopt, std::move(body));
  while (true) {
    run_local_work();
    const std::optional<core::Choice> choice = decide();
    if (!choice) break;
    step(*choice);
  }
  return finish();
}

void Machine::State::run_local_work() {
  while (!local.empty() && !is_over) {
    std::ranges::pop_heap(local, std::greater{});
    const core::AgentId agent = local.back();
    local.pop_back();
    run_agent(at(agent));
  }
}

// Nothing: the execution is over.
std::optional<core::Choice> Machine::State::decide() {
  if (is_over) return std::nullopt;
  collect_options();
  if (choices.empty()) return std::nullopt;
  if (context.steps - steps_polled >= kStepsPerPoll) {
    poll();
    if (is_over) return std::nullopt;
  }
  if (context.steps >= options.steps_max) {
    reach_limit(fmt::format("{} steps", options.steps_max));
    return std::nullopt;
  }
  if (choices.size() == 1) return choices.front();
  return ask();
}

void Machine::State::collect_options() {
  choices.clear();
  if (at(previous).phase == Phase::Pending) choices.push_back(core::Choice::next(previous));
  for (const core::PendingAction& action : pending) {
    if (action.agent != previous) choices.push_back(core::Choice::next(action.agent));
  }
  if (timers.empty()) return;
  const bool is_stuck = choices.empty();
  for (const core::AgentId agent : timers) {
    if (is_stuck || options.timeouts_may_fire_early || at(agent).deadline_ns <= clock_ns) {
      choices.push_back(core::Choice::timeout(agent));
    }
  }
  if (!is_stuck) return;
  // Nothing but time can help: the earliest deadline is what happens unless someone decides
  // otherwise, and the only thing that can happen if timeouts are punctual.
  std::ranges::sort(choices, {}, [&](const core::Choice& choice) {
    return std::pair(agents[choice.operand]->deadline_ns, choice.operand);
  });
  if (!options.timeouts_may_fire_early) choices.resize(1);
}

// One of `choices`, recorded. Nothing: the execution is abandoned.
std::optional<core::Choice> Machine::State::ask() {
  if (chooser.wants_stop()) {
    reach_limit("stopped");
    return std::nullopt;
  }
  const core::ChoicePoint point{
      .options = choices, .pending = pending, .previous = previous, .step = context.steps};
  const core::Choice choice = chooser.choose(point);
  HEDDLE_CHECK(std::ranges::find(choices, choice) != choices.end());
  execution.schedule.choices.push_back(choice);
  if (core::is_preemption(point, choice)) ++execution.preemptions;
  return choice;
}

void Machine::State::step(const core::Choice& choice) {
  AgentState& agent = *agents[choice.operand];
  previous = agent.id;
  if (choice.kind == core::ChoiceKind::TimeoutFires) {
    fire_timeout(agent);
    return;
  }
  const auto found = std::ranges::lower_bound(pending, agent.id, {}, &core::PendingAction::agent);
  HEDDLE_CHECK(found != pending.end() && found->agent == agent.id);
  pending.erase(found);

  switch (agent.step) {
    case StepKind::Instruction: {
      // With nothing to choose, the agent goes on until it stops by itself.
      const bool is_alone = choices.size() == 1;
      const std::uint64_t left = options.steps_max - context.steps;
      agent.phase = Phase::Call;
      mark_call(agent);
      run_call(agent, is_alone ? std::min(left, options.permits_max) : 1);
      break;
    }
    case StepKind::Return:
      ++context.steps;
      mark_call(agent);
      complete_call(agent);
      break;
    case StepKind::DataSegment:
      ++context.steps;
      write_data(agent);
      make_local(agent, Phase::Body);
      break;
  }
}

void Machine::State::fire_timeout(AgentState& agent) {
  ++context.steps;
  clock_ns = std::max(clock_ns, agent.deadline_ns);
  std::erase(timers, agent.id);
  queues.time_out(agent.pending.location, agent.id);
  record(agent.id, agent.where,
         {{.kind = core::ActionKind::TimedOut,
           .ordering = core::Ordering::SeqCst,
           .location = agent.pending.location,
           .size_bytes = agent.pending.size_bytes}});
  agent.thread->finish(Slot{2});
  make_local(agent, Phase::Call);
}

void Machine::State::reach_limit(std::string text) {
  is_over = true;
  execution.hit_limit = true;
  execution.limit = std::move(text);
}

void Machine::State::reach_limit_of_instructions() {
  reach_limit(fmt::format("{} instructions (back edges and calls)", options.instructions_max));
}

void Machine::State::poll() {
  steps_polled = context.steps;
  if (options.should_stop()) reach_limit(std::string(kInterrupted));
}

void Machine::State::refuel() {
  const std::int64_t debt = std::max<std::int64_t>(-context.fuel, 0);
  const std::int64_t taken = std::min(fuel_left, debt + kFuelPerPoll);
  context.fuel += taken;
  fuel_left -= taken;
  poll();
}

void Machine::State::charge(std::uint64_t bytes) {
  constexpr std::uint64_t kBytesPerInstruction = 256;  // as for unshared memory
  context.fuel -= static_cast<std::int64_t>(bytes / kBytesPerInstruction);
  if (context.fuel < 0) refuel();
  if (context.fuel < 0) reach_limit_of_instructions();
}

void Machine::State::record(core::AgentId agent, const core::CodeLocation& where,
                            std::initializer_list<core::Action> actions) {
  context.record(agent, where, actions);
}

core::Execution Machine::State::finish() {
  is_over = true;
  execution.steps = context.steps;
  execution.ends.reserve(agents.size());
  for (const auto& agent : agents) execution.ends.push_back(end_of(*agent));
  name_modules();
  if (context.digester != nullptr) {
    execution.trace_digest = digester.finish(execution.trace.agents, execution.trace.calls);
  }
  unwind();
  return std::move(execution);
}

core::AgentEnd Machine::State::end_of(AgentState& agent) const {
  core::AgentEnd end{.where = agent.where};
  if (agent.phase == Phase::Ended) {
    end.outcome = std::move(agent.outcome);
  } else if (execution.hit_limit) {
    end.outcome = {.kind = core::OutcomeKind::Unfinished, .message = execution.limit};
  } else if (agent.phase == Phase::Waiting) {
    end.outcome = {.kind = core::OutcomeKind::Blocked,
                   .message = fmt::format("waits on {} with no notify left",
                                          to_string(agent.pending.location))};
    end.blocked_on = {.kind = core::BlockedOn::Kind::WaitQueue, .location = agent.pending.location};
  } else {
    HEDDLE_CHECK(agent.phase == Phase::Joining);
    end.outcome = {.kind = core::OutcomeKind::Blocked,
                   .message = fmt::format("joins t{} ({}), which does not end", agent.joined.index,
                                          execution.trace.agents[agent.joined.index].name)};
    end.blocked_on = {.kind = core::BlockedOn::Kind::Agent, .agent = agent.joined};
  }
  return end;
}

void Machine::State::name_modules() {
  for (const CompiledModule* const compiled : store.modules()) {
    const Module& module = compiled->module();
    core::ModuleInfo& named = execution.trace.modules.emplace_back();
    named.name = module.name;
    if (module.source && module.source->is_text) named.file = module.source->file;
    named.function_names.resize(module.imported(ExternKind::Function) + module.functions.size());
    for (const Export& item : module.exports) {
      if (item.kind != ExternKind::Function) continue;
      std::string& name = named.function_names[item.index];
      if (name.empty()) name = item.name;
    }
    for (const auto& [index, name] : module.names.functions) {
      if (index < named.function_names.size() && !name.empty()) named.function_names[index] = name;
    }
  }
}

}  // namespace heddle::engine
