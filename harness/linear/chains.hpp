// Chains: cells whose values are unambiguous, so that who read what says which calls belong
// together, and in which order.
//
// A chain is what happens between two plain writes: a write, its readers, then perhaps a call that
// read that value and put the next one (compare-and-swap, append), the readers of that, and so on.
// Nothing else may happen in between. Gibbons and Korach, "Testing shared memories" (1997),
// sections 4.2 (registers) and 4.4 (read-modify-write): a chain occupies the time from its first
// return to its last invocation (a forward zone), or, if all its calls share a segment, one such
// segment (a backward zone). The history is linearizable iff
//   1. in each chain, no call is invoked behind the return of one that belongs before it;
//   2. no two forward zones overlap;
//   3. no backward zone lies within a forward one.
// The chain of the initial value begins before everything. Time and memory are linear.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "harness/linear/segments.hpp"

namespace heddle::harness {

class Chains {
 public:
  explicit Chains(const Calls& calls) : calls_(calls) { steps_.reserve(calls.calls.size()); }

  // The calls of a chain, in their order. Readers between two writers may come in any order.
  void begin_chain(bool is_initial = false) {
    chains_.push_back({.first = size(), .is_initial = is_initial});
  }
  // The reader from whom the order of the chain's writers is known, if they do not say it.
  void set_evidence(std::uint32_t call) { chains_.back().evidence = call; }
  void write(std::uint32_t call) { steps_.push_back({call, true}); }
  void read(std::uint32_t call) { steps_.push_back({call, false}); }

  // A call that any value explains.
  void add_idle(std::uint32_t call) { idle_.push_back(call); }

  [[nodiscard]] Decision decide(std::string_view decider, bool wants_witness);

 private:
  struct Step {
    std::uint32_t call = 0;
    bool is_writer = false;
  };
  struct Chain {
    std::uint32_t first = 0;  // of steps_
    std::uint32_t last = 0;   // behind it
    bool is_initial = false;
    std::uint32_t evidence = kNone;
    // Behind the rank of the first return and of the last invocation; 0: before everything.
    std::uint32_t first_return = 0;
    std::uint32_t last_call = 0;

    [[nodiscard]] bool is_forward() const { return first_return < last_call; }
    // Where the chain has certainly begun, and not yet ended.
    [[nodiscard]] Interval held() const {
      return {first_return == 0 ? 0 : first_return - 1, last_call == 0 ? 0 : last_call - 1};
    }
  };

  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(steps_.size()); }
  [[nodiscard]] const ModelCall& call_of(const Step& step) const { return calls_.calls[step.call]; }
  // Sets its zone. The step that returned before one that belongs before it; kNone: there is none.
  std::uint32_t measure(Chain& chain);
  // Both add calls to the culprits.
  void explain_step(const Chain& chain, std::uint32_t step,
                    std::vector<std::uint32_t>& culprits) const;
  void explain_zone(const Chain& chain, std::vector<std::uint32_t>& culprits) const;
  [[nodiscard]] std::optional<std::vector<std::uint32_t>> find_misplaced();
  [[nodiscard]] std::optional<std::vector<std::uint32_t>> find_overlap();
  [[nodiscard]] std::optional<std::vector<std::uint32_t>> find_enclosed() const;
  [[nodiscard]] std::vector<std::uint32_t> make_witness() const;

  const Calls& calls_;
  std::vector<Step> steps_;
  std::vector<Chain> chains_;
  std::vector<std::uint32_t> idle_;
  std::vector<Interval> forward_;  // what the forward zones hold, by time
};

}  // namespace heddle::harness
