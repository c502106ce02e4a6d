// What an agent may do on its own, if others may write anything: the seam between whoever executes
// programs and the enumeration of their outcomes (outcomes.hpp).
//
// Invariants:
//   1. An agent's trace is a function of the answers to its questions. Run with other answers, it
//      tells all traces there are.
//   2. Every question is put through Answers, in the order in which the agent comes to them.
//   3. Whoever runs programs bounds loops: a run that goes on beyond the bound is cut off.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/memory/candidate.hpp"

namespace heddle::harness {

class Answers {
 public:
  Answers() = default;
  Answers(const Answers&) = delete;
  Answers& operator=(const Answers&) = delete;
  virtual ~Answers() = default;

  // What the access reads: as many cells as its size. Its `read` and `written` do not matter.
  [[nodiscard]] virtual const std::vector<Cell>& read(const MemoryAccess& access) = 0;

  // A number below `options`, which is not 0: what the specification leaves open.
  [[nodiscard]] virtual std::size_t choose(std::size_t options) = 0;
};

enum class AgentEnd : std::uint8_t {
  Returned,
  Trapped,
  Blocked,  // waits for ever, or joins one that does
  NotStarted,
  CutOff,  // not a trace: the run met a bound
};

struct AgentTrace {
  std::vector<MemoryEvent> events{};
  AgentEnd end = AgentEnd::Returned;
  std::optional<core::AgentId> blocked_by{};  // the agent that it joins for ever
  std::vector<std::string> observed{};        // this agent's part of the outcome, in words
};

class TraceSource {
 public:
  TraceSource() = default;
  TraceSource(const TraceSource&) = delete;
  TraceSource& operator=(const TraceSource&) = delete;
  virtual ~TraceSource() = default;

  // Agent 0 is there from the beginning; the others are spawned.
  [[nodiscard]] virtual std::size_t agents() const = 0;
  [[nodiscard]] virtual const std::vector<MemoryEvent>& initial() const = 0;
  [[nodiscard]] virtual AgentTrace run(core::AgentId agent, Answers& answers) const = 0;
  // The trace of an agent that is never spawned.
  [[nodiscard]] virtual AgentTrace not_started(core::AgentId agent) const = 0;
  // One outcome, from the traces of all agents.
  [[nodiscard]] virtual std::string outcome(const std::vector<const AgentTrace*>& traces) const = 0;
  // Values that reads may see if they justify themselves, out of thin air.
  [[nodiscard]] virtual std::vector<std::uint64_t> seeds() const = 0;
};

}  // namespace heddle::harness
