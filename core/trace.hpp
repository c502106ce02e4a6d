// Trace: everything visible that happened in one execution, in order.
//
// A pure value. Judges, histories, diagrams and digests are computed from it; none of them looks at
// the machine. Same program and schedule, same trace: on every machine, compiler and build type.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/digest.hpp"
#include "core/event.hpp"
#include "core/ids.hpp"
#include "core/module_names.hpp"
#include "core/value.hpp"

namespace heddle::core {

// One call from outside Wasm (a script's `invoke`, a scenario's operation).
struct Call {
  AgentId agent{};
  std::string function{};  // the export's name
  std::vector<Value> arguments{};
  std::vector<Value> results{};  // valid once returned
  bool returned = false;         // false: trapped, blocked or cut off
  // Which operation of the scenario this is: its position in the declared operations of the
  // process, for judges that need a specification operation. -1 for calls that are none.
  std::int32_t operation = -1;

  bool operator==(const Call&) const = default;
};

struct AgentInfo {
  std::string name{};  // "main", "T1", "a"
  std::optional<AgentId> parent{};

  bool operator==(const AgentInfo&) const = default;
};

struct Trace {
  std::vector<AgentInfo> agents{};                            // index = AgentId
  std::vector<std::shared_ptr<const ModuleNames>> modules{};  // indices as in CodeLocation
  std::vector<Call> calls{};
  std::vector<Event> events{};
  std::vector<Action> actions{};

  [[nodiscard]] std::span<const Action> actions_of(const Event& event) const {
    return std::span(actions).subspan(event.first_action, event.action_count);
  }

  bool operator==(const Trace&) const = default;
};

// Over agents, calls, events and actions; not over names of modules and functions.
[[nodiscard]] Digest digest_of(const Trace& trace);

// How much of an execution's trace is kept. Agents and calls always are.
enum class Recording : std::uint8_t {
  Full,     // every event
  Digest,   // no event, but the digest of what Full would have kept
  Nothing,  // no event: for speed, where nothing but the outcome is looked at
};

// The digest of a trace whose events are not kept: give it each as it happens. In bounded memory.
class TraceDigester {
 public:
  // The next events and the next actions. Event::first_action counts from the trace's beginning.
  void add(std::span<const Event> events);
  void add(std::span<const Action> actions);

  // What digest_of gives for a trace of these agents and calls, and the events added.
  [[nodiscard]] Digest finish(std::span<const AgentInfo> agents, std::span<const Call> calls) const;

 private:
  Digester events_;
  Digester actions_;
  std::uint64_t event_count_ = 0;
  std::uint64_t action_count_ = 0;
};

}  // namespace heddle::core
