// LitmusProgram: a small concurrent program on one shared memory, in the abstract: registers,
// accesses, branches. What litmus tests are written in when no engine is to run them.
//
// Agents do what the instructions of exec/instructions would: every access whose memory may grow
// first reads the length; a trap ends the agent; a wait that is not woken in time times out if it
// has a time, and otherwise lasts for ever.
// Invariants:
//   1. Registers are 64 bits; what is stored is cut to the width, what is loaded is extended with
//      zeros.
//   2. Agents that are spawned or joined exist, and operators have two operands.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "harness/memory/traces.hpp"

namespace heddle::harness {

struct LitmusExpression {
  enum class Kind : std::uint8_t { Constant, Register, Add, Sub, Mul, And, Or, Xor, Eq, Ne };
  Kind kind = Kind::Constant;
  std::uint64_t constant = 0;
  std::string reg{};
  std::vector<LitmusExpression> operands{};  // two, of an operator
};

struct LitmusInstruction {
  enum class Kind : std::uint8_t {
    Load,
    Store,
    Rmw,
    CompareExchange,
    Fence,
    Wait,
    Notify,
    Grow,
    Size,
    Spawn,
    Join,
    Set,    // a register
    If,     // the value is not zero
    Until,  // the body, until the value is not zero: `count` times at most
  };
  enum class Operator : std::uint8_t { Exchange, Add, Sub, And, Or, Xor };

  Kind kind = Kind::Fence;
  Operator op = Operator::Exchange;
  core::Ordering ordering = core::Ordering::Unordered;
  bool is_float = false;
  unsigned type_bytes = 4;    // of the value
  unsigned access_bytes = 4;  // in memory
  std::string reg{};          // for the result
  LitmusExpression address{};
  LitmusExpression value{};     // stored, operand, condition
  LitmusExpression expected{};  // of a compare-exchange or a wait
  std::uint64_t count = 0;      // limit of a notify, pages to grow by, rounds, or an agent
  std::int64_t timeout = -1;
  std::vector<LitmusInstruction> body{};
};

struct LitmusProgram {
  std::vector<std::string> names{};  // of agents; 0 is the main one
  std::vector<std::vector<LitmusInstruction>> agents{};
  std::vector<std::pair<std::uint32_t, std::string>> observed{};  // agent and register
  std::uint64_t pages = 1;
  std::uint64_t pages_max = 1;
};

class LitmusTraces final : public TraceSource {
 public:
  // The program must outlive this. `more_seeds` are values out of thin air besides its constants.
  explicit LitmusTraces(const LitmusProgram& program, std::vector<std::uint64_t> more_seeds = {});

  [[nodiscard]] std::size_t agents() const override { return program_.agents.size(); }
  [[nodiscard]] const std::vector<MemoryEvent>& initial() const override { return initial_; }
  [[nodiscard]] AgentTrace run(core::AgentId agent, Answers& answers) const override;
  [[nodiscard]] AgentTrace not_started(core::AgentId agent) const override;
  [[nodiscard]] std::string outcome(const std::vector<const AgentTrace*>& traces) const override;
  [[nodiscard]] std::vector<std::uint64_t> seeds() const override { return seeds_; }

 private:
  const LitmusProgram& program_;
  std::vector<MemoryEvent> initial_;
  std::vector<std::uint64_t> seeds_;
  std::vector<bool> may_block_;  // by agent
};

}  // namespace heddle::harness
