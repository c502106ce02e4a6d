// Segments: a schedule's choices as runs of equal ones, which is what editing a schedule is about:
// the borders between runs are the context switches.
#pragma once

#include <compare>
#include <cstddef>
#include <vector>

#include "core/choice.hpp"

namespace heddle::shrinker {

struct Segment {
  core::Choice choice;
  std::size_t count = 1;

  auto operator<=>(const Segment&) const = default;
};

using Segments = std::vector<Segment>;

// Neighbours differ.
[[nodiscard]] Segments segments_of(const std::vector<core::Choice>& choices);
[[nodiscard]] std::vector<core::Choice> choices_of(const Segments& segments);

// Edits. Each returns a copy; indices must be in range.
[[nodiscard]] Segments without(const Segments& segments, std::size_t begin, std::size_t end);
// `segments[from]` comes to stand before what is now `segments[to]`.
[[nodiscard]] Segments moved(const Segments& segments, std::size_t from, std::size_t to);
[[nodiscard]] Segments with_count(const Segments& segments, std::size_t index, std::size_t count);

}  // namespace heddle::shrinker
