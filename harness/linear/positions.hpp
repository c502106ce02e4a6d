// Positions: where a search has been, with dominance.
//
// A position is dominated by one that is equal but for having used a subset of the pending calls:
// that one can do whatever this one can, since a pending call is never owed. What is kept of equal
// positions is an antichain.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "harness/linear/masks.hpp"

namespace heddle::harness {

struct Position {
  std::uint32_t next_return = 0;  // returns before it have happened
  std::uint32_t state = 0;
  Mask placed = Masks::kEmpty;  // slots of open calls that have their place already
  Mask used = Masks::kEmpty;    // pending calls that have their place

  bool operator==(const Position&) const = default;
};

class Positions {
 public:
  // False if it is dominated by one that is there.
  bool enter(const Position& position, const Masks& pending);

  // All that none dominates; those dominated have a next_return of kNoItem.
  [[nodiscard]] const Position& operator[](std::size_t i) const { return nodes_[i].position; }
  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  [[nodiscard]] std::uint64_t bytes() const {
    return nodes_.capacity() * sizeof(Node) + index_.bytes();
  }

 private:
  struct Node {
    Position position;
    std::uint32_t next = kNoItem;  // of the same antichain
  };

  bool enter_chain(std::uint32_t first, const Position& position, const Masks& pending);

  std::vector<Node> nodes_;
  FlatIndex index_;  // the first of each antichain
};

}  // namespace heddle::harness
