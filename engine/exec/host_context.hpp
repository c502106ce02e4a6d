// HostContext: what a host function may ask of the agent that calls it.
//
// A host function is local work: it is made at once, behind the agent's last visible action. What
// it does to shared memory is in the trace, and may be a race, but is no step: no other agent goes
// on in between. Yielding is a step of its own, behind the call; results are there already.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/exec/machine.hpp"

namespace heddle::engine {

class HostContext {
 public:
  HostContext(Machine::State& machine, core::AgentId agent, Instance& caller,
              const core::CodeLocation& where)
      : machine_(machine), agent_(agent), caller_(caller), where_(where) {}

  // The instance whose code calls, and its first memory; null: there is none.
  [[nodiscard]] Instance& caller() const { return caller_; }
  [[nodiscard]] MemoryInstance* memory() const {
    return caller_.memories.empty() ? nullptr : caller_.memories[0];
  }

  // Bytes of that memory. False, and nothing has been done: they are out of its bounds.
  [[nodiscard]] bool read(std::uint64_t address, std::span<std::byte> bytes);
  [[nodiscard]] bool write(std::uint64_t address, std::span<const std::byte> bytes);

  // Starts an agent, unless the schedule lets it fail.
  [[nodiscard]] std::optional<core::AgentId> spawn(std::string name, AgentBody body);
  // The number that the next agent will have.
  [[nodiscard]] core::AgentId next_agent() const;

  // The virtual clock; the schedule may let it jump.
  [[nodiscard]] std::uint64_t read_clock();
  [[nodiscard]] std::uint64_t draw();  // a number like any other, but the same in each execution
  void print(std::string_view text);   // into Execution::output
  void yield() { has_yielded_ = true; }
  // The call from outside that the agent is in ends when the function returns, without results.
  void end_call() { ends_call_ = true; }

  [[nodiscard]] bool has_yielded() const { return has_yielded_; }
  [[nodiscard]] bool ends_call() const { return ends_call_; }

 private:
  [[nodiscard]] bool is_within(std::uint64_t address, std::uint64_t size) const;
  void record(core::ActionKind kind, std::uint64_t address, std::span<const std::byte> bytes);

  Machine::State& machine_;
  core::AgentId agent_;
  Instance& caller_;
  core::CodeLocation where_;
  bool has_yielded_ = false;
  bool ends_call_ = false;
};

}  // namespace heddle::engine
