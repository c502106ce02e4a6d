// What bodies ask of their agent. Runs on the agent's fiber; everything else is the machine's.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/check.hpp"
#include "engine/exec/agent_unwind.hpp"
#include "engine/exec/machine_state.hpp"

namespace heddle::engine {
namespace {

void check_going_on(const AgentState& agent) {
  if (agent.is_unwinding) throw Unwind{};
}

// Lets the machine go on, until it has something for this agent.
void park(AgentState& agent) {
  agent.fiber->park();
  check_going_on(agent);
}

core::Outcome trapped(std::string_view message) {
  return {.kind = core::OutcomeKind::Trapped, .message = std::string(message)};
}

// Active element segments, in order. Spec: exec/modules, "Instantiation": as table.init and
// elem.drop.
std::optional<core::Outcome> initialise_tables(const Store& store, Instance& instance) {
  const Module& module = instance.module->module();
  for (std::size_t i = 0; i < module.elements.size(); ++i) {
    const ElementSegment& segment = module.elements[i];
    if (segment.mode != SegmentMode::Active) continue;
    std::vector<Slot>& items = instance.elements[i];
    std::vector<Slot>& table = instance.tables[segment.table]->elements;
    const std::uint64_t start = store.evaluate(segment.start, instance);
    if (items.size() > table.size() || start > table.size() - items.size()) {
      return trapped("out of bounds table access");
    }
    std::ranges::copy(items, table.begin() + static_cast<std::ptrdiff_t>(start));
    items = {};
  }
  return std::nullopt;
}

}  // namespace

core::AgentId Agent::id() const { return id_; }

Store& Agent::store() { return machine_->store; }

core::Outcome Agent::invoke(const FunctionInstance& function,
                            std::span<const core::Value> arguments, CallLabel label) {
  AgentState& self = machine_->at(id_);
  check_going_on(self);
  machine_->begin_call(self, function, arguments, std::move(label));
  park(self);
  return std::move(self.call_outcome);
}

core::Result<Instantiation> Agent::instantiate(std::shared_ptr<const CompiledModule> module,
                                               const ImportResolver& resolve) {
  AgentState& self = machine_->at(id_);
  check_going_on(self);
  if (machine_->store.heap().is_due()) machine_->collect();
  if (machine_->is_over) park(self);  // does not return
  HEDDLE_LET(Instance* const instance, machine_->store.link(std::move(module), resolve));
  Instantiation result{.instance = instance, .outcome = {.kind = core::OutcomeKind::Returned}};
  if (auto trap = initialise_tables(machine_->store, *instance)) {
    result.outcome = std::move(*trap);
    return result;
  }
  const Module& syntax = instance->module->module();
  for (std::uint32_t i = 0; i < syntax.datas.size(); ++i) {
    const DataSegment& segment = syntax.datas[i];
    if (segment.mode != SegmentMode::Active) continue;
    self.data_write = {.instance = instance, .segment = i};
    const MemoryInstance& memory = *instance->memories[segment.memory];
    if (memory.shared()) {
      const Slot start = machine_->store.evaluate(segment.start, *instance);
      machine_->make_pending(
          self, StepKind::DataSegment,
          {.agent = id_,
           .kind = core::ActionKind::Write,
           .ordering = core::Ordering::Unordered,
           .location = {.region = core::RegionKind::Memory,
                        .number = memory.number(),
                        .offset = start},
           .size_bytes = segment.bytes.size(),
           .where = {.module = instance->module_number, .offset = segment.offset}});
      park(self);
    } else {
      machine_->write_data(self);
      if (machine_->is_over) park(self);  // a limit was reached: does not return
    }
    if (self.data_write.trap) {
      result.outcome = std::move(*self.data_write.trap);
      return result;
    }
  }
  if (syntax.start) {
    result.outcome = invoke(*instance->functions[*syntax.start], {}, {.function = "start"});
    result.outcome.values.clear();
  }
  return result;
}

core::AgentId Agent::spawn(std::string name, AgentBody body) {
  AgentState& self = machine_->at(id_);
  check_going_on(self);
  if (machine_->agents.size() >= machine_->options.agents_max) {
    machine_->reach_limit(fmt::format("{} agents", machine_->options.agents_max));
    park(self);
  }
  const core::AgentId child = machine_->spawn(std::move(name), id_, std::move(body)).id;
  machine_->record(id_, {}, {{.kind = core::ActionKind::Spawn, .written_value = child.index}});
  return child;
}

void Agent::join(core::AgentId agent) {
  AgentState& self = machine_->at(id_);
  check_going_on(self);
  HEDDLE_CHECK(agent.index < machine_->agents.size());
  AgentState& other = machine_->at(agent);
  if (other.phase != Phase::Ended) {
    other.joiners.push_back(id_);
    self.joined = agent;
    self.phase = Phase::Joining;
    park(self);
  }
  if (machine_->shadow != nullptr) machine_->shadow->join(id_, agent);
  machine_->record(id_, {}, {{.kind = core::ActionKind::Join, .written_value = agent.index}});
}

void Agent::set_outcome(core::Outcome outcome) { machine_->at(id_).outcome = std::move(outcome); }

}  // namespace heddle::engine
