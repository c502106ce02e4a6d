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
  // False if it is dominated by one that is there. `sets` knows what is a subset of what.
  template <typename Sets>
  bool enter(const Position& position, const Sets& sets) {
    const std::uint64_t hash = hash_of(position);
    const std::uint32_t first = find(position, hash);
    if (first != kNoItem) return enter_chain(first, position, sets);
    index_.insert(hash, static_cast<std::uint32_t>(nodes_.size()));
    nodes_.push_back({.position = position});
    return true;
  }

  template <typename Sets>
  [[nodiscard]] bool is_dominated(const Position& position, const Sets& sets) const {
    for (std::uint32_t i = find(position, hash_of(position)); i != kNoItem; i = nodes_[i].next) {
      if (sets.is_subset(nodes_[i].position.used, position.used)) return true;
    }
    return false;
  }

  // Of what dominance is among.
  [[nodiscard]] static std::uint64_t hash_of(const Position& position) {
    return mix_hash(mix_hash(position.placed, position.state), position.next_return);
  }

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

  [[nodiscard]] std::uint32_t find(const Position& position, std::uint64_t hash) const {
    return index_.find(hash, [&](std::uint32_t i) {
      const Position& known = nodes_[i].position;
      return known.next_return == position.next_return && known.state == position.state &&
             known.placed == position.placed;
    });
  }

  template <typename Sets>
  bool enter_chain(std::uint32_t first, const Position& position, const Sets& sets) {
    for (std::uint32_t i = first; i != kNoItem; i = nodes_[i].next) {
      if (sets.is_subset(nodes_[i].position.used, position.used)) return false;
    }
    // One that it dominates gives it its place; others leave. The first one may be found by the
    // index: it stays where it is.
    bool is_in = false;
    std::uint32_t last = kNoItem;
    for (std::uint32_t i = first; i != kNoItem; i = nodes_[i].next) {
      if (!sets.is_subset(position.used, nodes_[i].position.used)) {
        last = i;
      } else if (!is_in) {
        nodes_[i].position.used = position.used;
        is_in = true;
        last = i;
      } else {
        nodes_[last].next = nodes_[i].next;
        nodes_[i].position.next_return = kNoItem;
      }
    }
    if (is_in) return true;
    nodes_.push_back({.position = position, .next = nodes_[first].next});
    nodes_[first].next = static_cast<std::uint32_t>(nodes_.size() - 1);
    return true;
  }

  std::vector<Node> nodes_;
  FlatIndex index_;  // the first of each antichain
};

}  // namespace heddle::harness
