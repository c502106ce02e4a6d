// Machine: agents, their scheduler, wait queues and the virtual clock. Spec: exec/relaxed
// (threads).
//
// A machine executes one program once. Every agent has a body, C++ code that runs on a fiber
// (Boost.Fiber) and calls Wasm through its Agent; the Wasm itself runs in the machine's own loop.
// All decisions go through the Chooser; nothing else is open, so a program and a schedule determine
// the trace.
//
// Invariants:
//   1. Exactly one agent runs at a time; it is switched only before visible actions.
//   2. Local work (pure Wasm, script commands, spawning, joining an agent that has ended) is done
//   at
//      once and is never a choice: it commutes with everything other agents do.
//   3. The Invoke event of a call is recorded together with the call's first visible action, and
//   its
//      Return event right after its last one, so that intervals are as tight as they can be. A call
//      without any visible action is made visible as a step of its own: its Return.
//   4. When no agent can step: if some wait has a deadline, the clock jumps to the earliest one and
//      that wait times out; otherwise, unless all have ended, the execution is deadlocked.
//   5. A finite wait may also time out earlier, when the schedule says so (Choice TimeoutFires).
//   Where
//      no agent can step, the finite waits are offered by deadline, then by id, so that the first
//      option is what invariant 4 says.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/choice.hpp"
#include "core/execution.hpp"
#include "core/faults.hpp"
#include "core/ids.hpp"
#include "core/outcome.hpp"
#include "core/points.hpp"
#include "core/result.hpp"
#include "engine/exec/thread.hpp"
#include "engine/runtime/store.hpp"

namespace heddle::engine {

// Execution::limit of one that MachineOptions::should_stop has ended.
inline constexpr std::string_view kInterrupted = "interrupted";

struct MachineOptions {
  std::uint64_t steps_max = 1'000'000;             // visible actions in one execution
  std::uint64_t instructions_max = 1'000'000'000;  // back edges and calls in one execution
  std::uint32_t agents_max = 10'000;
  core::Faults faults;
  // Which visible actions are scheduling points, and of Shared, the set; null: it is empty.
  core::PointMode points = core::PointMode::All;
  std::shared_ptr<const core::SharedLocations> shared;
  // Whether an agent that only repeats reads is blocked until they would find something else.
  bool blocks_spinners = true;
  // Events whose backtraces are wanted, in order.
  std::vector<core::EventId> backtraces_at;
  core::Recording recording = core::Recording::Full;
  // Visible actions that an agent may make in a row where there is nothing to choose: for speed
  // only, executions do not depend on it.
  std::uint64_t permits_max = ~std::uint64_t{0};
  // Whether agents may be switched inside the interpreter (switchboard.hpp): for speed only, too.
  bool switches_inside = true;
  // Asked many times a second, at no particular point: whether nobody waits for the execution any
  // more. It then ends as at a limit, named kInterrupted.
  std::function<bool()> should_stop = [] { return false; };
  // When garbage is collected. AsChosen makes each allocation a choice (CollectGarbage).
  Collections collections = Collections::WhenNeeded;
  ThreadLimits thread;
  StoreLimits store;
};

class Agent;
using AgentBody = std::function<void(Agent&)>;

// The result of instantiating: an instance, or a trap (while initialising or in the start
// function).
struct Instantiation {
  Instance* instance = nullptr;  // set unless linking failed; also when `outcome` is a trap
  core::Outcome outcome;         // Returned if all went well
};

// How a body's call is marked in the trace.
struct CallLabel {
  std::string function;         // the export's name
  std::int32_t operation = -1;  // see core::Call
};

class Machine {
 public:
  Machine(const MachineOptions& options, core::Chooser& chooser);
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  [[nodiscard]] Store& store();

  // Runs `body` as agent 0, and all agents it spawns, to the end of the execution. Once only.
  // The result has schedule, trace, its digest, ends, steps, preemptions, hit_limit and limit
  // filled in.
  [[nodiscard]] core::Execution run(std::string name, AgentBody body);

  struct State;  // internal to engine/exec

 private:
  friend class Agent;
  std::unique_ptr<State> state_;
};

// A body's view of its agent. Calls may switch to other agents before they return, and never return
// if the execution ends first (deadlock, limit, stop): the fiber is then unwound by an exception
// that bodies must not swallow.
class Agent {
 public:
  [[nodiscard]] core::AgentId id() const;
  [[nodiscard]] Store& store();

  // Calls a function (Wasm or host) to its end. Arguments must match its type.
  [[nodiscard]] core::Outcome invoke(const FunctionInstance& function,
                                     std::span<const core::Value> arguments, CallLabel label);

  // Links, initialises and starts. The error is a link error; a trap is an outcome. Initialisation
  // of shared memory and tables happens segment by segment, each a visible action of its own where
  // the memory is shared.
  [[nodiscard]] core::Result<Instantiation> instantiate(
      std::shared_ptr<const CompiledModule> module, const ImportResolver& resolve);

  // Starts a new agent; it is ready at once, and this agent goes on.
  [[nodiscard]] core::AgentId spawn(std::string name, AgentBody body);

  // Waits until the agent has ended.
  void join(core::AgentId agent);

  // How this agent ends in Execution::ends; Returned without values if never called.
  void set_outcome(core::Outcome outcome);

 private:
  friend class Machine;
  explicit Agent(Machine::State& machine, core::AgentId id) : machine_(&machine), id_(id) {}
  Machine::State* machine_;
  core::AgentId id_;
};

}  // namespace heddle::engine
