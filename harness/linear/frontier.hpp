// Frontier: all ways in which an object may stand after a part of a history, breadth first (Lowe,
// "Testing for linearizability", 2017, section 4.2).
//
// It takes invocations and ends of calls as they happen, and knows the result of a call only when
// it returns: a call that is open may have its place with whatever result it then has; when it
// returns, only those configurations survive in which that is what it returned. It fails at the
// first event behind which the history is not the beginning of any linearizable one.
//
// Invariants:
//   1. No configuration dominates another: equal state and open calls, a subset of pending calls.
//   2. Memory is bounded by what is alive (configurations, calls that are open or pending), however
//      long the history is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "harness/linear/decision.hpp"
#include "harness/linear/positions.hpp"
#include "harness/linear/transitions.hpp"

namespace heddle::harness {

// Sets of small numbers without a limit, each with a number of its own.
class GrowingSets {
 public:
  GrowingSets() { rows_.number_of({}); }
  static constexpr std::uint32_t kEmpty = 0;

  [[nodiscard]] bool has(std::uint64_t set, std::size_t number) const;
  [[nodiscard]] std::uint32_t with(std::uint64_t set, std::size_t number);
  [[nodiscard]] bool is_subset(std::uint64_t left, std::uint64_t right) const;
  [[nodiscard]] std::uint64_t bytes() const { return rows_.bytes(); }

 private:
  std::vector<std::int64_t> scratch_;
  Rows rows_;  // without zeros at the end
};

// Calls are told by what `invoke` gave.
struct FrontierConfiguration {
  ModelState state;
  std::vector<std::uint64_t> placed;  // of those that are open
  std::vector<std::uint64_t> used;    // of those that are pending

  auto operator<=>(const FrontierConfiguration&) const = default;
};

class Frontier {
 public:
  // options.nodes_max limits the positions visited for one event, options.bytes_max all memory.
  Frontier(const Model& model, const core::Data& data, DecideOptions options);

  // What the call returns does not count. Gives the name of the call: 0, 1, ...
  std::uint64_t invoke(const ModelCall& call);

  // `call` is the one that was invoked, with its result if it has one.
  core::VerdictKind ok(std::uint64_t name, const ModelCall& call);
  // It did not happen.
  core::VerdictKind fail(std::uint64_t name);
  // Nobody knows: it is pending from now on.
  core::VerdictKind info(std::uint64_t name);

  // Pass: so far. What is not Pass stays as it is.
  [[nodiscard]] core::VerdictKind kind() const { return kind_; }
  [[nodiscard]] const std::string& cause() const { return cause_; }
  // Ascending; after a failure, those just before the event.
  [[nodiscard]] std::vector<FrontierConfiguration> configurations() const;
  [[nodiscard]] std::size_t size() const { return now_.size(); }
  [[nodiscard]] std::uint64_t bytes() const;

 private:
  struct OpenCall {
    std::uint64_t name = 0;
    std::uint32_t call_class = 0;
    ModelCall call;
  };

  core::VerdictKind replace(std::vector<Position> next);
  void place_others(const Position& position, std::uint32_t slot, std::vector<Position>& work,
                    Positions& seen);
  [[nodiscard]] bool has_earlier_twin(const Position& position, std::size_t number) const;
  [[nodiscard]] std::uint32_t mark_in(const Position& position, std::size_t slot) const;
  [[nodiscard]] std::uint32_t marked(std::uint64_t row, std::size_t slot, std::uint32_t mark);
  [[nodiscard]] std::uint32_t mark_for(std::uint32_t state, const OpenCall& open);
  [[nodiscard]] bool is_result_of(std::uint32_t mark, const ModelCall& call);
  [[nodiscard]] std::uint32_t step(std::uint32_t state, const OpenCall& open);
  std::uint32_t class_of(const ModelCall& call);
  std::uint32_t take_slot(std::uint64_t name);
  void compact();

  const Model* model_;
  const core::Data* data_;
  DecideOptions options_;
  bool sees_processes_;
  core::VerdictKind kind_ = core::VerdictKind::Pass;
  std::string cause_;
  std::vector<Position> now_;  // placed: the number of a row of marks; next_return: 0

  std::uint64_t names_ = 0;
  std::map<std::uint64_t, std::uint32_t> slots_of_;  // of open calls, by name
  std::vector<OpenCall> open_;                       // by slot
  std::vector<std::uint32_t> free_slots_;
  std::vector<OpenCall> pending_;  // by number

  Transitions transitions_;
  Rows classes_;
  GrowingSets used_;
  Rows mark_rows_;  // for each slot 0 or a mark, without zeros at the end
  // What an open call of a class that has its place returns: nothing, that result, or that of this
  // state. Numbers from 1.
  Rows marks_;
  std::vector<std::uint32_t> mark_states_;  // where it was placed first
  std::vector<std::int64_t> scratch_;
  ModelState state_;
  std::uint64_t bytes_kept_ = 0;  // after the last compaction
};

}  // namespace heddle::harness
