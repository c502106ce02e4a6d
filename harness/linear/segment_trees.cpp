#include "harness/linear/segment_trees.hpp"

#include <algorithm>
#include <bit>

namespace heddle::harness {

SegmentSet::SegmentSet(std::uint32_t segments) {
  std::size_t size = segments;
  do {
    size = (size + 63) / 64;
    levels_.emplace_back(size, 0);
  } while (size > 1);
}

void SegmentSet::insert(std::uint32_t segment) {
  for (std::vector<std::uint64_t>& level : levels_) {
    level[segment / 64] |= std::uint64_t{1} << segment % 64;
    segment /= 64;
  }
}

std::uint32_t SegmentSet::previous(std::uint32_t segment) const {
  for (std::size_t level = 0; level < levels_.size(); ++level) {
    // The word itself holds what is there up to the segment; above, what is before the word.
    const std::uint64_t upto = ~std::uint64_t{0} >> (63 - segment % 64);
    const std::uint64_t below = level == 0 ? upto : upto >> 1;
    const std::uint64_t word = levels_[level][segment / 64] & below;
    if (word != 0) {
      std::uint32_t found =
          segment / 64 * 64 + static_cast<std::uint32_t>(std::bit_width(word)) - 1;
      while (level-- > 0) {
        const auto width = static_cast<std::uint32_t>(std::bit_width(levels_[level][found]));
        found = found * 64 + width - 1;
      }
      return found;
    }
    segment /= 64;
  }
  return kNone;
}

std::uint32_t SegmentSet::next(std::uint32_t segment) const {
  for (std::size_t level = 0; level < levels_.size(); ++level) {
    const std::uint64_t from = ~std::uint64_t{0} << segment % 64;
    const std::uint64_t above = level == 0 ? from : from << 1;
    const std::uint64_t word = levels_[level][segment / 64] & above;
    if (word != 0) {
      std::uint32_t found = segment / 64 * 64 + static_cast<std::uint32_t>(std::countr_zero(word));
      while (level-- > 0) {
        const auto offset = static_cast<std::uint32_t>(std::countr_zero(levels_[level][found]));
        found = found * 64 + offset;
      }
      return found;
    }
    segment /= 64;
  }
  return kNone;
}

OpenTree::OpenTree(std::span<const std::uint32_t> ends)
    : leaves_(std::bit_ceil(static_cast<std::uint32_t>(ends.size()) + 1)),
      latest_(std::size_t{2} * leaves_, 0) {
  std::ranges::copy(ends, latest_.begin() + leaves_);
  for (std::uint32_t node = leaves_; node-- > 1;) {
    latest_[node] = std::max(latest_[2 * node], latest_[2 * node + 1]);
  }
}

std::uint32_t OpenTree::find(std::uint32_t first, std::uint32_t last, std::uint32_t segment) const {
  const auto descend = [&](std::uint32_t node) {
    while (node < leaves_) {
      node *= 2;
      if (latest_[node] <= segment) ++node;
    }
    return node - leaves_;
  };
  std::uint32_t left = first + leaves_;
  std::uint32_t right = last + leaves_;
  for (; left < right; left = (left + 1) / 2, right /= 2) {
    if (right % 2 == 1 && latest_[right - 1] > segment) return descend(right - 1);
    if (left % 2 == 1 && latest_[left] > segment) return descend(left);
  }
  return kNone;
}

void OpenTree::remove(std::uint32_t interval) {
  std::uint32_t node = interval + leaves_;
  latest_[node] = 0;
  while (node > 1) {
    node /= 2;
    const std::uint32_t latest = std::max(latest_[2 * node], latest_[2 * node + 1]);
    if (latest == latest_[node]) return;
    latest_[node] = latest;
  }
}

namespace {

constexpr std::int32_t kSettled = 1 << 30;  // a segment that nobody asks about any more

}  // namespace

CountTree::CountTree(std::uint32_t segments, std::span<const Interval> held,
                     std::vector<Single>& singles)
    : leaves_(std::bit_ceil(segments)), nodes_(std::size_t{2} * leaves_) {
  std::vector<Node> changes(segments + 1);
  for (std::uint32_t i = 0; i < held.size(); ++i) {
    ++changes[held[i].begin].added;
    --changes[held[i].end].added;
    changes[held[i].begin].owners ^= i;
    changes[held[i].end].owners ^= i;
  }
  Node sum;
  for (std::uint32_t segment = 0; segment < leaves_; ++segment) {
    Node& leaf = nodes_[leaves_ + segment];
    leaf.least = kSettled;
    if (segment >= segments) continue;
    sum.added += changes[segment].added;
    sum.owners ^= changes[segment].owners;
    leaf.owners = sum.owners;
    if (sum.added > 1) leaf.least = sum.added;
    if (sum.added == 1) singles.push_back({segment, sum.owners});
    if (sum.added == 0) singles.push_back({segment, kNone});
  }
  for (std::uint32_t node = leaves_; node-- > 1;) pull(node);
}

void CountTree::pull(std::uint32_t node) {
  nodes_[node].least =
      nodes_[node].added + std::min(nodes_[2 * node].least, nodes_[2 * node + 1].least);
}

std::array<CountTree::Place, 2> CountTree::children_of(const Place& place) const {
  const Node& node = nodes_[place.node];
  const std::uint32_t middle = place.begin + (place.end - place.begin) / 2;
  const std::int32_t added = place.added + node.added;
  const std::uint32_t owners = place.owners ^ node.owners;
  return {Place{2 * place.node, place.begin, middle, added, owners},
          Place{2 * place.node + 1, middle, place.end, added, owners}};
}

void CountTree::remove(Interval held, std::uint32_t owner, std::vector<Single>& singles) {
  held_ = held;
  owner_ = owner;
  singles_ = &singles;
  subtract({.node = 1, .begin = 0, .end = leaves_});
}

void CountTree::subtract(const Place& place) {
  if (place.end <= held_.begin || held_.end <= place.begin) return;
  if (held_.begin <= place.begin && place.end <= held_.end) {
    Node& node = nodes_[place.node];
    --node.added;
    --node.least;
    node.owners ^= owner_;
    collect(place);
    return;
  }
  for (const Place& child : children_of(place)) subtract(child);
  pull(place.node);
}

void CountTree::collect(const Place& place) {
  Node& node = nodes_[place.node];
  if (node.least + place.added > 1) return;
  if (place.node >= leaves_) {
    singles_->push_back({place.begin, place.owners ^ node.owners});
    node.least = kSettled;
    return;
  }
  for (const Place& child : children_of(place)) collect(child);
  pull(place.node);
}

}  // namespace heddle::harness
