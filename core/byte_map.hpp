// ByteMap: something known of every byte, kept for stretches of bytes that are alike.
//
// Invariants:
//   1. Stretches are not empty and do not overlap; bytes outside of all have a Cell{}.
//   2. What `visit` is given begins and ends within the range it asked for: stretches that reach
//      over its ends are split.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <iterator>
#include <map>
#include <utility>

#include "core/event.hpp"

namespace heddle::core {

struct ByteRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;  // behind the last byte

  auto operator<=>(const ByteRange&) const = default;
  [[nodiscard]] bool is_empty() const { return begin >= end; }
  [[nodiscard]] bool overlaps(const ByteRange& other) const {
    return begin < other.end && other.begin < end;
  }
};

// Of an access; one that would reach over the end of all addresses ends there.
[[nodiscard]] inline ByteRange byte_range(std::uint64_t offset, std::uint64_t size_bytes) {
  return {offset, size_bytes > UINT64_MAX - offset ? UINT64_MAX : offset + size_bytes};
}

// What an action accesses.
[[nodiscard]] inline ByteRange range_of(const Action& action) {
  return byte_range(action.location.offset, action.size_bytes);
}

template <typename Cell>
class ByteMap {
 public:
  // Visits the stretches of the range for which something is known: visit(const Cell&).
  template <typename Visit>
  void look(const ByteRange& range, Visit visit) const {
    if (range.is_empty()) return;
    auto at = stretches_.upper_bound(range.begin);
    if (at != stretches_.begin() && std::prev(at)->second.end > range.begin) --at;
    for (; at != stretches_.end() && at->first < range.end; ++at) visit(at->second.cell);
  }

  // Visits stretches that together are the whole range: visit(Cell&).
  template <typename Visit>
  void visit(const ByteRange& range, Visit visit) {
    if (range.is_empty()) return;
    split(range.begin);
    split(range.end);
    std::uint64_t begin = range.begin;
    auto at = stretches_.lower_bound(begin);
    while (begin < range.end) {
      if (at == stretches_.end() || at->first > begin) {
        const std::uint64_t end =
            at == stretches_.end() ? range.end : std::min(at->first, range.end);
        at = stretches_.emplace_hint(at, begin, Stretch{.end = end, .cell = {}});
      }
      visit(at->second.cell);
      begin = at->second.end;
      ++at;
    }
  }

  // Makes the range one stretch.
  void replace(const ByteRange& range, Cell cell) {
    if (range.is_empty()) return;
    split(range.begin);
    split(range.end);
    stretches_.erase(stretches_.lower_bound(range.begin), stretches_.lower_bound(range.end));
    stretches_[range.begin] = {.end = range.end, .cell = std::move(cell)};
  }

 private:
  struct Stretch {
    std::uint64_t end = 0;
    Cell cell{};
  };

  void split(std::uint64_t where) {
    auto next = stretches_.lower_bound(where);
    if (next == stretches_.begin()) return;
    Stretch& before = std::prev(next)->second;
    if (before.end <= where) return;
    stretches_.emplace_hint(next, where, before);
    before.end = where;
  }

  std::map<std::uint64_t, Stretch> stretches_;  // by their first byte
};

}  // namespace heddle::core
