// Choice: one decision that the specification leaves open, recorded by what was chosen.
//
// A program plus its choices determines its trace. Whoever executes a program asks a Chooser at
// each ChoicePoint; the engine knows nothing else of strategies, replay or search.
//
// Invariants:
//   1. A ChoicePoint has at least one option, and options are pairwise different.
//   2. Points with exactly one option are decided without asking and never recorded.
//   3. Options name what is chosen (an agent, yes or no), not an index.
//   4. The order of options is deterministic: the agent that made the previous step first, if it
//      can go on, then the other agents by id, then the timeouts by the agent's id (by deadline,
//      where there is nothing but timeouts). So "first" means: do not switch, and be punctual.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/event.hpp"
#include "core/ids.hpp"
#include "core/rng.hpp"

namespace heddle::core {

enum class ChoiceKind : std::uint8_t {
  NextAgent,       // operand: the agent that makes its pending step
  TimeoutFires,    // operand: the waiting agent whose finite wait times out now
  ReadsFrom,       // operand: the write that a read sees (weak memory)
  GrowSucceeds,    // operand: 0 fails, 1 succeeds
  SpawnSucceeds,   // operand: 0 fails, 1 succeeds
  NanBits,         // operand: the payload
  RelaxedResult,   // operand: which of the permitted results
  TlsReclaim,      // operand: 0 later, 1 now
  CollectGarbage,  // operand: 0 no, 1 now
  Fault,           // operand: the fault's number in the scenario
};

struct Choice {
  ChoiceKind kind = ChoiceKind::NextAgent;
  std::uint64_t operand = 0;

  auto operator<=>(const Choice&) const = default;

  static Choice next(AgentId agent) { return {ChoiceKind::NextAgent, agent.index}; }
  static Choice timeout(AgentId agent) { return {ChoiceKind::TimeoutFires, agent.index}; }
};

// "t3", "timeout:t3", "grow:1", ...: one word, no white space.
[[nodiscard]] std::string to_string(const Choice& choice);

// What an agent will do when it is chosen next: known, because an agent stops before each visible
// action. Strategies and reductions look at it; they may not look at anything else of the machine.
struct PendingAction {
  AgentId agent{};
  ActionKind kind = ActionKind::Host;
  Ordering ordering = Ordering::Unordered;
  Location location{};
  std::uint64_t size_bytes = 0;
  CodeLocation where{};
};

// The pending actions of some agents, each described when it is asked for: most choosers ask for
// none, and a description costs more than a step.
class PendingActions {
 public:
  using Describe = PendingAction (*)(const void* source, std::size_t index);

  PendingActions() = default;
  PendingActions(const void* source, std::size_t size, Describe describe)
      : source_(source), size_(size), describe_(describe) {}
  // Of actions that are all known; they must outlive the view.
  explicit(false) PendingActions(const std::vector<PendingAction>& known)
      : PendingActions(&known, known.size(), [](const void* source, std::size_t index) {
          return (*static_cast<const std::vector<PendingAction>*>(source))[index];
        }) {}

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] PendingAction operator[](std::size_t index) const {
    return describe_(source_, index);
  }

 private:
  const void* source_ = nullptr;
  std::size_t size_ = 0;
  Describe describe_ = nullptr;
};

struct ChoicePoint {
  std::span<const Choice> options;  // at least two when a Chooser sees it
  PendingActions pending;           // of every agent that could step, ordered by agent; none where
                                    // something else is chosen than a step or a timeout
  AgentId previous{};               // the agent that made the last step
  std::uint64_t step = 0;           // visible steps made so far in this execution
};

// Whether choosing `chosen` takes the processor from an agent that could have gone on: the previous
// agent's step is among the options, and something else is chosen (another agent, or a timeout).
// The one definition: the machine counts with it, strategies bound it, the shrinker minimises it.
[[nodiscard]] bool is_preemption(const ChoicePoint& point, const Choice& chosen);

// A way to choose between the next steps of agents that is simple enough to be followed by whoever
// executes. `choose` gives the same, and wants_stop is false.
struct Rule {
  enum class Kind : std::uint8_t {
    Ask,      // there is none: call `choose`
    Uniform,  // options[rng->below(options.size())], drawn from the chooser's own generator
    InTurn,   // the agent with the next higher number than the previous one's; behind the last, the
              // first
  };
  Kind kind = Kind::Ask;
  Rng* rng = nullptr;  // of Uniform
};

// What InTurn chooses. Timeouts are chosen where there is nothing else.
[[nodiscard]] Choice next_in_turn(const ChoicePoint& point);

// Decides. Called at points with two or more options; must return one of them.
class Chooser {
 public:
  virtual ~Chooser() = default;
  [[nodiscard]] virtual Choice choose(const ChoicePoint& point) = 0;

  // From here on to its end, the execution may follow the rule by itself, instead of asking.
  [[nodiscard]] virtual Rule rule() { return {}; }

  // True once the execution should be abandoned here (a strict replay that has diverged or a
  // prefix with the tail policy `stop`). Asked before each choice.
  [[nodiscard]] virtual bool wants_stop() const { return false; }
};

}  // namespace heddle::core
