#include "harness/linear/positions.hpp"

namespace heddle::harness {

bool Positions::enter(const Position& position, const Masks& pending) {
  const std::uint64_t hash =
      mix_hash(mix_hash(position.placed, position.state), position.next_return);
  const std::uint32_t first = index_.find(hash, [&](std::uint32_t i) {
    const Position& known = nodes_[i].position;
    return known.next_return == position.next_return && known.state == position.state &&
           known.placed == position.placed;
  });
  if (first != kNoItem) return enter_chain(first, position, pending);
  index_.insert(hash, static_cast<std::uint32_t>(nodes_.size()));
  nodes_.push_back({.position = position});
  return true;
}

bool Positions::enter_chain(std::uint32_t first, const Position& position, const Masks& pending) {
  for (std::uint32_t i = first; i != kNoItem; i = nodes_[i].next) {
    if (pending.is_subset(nodes_[i].position.used, position.used)) return false;
  }
  // The first one stays where the index finds it; it may take the place of one it dominates.
  bool is_in = false;
  std::uint32_t last = kNoItem;
  for (std::uint32_t i = first; i != kNoItem; i = nodes_[i].next) {
    if (!pending.is_subset(position.used, nodes_[i].position.used)) {
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

}  // namespace heddle::harness
