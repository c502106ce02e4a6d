// Explorer: the depth-first just-in-time search for a linearization (Lowe, "Testing for
// linearizability", 2017, section 4), one step at a time.
//
// Returns are taken in order, and calls are placed only until the one that returns next is. What
// keeps the search small, each sound because an order that exists can be rearranged into one that
// the search tries:
//   1. Dominance among positions (harness/linear/positions.hpp).
//   2. A call that changes nothing by its name and result (a read) has its place as soon as the
//      state explains it, with no alternative.
//   3. Of open calls that are alike, the one that returns first goes first; of pending ones that
//      are alike, the earliest; and an open one goes before a pending one that is like it.
//   4. A pending call that does not change the state is not placed.
//
// Several may search one history and tell each other what they have refuted. A position is refuted
// when no end can be reached from it, whatever else is tried. That is not yet so when the search
// leaves it: it may have left out a position that is dominated by one still on its stack. Dominance
// is among positions alike but for state and pending calls, and these are neighbours on the stack:
// so all of them are refuted when the first of them is left (`leave`). Leaving out what is refuted
// does not change the first end that is found.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/rng.hpp"
#include "harness/linear/decision.hpp"
#include "harness/linear/positions.hpp"
#include "harness/linear/search_plan.hpp"
#include "harness/linear/transitions.hpp"

namespace heddle::harness {

// Where searches of one history (in several threads) tell each other what leads nowhere.
class Refuted {
 public:
  Refuted() = default;
  Refuted(const Refuted&) = delete;
  Refuted& operator=(const Refuted&) = delete;
  Refuted(Refuted&&) = delete;
  Refuted& operator=(Refuted&&) = delete;
  virtual ~Refuted() = default;
  [[nodiscard]] virtual bool contains(const Position& position) = 0;
  virtual void add(const Position& position) = 0;
};

class Explorer {
 public:
  Explorer(const Calls& calls, const Model& model, const SearchPlan& plan,
           const DecideOptions& options);

  // The search ends at this return, as if the history did; before it begins.
  void end_before(std::size_t next_return) { end_ = next_return; }
  // Remember the longest order that comes as far as this return.
  void note_longest_at(std::size_t next_return) { noted_ = next_return; }
  void share(Refuted* refuted) { refuted_ = refuted; }
  // Take what may come next in an order of one's own; before it begins.
  void shuffle(core::Rng rng) { shuffler_ = rng; }

  void begin();

  // Goes on to where all calls that return have their place: Pass. Fail: there is no such place
  // (any more), Unknown: a limit was reached.
  [[nodiscard]] core::VerdictKind next_end();
  // The state at the end that next_end has found.
  [[nodiscard]] std::uint32_t end_state() const { return end_state_; }

  [[nodiscard]] const std::vector<std::uint32_t>& order() const { return order_; }
  [[nodiscard]] const std::vector<std::uint32_t>& longest() const { return longest_; }
  [[nodiscard]] std::size_t furthest_return() const { return furthest_; }
  [[nodiscard]] std::uint64_t nodes() const { return nodes_; }
  [[nodiscard]] const std::string& cause() const { return cause_; }
  [[nodiscard]] const Positions& positions() const { return positions_; }
  [[nodiscard]] const Masks& pending_masks() const { return pending_; }
  [[nodiscard]] const Masks& slot_masks() const { return slots_; }
  [[nodiscard]] const Transitions& transitions() const { return transitions_; }
  [[nodiscard]] OpenCalls& open_calls() { return open_; }

 private:
  struct Frame {
    Position position;
    std::size_t placed = 0;       // length of order_
    std::uint32_t candidate = 0;  // the next to try: the call that returns, slots, groups
    std::size_t children = 0;     // of a shuffled search: where its own begin
    std::uint64_t nodes = 0;      // visited before it
  };
  struct Child {
    Position position;
    std::uint32_t call = 0;
  };

  bool next_child(Frame& frame, Position& next);
  void leave();
  bool try_next(Frame& frame, Position& next);
  bool try_returning(const Frame& frame, Position& next);
  bool try_open(Frame& frame, Position& next);
  bool try_pending(Frame& frame, Position& next);
  [[nodiscard]] bool has_earlier_twin(const Position& at, std::uint32_t call_class,
                                      std::uint32_t ret) const;
  void place_open(Position& position, std::uint32_t call, std::uint32_t state);
  void settle(Position& position);
  bool place_observers(Position& position);
  bool enter(const Position& position);
  bool is_over_limit();
  [[nodiscard]] std::uint32_t step(std::uint32_t state, std::uint32_t call) {
    return transitions_.step(state, plan_->class_of[call], calls_->calls[call]);
  }

  const Calls* calls_;
  const SearchPlan* plan_;
  const DecideOptions* options_;
  Transitions transitions_;
  Masks slots_;
  Masks pending_;
  OpenCalls open_;
  Positions positions_;
  Refuted* refuted_ = nullptr;
  std::vector<Frame> stack_;
  std::vector<Position> unproven_;  // left and worth telling, while one alike is on the stack
  std::optional<core::Rng> shuffler_;
  std::vector<Child> children_;       // of all on the stack: not tried yet
  std::vector<std::uint32_t> order_;  // what has its place, on the way to the top of the stack
  std::vector<std::uint32_t> longest_;
  std::size_t end_;
  std::optional<std::size_t> noted_;
  std::size_t furthest_ = 0;
  std::uint32_t end_state_ = 0;
  std::uint64_t nodes_ = 0;
  bool is_at_end_ = false;  // where it has begun
  std::string cause_;
};

}  // namespace heddle::harness
