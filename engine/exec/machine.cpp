#include "engine/exec/machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "core/check.hpp"
#include "core/recycle.hpp"
#include "core/schedule.hpp"
#include "engine/exec/machine_state.hpp"

namespace heddle::engine {
namespace {

// A few hundredths of a second's work each.
constexpr std::uint64_t kStepsPerPoll = 4096;
constexpr std::int64_t kFuelPerPoll = 1 << 24;

constinit thread_local Machine::State* current = nullptr;

std::string describe_current() {
  if (current == nullptr) return "no program was being executed";
  current->execution.schedule.choices.resize(current->execution.schedule.choices.size() -
                                             current->board.planned_left(current->context));
  return "while executing\n" + core::print(current->execution.schedule);
}

// Lets a failed check print what was being executed. Executions may nest.
class CrashScope {
 public:
  explicit CrashScope(Machine::State& state) : outer_(std::exchange(current, &state)) {
    core::set_crash_context(&describe_current);
  }
  ~CrashScope() { current = outer_; }
  CrashScope(const CrashScope&) = delete;
  CrashScope& operator=(const CrashScope&) = delete;

 private:
  Machine::State* outer_;
};

}  // namespace

Machine::Machine(const MachineOptions& options, core::Chooser& chooser)
    : state_(std::make_unique<State>(options, chooser)) {}
Machine::~Machine() = default;

Store& Machine::store() { return state_->store; }

core::Execution Machine::run(std::string name, AgentBody body) {
  HEDDLE_CHECK(!state_->has_run);
  state_->has_run = true;
  const CrashScope scope(*state_);
  return state_->run(std::move(name), std::move(body));
}

Machine::State::State(const MachineOptions& machine_options, core::Chooser& machine_chooser)
    : options(machine_options),
      chooser(machine_chooser),
      store(machine_options.store),
      log(machine_options.recording, execution.trace) {
  constexpr std::uint64_t kFuelMax = std::numeric_limits<std::int64_t>::max();
  fuel_left = static_cast<std::int64_t>(std::min(options.instructions_max, kFuelMax));
  store.heap().set_collections(options.collections);
  context.fuel = std::min(fuel_left, kFuelPerPoll);
  fuel_left -= context.fuel;
  core::reuse_buffers(execution);
  const bool is_recording = log.is_recording();
  context.log = is_recording ? &log : nullptr;
  board.quiet_permits = is_recording ? 0 : 1;
  board.chosen = &execution.schedule.choices;
  board.machine = this;
  board.ask = [](void* machine) { return static_cast<State*>(machine)->ask_for_lane(); };
  board.arrive = [](void* machine) { return static_cast<State*>(machine)->arrive(); };
  if (!options.backtraces_at.empty()) {
    options.switches_inside = false;
    options.permits_max = 1;
  }
  board.looks = options.blocks_spinners;
  context.asks_to_grow = options.faults.table_grow;
  options.thread.asks_deeper = options.faults.call_depth;
  if (options.faults.collections) store.heap().set_collections(Collections::AsChosen);
  if (options.points == core::PointMode::Shared) shadow = take_shadow();
}

Machine::State::~State() {
  unwind();
  give_shadow(std::move(shadow));
}

core::Execution Machine::State::run(std::string name, AgentBody body) {
  spawn(std::move(name), std::nullopt, std::move(body));
  while (true) {
    run_local_work();
    const std::optional<core::Choice> choice = decided ? std::exchange(decided, {}) : decide();
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
  block_and_wake_spinners();
  collect_options();
  look_at_arrivals();
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
  return ask_for_step();
}

void Machine::State::collect_options() {
  choices.clear();
  if (has_lane(previous, lane_of(previous))) choices.push_back(core::Choice::next(previous));
  for (const Lane& lane : ready) {
    if (lane.agent != previous) choices.push_back(core::Choice::next(lane.agent));
  }
  if (timers.empty()) return;
  const bool is_stuck = choices.empty();
  for (const core::AgentId agent : timers) {
    if (is_stuck || options.faults.early_timeouts || at(agent).deadline_ns <= clock_ns) {
      choices.push_back(core::Choice::timeout(agent));
    }
  }
  if (!is_stuck) return;
  // Nothing but time can help: the earliest deadline is what happens unless someone decides
  // otherwise, and the only thing that can happen if timeouts are punctual.
  std::ranges::sort(choices, {}, [&](const core::Choice& choice) {
    return std::pair(agents[choice.operand]->deadline_ns, choice.operand);
  });
  if (!options.faults.early_timeouts) choices.resize(1);
}

// While some agent can step.
bool Machine::State::offers_timeouts() const {
  return std::ranges::any_of(timers, [this](core::AgentId agent) {
    return options.faults.early_timeouts || agents[agent.index]->deadline_ns <= clock_ns;
  });
}

// Which agent steps, or which timeout fires: of `choices`.
std::optional<core::Choice> Machine::State::ask_for_step() {
  const auto describe = [](const void* source, std::size_t index) {
    const State& state = *static_cast<const State*>(source);
    return state.pending_action(*state.agents[state.ready[index].agent.index]);
  };
  return ask({this, ready.size(), describe});
}

// One of `choices`, recorded. Nothing: the execution is abandoned.
std::optional<core::Choice> Machine::State::ask(core::PendingActions pending) {
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

// Between steps: nobody's action is chosen.
bool Machine::State::goes_well(bool is_open, core::ChoiceKind kind) {
  if (!is_open || is_over) return !is_over;
  choices = {{.kind = kind, .operand = 1}, {.kind = kind, .operand = 0}};
  previous = context.agent;
  const std::optional<core::Choice> choice = ask({});
  return choice && choice->operand == 1;
}

bool Machine::State::strikes(bool is_open, core::FaultKind fault) {
  if (!is_open || is_over) return false;
  choices = {{.kind = core::ChoiceKind::Fault, .operand = 0},
             {.kind = core::ChoiceKind::Fault, .operand = static_cast<std::uint64_t>(fault)}};
  previous = context.agent;
  const std::optional<core::Choice> choice = ask({});
  return choice && choice->operand != 0;
}

void Machine::State::step(const core::Choice& choice) {
  AgentState& agent = *agents[choice.operand];
  previous = agent.id;
  if (choice.kind == core::ChoiceKind::TimeoutFires) {
    fire_timeout(agent);
    return;
  }
  const std::size_t lane = lane_of(agent.id);
  HEDDLE_CHECK(has_lane(agent.id, lane));
  switch (agent.step) {
    case StepKind::Instruction:
      step_instruction(agent, lane);
      break;
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
    case StepKind::Yield:
      ++context.steps;
      mark_call(agent);
      agent.where = agent.pending.where;
      record(agent.id, agent.where, {{.kind = core::ActionKind::Host, .location = core::kYield}});
      make_local(agent, Phase::Call);
      break;
  }
  // Whoever has made the last step may have nothing to do next.
  if (at(previous).phase != Phase::Pending) {
    ready.erase(ready.begin() + static_cast<std::ptrdiff_t>(lane_of(previous)));
  }
}

void Machine::State::step_instruction(AgentState& agent, std::size_t lane) {
  agent.phase = Phase::Call;
  mark_call(agent);
  ready[lane].thread = &agent.thread->state();
  std::uint64_t permits = 1;
  use(agent);
  note(agent);
  keep_backtrace(agent);
  if (!offers_timeouts()) {
    // With nothing to choose, the agent goes on until it stops by itself.
    if (ready.size() == 1 && !is_watching(agent.id)) {
      permits =
          std::min({options.steps_max - context.steps, options.permits_max, unwatched_steps()});
    } else if (ready.size() > 1 && options.switches_inside) {
      open_switchboard(lane);
    }
  }
  run_call(agent.id, permits);
  board.close();
  previous = context.agent;
}

void Machine::State::open_switchboard(std::size_t lane) {
  // Each lane may use up its share and then make a debt, as large as that of any one instruction.
  if (has_spinners()) return;
  const auto lanes = static_cast<std::int64_t>(ready.size());
  if (fuel_left / kFuelPerPoll < lanes || context.fuel < lanes) return;
  board.lanes = ready;
  board.rule = chooser.rule();
  // The step that is about to be made comes first.
  const std::uint64_t steps_end = std::min(options.steps_max, steps_polled + kStepsPerPoll);
  if (is_watching(ready[lane].agent)) {
    board.open_watched(steps_end);
    return;
  }
  board.open(steps_end - std::min(steps_end, context.steps + 1), steps_end);
}

// Agents that were switched could all have gone on. `last` was running before the first decision.
void Machine::State::take_decisions(core::AgentId last) {
  const std::vector<core::Choice>& all = execution.schedule.choices;
  const std::size_t made = board.take_decisions(context);
  std::uint64_t switches = 0;
  for (const core::Choice& choice : std::span(all).last(made)) {
    switches += static_cast<std::uint64_t>(choice.operand != last.index);
    last.index = static_cast<std::uint32_t>(choice.operand);
  }
  execution.preemptions += switches;
  context.steps += board.quiet_permits * made;
}

// The switchboard's way to collect options and ask: those are the lanes.
std::size_t Machine::State::ask_for_lane() {
  previous = context.agent;
  const std::size_t running = board.lane_of(previous);
  choices.resize(ready.size());
  for (std::size_t i = 0; i < choices.size(); ++i) {
    choices[i] = core::Choice::next(ready[Switchboard::lane_of_option(i, running)].agent);
  }
  const std::optional<core::Choice> choice = ask_for_step();
  if (!choice) return Switchboard::kNone;
  return board.lane_of({static_cast<std::uint32_t>(choice->operand)});
}

std::size_t Machine::State::lane_of(core::AgentId agent) const {
  return static_cast<std::size_t>(std::ranges::lower_bound(ready, agent, {}, &Lane::agent) -
                                  ready.begin());
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

void Machine::State::keep_backtrace(const AgentState& agent) {
  if (options.backtraces_at.empty()) return;
  constexpr std::size_t kFramesMax = 64;
  log.flush();
  const core::EventId next{static_cast<std::uint32_t>(execution.trace.events.size())};
  if (std::ranges::find(options.backtraces_at, next) == options.backtraces_at.end()) return;
  execution.backtraces.push_back({.event = next, .frames = agent.thread->backtrace(kFramesMax)});
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
  log.record(agent, where, actions);
}

core::Execution Machine::State::finish() {
  is_over = true;
  execution.steps = context.steps;
  execution.ends.reserve(agents.size());
  for (const auto& agent : agents) execution.ends.push_back(end_of(*agent));
  name_modules();
  log.flush();
  if (options.recording == core::Recording::Digest) execution.trace_digest = log.digest();
  unwind();
  return std::move(execution);
}

core::AgentEnd Machine::State::end_of(AgentState& agent) const {
  core::AgentEnd end{.where = agent.where};
  if (agent.phase == Phase::Pending) end.where = pending_action(agent).where;
  if (agent.phase == Phase::Ended) {
    end.outcome = std::move(agent.outcome);
    if (end.outcome.kind == core::OutcomeKind::Returned) end.where = {};
  } else if (execution.hit_limit) {
    end.outcome = {.kind = core::OutcomeKind::Unfinished, .message = execution.limit};
  } else if (agent.phase == Phase::Waiting) {
    end.outcome = {.kind = core::OutcomeKind::Blocked,
                   .message = fmt::format("waits on {} with no notify left",
                                          to_string(agent.pending.location))};
    end.blocked_on = {.kind = core::BlockedOn::Kind::WaitQueue, .location = agent.pending.location};
  } else if (agent.phase == Phase::Spinning) {
    return end_of_spinning(agent);
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
    execution.trace.modules.push_back(compiled->names);
  }
}

}  // namespace heddle::engine
