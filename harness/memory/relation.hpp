// Relation: which event comes before which, as one row of bits per event.
//
// Invariants:
//   1. It is closed under transitivity and has no cycle: `order` keeps both, or refuses.
//   2. A row is as many words as the events need; up to 64 events it is one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "harness/memory/candidate.hpp"

namespace heddle::harness {

class Relation {
 public:
  Relation() = default;
  explicit Relation(std::size_t events)
      : events_(events), width_((events + 63) / 64), words_(events * width_) {}

  [[nodiscard]] std::size_t events() const { return events_; }
  [[nodiscard]] bool contains(EventIndex before, EventIndex after) const {
    return (words_[before * width_ + after / 64] >> (after % 64) & 1) != 0;
  }

  // Adds an edge and all that follows from it. False, and nothing changes, if that is a cycle.
  [[nodiscard]] bool order(EventIndex before, EventIndex after) {
    if (before == after || contains(after, before)) return false;
    if (contains(before, after)) return true;
    for (EventIndex event = 0; event < events_; ++event) {
      if (event != before && !contains(event, before)) continue;
      std::uint64_t* const row = &words_[event * width_];
      for (std::size_t word = 0; word < width_; ++word) row[word] |= words_[after * width_ + word];
      row[after / 64] |= std::uint64_t{1} << (after % 64);
    }
    return true;
  }

  // All events in an order that contains the relation: always the first that may come next.
  [[nodiscard]] std::vector<EventIndex> linearised() const {
    std::vector<std::size_t> missing(events_);
    for (EventIndex before = 0; before < events_; ++before) {
      for (EventIndex after = 0; after < events_; ++after)
        missing[after] += contains(before, after);
    }
    std::vector<bool> is_placed(events_);
    std::vector<EventIndex> order;
    while (order.size() < events_) {
      EventIndex next = 0;
      while (is_placed[next] || missing[next] > 0) ++next;
      is_placed[next] = true;
      order.push_back(next);
      for (EventIndex after = 0; after < events_; ++after) missing[after] -= contains(next, after);
    }
    return order;
  }

 private:
  std::size_t events_ = 0;
  std::size_t width_ = 0;
  std::vector<std::uint64_t> words_;
};

}  // namespace heddle::harness
