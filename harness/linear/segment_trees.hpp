// Trees over segments, for the monitor of stacks.
//
//   SegmentSet   segments that are only added, and the nearest one before or behind
//   OpenTree     intervals that are only removed, and one of them that holds a segment
//   CountTree    how many of many intervals hold a segment, and which, if it is only one
// Each step takes a time of log n; memory is linear.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "harness/linear/segments.hpp"

namespace heddle::harness {

// One bit for each segment, one for each word of these, and so on.
class SegmentSet {
 public:
  explicit SegmentSet(std::uint32_t segments);

  void insert(std::uint32_t segment);
  [[nodiscard]] std::uint32_t previous(std::uint32_t segment) const;  // or itself; kNone: none
  [[nodiscard]] std::uint32_t next(std::uint32_t segment) const;      // or itself; kNone: none

 private:
  std::vector<std::vector<std::uint64_t>> levels_;
};

class OpenTree {
 public:
  // Intervals in the order of their begins; only their ends are needed.
  explicit OpenTree(std::span<const std::uint32_t> ends);

  // Of the intervals from `first` to the one before `last`, all of which begin before or at the
  // segment: one that ends behind it. kNone: there is none.
  [[nodiscard]] std::uint32_t find(std::uint32_t first, std::uint32_t last,
                                   std::uint32_t segment) const;
  void remove(std::uint32_t interval);

 private:
  std::uint32_t leaves_ = 1;           // a power of two
  std::vector<std::uint32_t> latest_;  // end below a node; the children of i are 2i and 2i + 1
};

class CountTree {
 public:
  struct Single {
    std::uint32_t segment = 0;
    std::uint32_t owner = kNone;  // kNone: no interval holds it
  };

  // Intervals that are not empty, of segments below `segments`. Adds those segments that at most
  // one of them holds.
  CountTree(std::uint32_t segments, std::span<const Interval> held, std::vector<Single>& singles);

  // Adds the segments that only one interval is left to hold.
  void remove(Interval held, std::uint32_t owner, std::vector<Single>& singles);

 private:
  // Counts and owners are those of all segments below the node, less what ancestors add to them.
  struct Node {
    std::int32_t least = 0;    // below
    std::int32_t added = 0;    // to all below
    std::uint32_t owners = 0;  // of what was added, by exclusive or
  };
  struct Place {
    std::uint32_t node = 1;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::int32_t added = 0;    // by ancestors
    std::uint32_t owners = 0;  // likewise
  };

  [[nodiscard]] std::array<Place, 2> children_of(const Place& place) const;
  void pull(std::uint32_t node);
  void subtract(const Place& place);
  void collect(const Place& place);

  std::uint32_t leaves_ = 1;  // a power of two
  std::vector<Node> nodes_;
  Interval held_{};  // what is being removed
  std::uint32_t owner_ = 0;
  std::vector<Single>* singles_ = nullptr;
};

}  // namespace heddle::harness
