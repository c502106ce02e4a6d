// AtomicityJudge: calls of some functions must be as if nothing came between their parts.
//
// Rule "atomicity". The execution must be conflict-serializable: a transaction is a call of one of
// the functions, from its first event to its last; every other event is a transaction of its own.
// Transactions are ordered by
//   1. the order of each agent's own events, spawning and joining;
//   2. conflicts: two accesses of different agents to a common byte, one of which writes, in trace
//      order.
// A cycle means that no serial order explains what each transaction has seen and left.
//
// What locks do to themselves is no conflict; otherwise nothing would ever be atomic:
//   3. Locations that someone waits on or notifies do not count.
//   4. A read that its agent makes again by the same instruction, in the same transaction and
//      having written nothing in between, does not count: only the last of them, which got on. A
//      read-modify-write that leaves what was there is such a read.
//   5. A call that sleeps is two transactions: what it did before, and what it does once woken.
//
// The place is the function whose call is not atomic. Velodrome's algorithm, with a graph that is
// searched once, at the end.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/check/judge.hpp"

namespace heddle::harness {

class AtomicityJudge final : public Judge {
 public:
  explicit AtomicityJudge(std::vector<std::string> functions) : functions_(std::move(functions)) {}

  [[nodiscard]] std::string_view name() const override { return "atomic"; }
  [[nodiscard]] core::Verdict judge(const core::Execution& execution) const override;

 private:
  std::vector<std::string> functions_;
};

}  // namespace heddle::harness
