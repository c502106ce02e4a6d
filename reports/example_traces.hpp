// Traces for the tests of reports: small executions, written down event by event.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/execution.hpp"
#include "core/trace.hpp"

namespace heddle::reports {

class TraceBuilder {
 public:
  explicit TraceBuilder(std::vector<std::string> agents) {
    for (std::string& name : agents)
      trace_.agents.push_back({.name = std::move(name), .parent = {}});
    current_call_.resize(trace_.agents.size());
  }

  core::EventId add(std::uint32_t agent, std::vector<core::Action> actions,
                    core::CodeLocation where = {}) {
    const auto first = static_cast<std::uint32_t>(trace_.actions.size());
    trace_.actions.insert(trace_.actions.end(), actions.begin(), actions.end());
    trace_.events.push_back({.agent = {agent},
                             .where = where,
                             .first_action = first,
                             .action_count = static_cast<std::uint32_t>(actions.size())});
    return {static_cast<std::uint32_t>(trace_.events.size() - 1)};
  }

  void call(std::uint32_t agent, std::string function, std::vector<core::Value> arguments = {}) {
    current_call_[agent] = trace_.calls.size();
    trace_.calls.push_back(
        {.agent = {agent}, .function = std::move(function), .arguments = std::move(arguments)});
    add(agent, {{.kind = core::ActionKind::Invoke, .written_value = current_call_[agent]}}, host());
  }

  core::EventId ret(std::uint32_t agent, std::vector<core::Value> results = {}) {
    trace_.calls[current_call_[agent]].results = std::move(results);
    trace_.calls[current_call_[agent]].returned = true;
    return add(agent, {{.kind = core::ActionKind::Return, .written_value = current_call_[agent]}},
               host());
  }

  core::EventId load(std::uint32_t agent, std::uint64_t offset, std::uint64_t value) {
    return add(agent, {access(core::ActionKind::Read, offset, value, 0)}, where_);
  }
  core::EventId store(std::uint32_t agent, std::uint64_t offset, std::uint64_t value) {
    return add(agent, {access(core::ActionKind::Write, offset, 0, value)}, where_);
  }
  core::EventId rmw(std::uint32_t agent, std::uint64_t offset, std::uint64_t read,
                    std::uint64_t written) {
    return add(agent, {access(core::ActionKind::ReadModifyWrite, offset, read, written)}, where_);
  }
  core::EventId wait(std::uint32_t agent, std::uint64_t offset, std::uint64_t value) {
    return add(agent,
               {access(core::ActionKind::Read, offset, value, 0),
                access(core::ActionKind::Wait, offset, 0, 0)},
               where_);
  }
  core::EventId host_action(std::uint32_t agent, core::ActionKind kind, std::uint64_t value = 0) {
    return add(agent, {{.kind = kind, .written_value = value}}, host());
  }

  void name_functions(std::vector<std::string> names, std::string file = "") {
    trace_.modules = {std::make_shared<core::KnownNames>("", std::move(names), std::move(file))};
  }

  // Of the accesses that follow.
  TraceBuilder& in(std::uint32_t function) {
    where_.function = function;
    return *this;
  }

  static core::Action access(core::ActionKind kind, std::uint64_t offset, std::uint64_t read,
                             std::uint64_t written) {
    return {.kind = kind,
            .ordering = core::Ordering::SeqCst,
            .location = {.region = core::RegionKind::Memory, .offset = offset},
            .size_bytes = 4,
            .read_value = read,
            .written_value = written};
  }
  static core::CodeLocation host() { return {.function = core::CodeLocation::kNoFunction}; }

  core::Trace& trace() { return trace_; }

 private:
  core::Trace trace_;
  std::vector<std::uint64_t> current_call_;
  core::CodeLocation where_;
};

struct Example {
  core::Trace trace;
  std::vector<core::Finding> findings;
  std::vector<core::AgentEnd> ends;
};

// scenarios/atomics/lost_update.yaml, shrunk to one preemption.
inline Example lost_update() {
  using core::ActionKind;
  TraceBuilder b({"main", "a1", "a2", "a3"});
  b.name_functions({"", ""});
  for (std::uint32_t agent = 1; agent <= 3; ++agent) b.host_action(0, ActionKind::Spawn, agent);
  b.call(1, "add");
  const core::EventId stale = b.load(1, 0, 0);
  for (std::uint32_t agent = 2; agent <= 3; ++agent) {
    b.call(agent, "add");
    b.load(agent, 0, agent - 2);
    b.store(agent, 0, agent - 1);
    b.ret(agent);
    b.host_action(agent, ActionKind::End);
  }
  const core::EventId overwrite = b.store(1, 0, 1);
  b.ret(1);
  b.host_action(1, ActionKind::End);
  for (std::uint32_t agent = 1; agent <= 3; ++agent) b.host_action(0, ActionKind::Join, agent);
  b.in(1).call(0, "get");
  b.load(0, 0, 1);
  const core::EventId wrong = b.ret(0, {core::Value::i32(1)});
  b.host_action(0, ActionKind::End);
  return {.trace = b.trace(),
          .findings = {{.rule = "assertion",
                        .message = "get() returned 1",
                        .expected = "i32:3",
                        .actual = "i32:1",
                        .events = {stale, overwrite, wrong},
                        .place = "lost_update.yaml:18"}},
          .ends = {}};
}

// Two locks in opposite order.
inline Example deadlock() {
  using core::ActionKind;
  TraceBuilder b({"main", "a", "b"});
  b.name_functions({"lock", "unlock", "with_both"});
  b.host_action(0, ActionKind::Spawn, 1);
  b.host_action(0, ActionKind::Spawn, 2);
  b.call(1, "with_both", {core::Value::i32(0), core::Value::i32(4)});
  b.rmw(1, 0, 0, 1);
  b.call(2, "with_both", {core::Value::i32(4), core::Value::i32(0)});
  b.rmw(2, 4, 0, 1);
  b.load(2, 0, 1);
  const core::EventId second = b.wait(2, 0, 1);
  b.load(1, 4, 1);
  const core::EventId first = b.wait(1, 4, 1);
  const auto blocked = [](core::BlockedOn on) {
    return core::AgentEnd{.outcome = {.kind = core::OutcomeKind::Blocked}, .blocked_on = on};
  };
  using Kind = core::BlockedOn::Kind;
  const auto queue = [](std::uint64_t offset) {
    return core::Location{.region = core::RegionKind::Memory, .offset = offset};
  };
  return {.trace = b.trace(),
          .findings = {{.rule = "deadlock",
                        .message = "a waits on memory0+0x4, b waits on memory0+0x0",
                        .events = {second, first},
                        .place = "lock"}},
          .ends = {blocked({.kind = Kind::Agent, .agent = {1}}),
                   blocked({.kind = Kind::WaitQueue, .location = queue(4)}),
                   blocked({.kind = Kind::WaitQueue, .location = queue(0)})}};
}

}  // namespace heddle::reports
