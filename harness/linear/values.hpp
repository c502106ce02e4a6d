// Values: what the monitors of queues, stacks and priority queues know of each element: who put
// it, who took it, who saw it, and from when to when it was certainly there.
//
// They apply where values are unambiguous: no element is put twice. See Lee and Mathur, "Efficient
// decrease-and-conquer linearizability monitoring" (OOPSLA 2025), for the idea of tightening.
// What is made of the calls:
//   1. Pending puts of elements that nobody saw, and pending peeks, did not happen. Pending takes
//      of unknown result are ignored: they can only help, so that a monitor that passes is right,
//      and one that fails must not answer (has_pending_take).
//   2. An element that nobody took is taken behind everything, in the segment `end`; so may one be
//      whose take is pending, and then that did not happen (is_taken).
//   3. Tightened: all that is done with an element is behind its put and before its take, so a put
//      ends no later than the others' ends, and so on. `put` and `take` are then the segments in
//      which the two can happen; the element is certainly there in `held()`.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "harness/linear/flat_index.hpp"
#include "harness/linear/segments.hpp"

namespace heddle::harness {

// Words as small numbers, in the order of their first appearance.
class WordIndex {
 public:
  // All words that are added will be from `lowest` to `highest`, about `count` different ones.
  WordIndex(std::int64_t lowest, std::int64_t highest, std::size_t count);

  // The number of the word: a new one, if it is new.
  std::uint32_t add(std::int64_t word);
  // kNone: it is not there.
  [[nodiscard]] std::uint32_t find(std::int64_t word) const;
  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(words_.size()); }

 private:
  [[nodiscard]] std::size_t offset_of(std::int64_t word) const {
    return static_cast<std::size_t>(static_cast<std::uint64_t>(word) -
                                    static_cast<std::uint64_t>(lowest_));
  }

  std::int64_t lowest_;
  std::vector<std::uint32_t> table_;  // of all words of the range, if that is small
  FlatIndex index_;                   // otherwise
  std::vector<std::int64_t> words_;
};

struct Element {
  std::int64_t word = 0;
  std::uint32_t put_call = kNone;   // index into Calls::calls
  std::uint32_t take_call = kNone;  // kNone: nobody took it
  Interval put{};
  Interval take{};
  std::uint32_t seen = kNone;   // the first rank at which somebody had seen or taken it
  std::uint32_t peeks = kNone;  // the first of a list, see Container::peeks

  [[nodiscard]] Interval held() const { return {put.end, take.begin}; }
};

struct Container {
  struct PeekOf {
    std::uint32_t call = kNone;
    std::uint32_t next = kNone;
  };

  std::vector<Element> elements{};
  std::vector<PeekOf> peeks{};
  std::vector<std::uint32_t> empties{};  // calls that found nothing
  std::vector<std::uint32_t> idle{};     // peeks of which nobody knows the result
  std::uint32_t end = 0;
  bool has_pending_take = false;
  std::vector<std::uint32_t> culprits{};  // not empty: it is a violation already

  // Each peek of the element: seen(call, the segments in which it can happen).
  template <typename Seen>
  void for_each_peek(const Calls& calls, const Element& element, const Seen& seen) const {
    for (std::uint32_t peek = element.peeks; peek != kNone; peek = peeks[peek].next) {
      const ModelCall& call = calls.calls[peeks[peek].call];
      seen(peeks[peek].call,
           Interval{std::max(call.call, element.put.begin), std::min(call.ret, element.take.end)});
    }
  }

  // Whether the element is taken by a call, if it is in this segment.
  [[nodiscard]] bool is_taken(const Element& element, std::uint32_t segment) const {
    return element.take_call != kNone && segment < end;
  }

  // All calls on the element.
  void append_calls(const Element& element, std::vector<std::uint32_t>& calls) const;
  [[nodiscard]] std::vector<Interval> held_intervals() const;
};

// Nothing: values are ambiguous, or a call is not known.
[[nodiscard]] std::optional<Container> read_container(const Calls& calls);

// For each of container.empties a segment in which there may be nothing. If there is none for one:
// nothing, and container.culprits says why.
[[nodiscard]] std::optional<std::vector<std::uint32_t>> place_empties(const Calls& calls,
                                                                      Container& container);

// A violation, unless there are calls that might have helped.
[[nodiscard]] std::optional<Decision> fail_unless_pending(std::string_view decider,
                                                          const Container& container,
                                                          std::vector<std::uint32_t> culprits);

}  // namespace heddle::harness
