#include "shrinker/segments.hpp"

#include <algorithm>
#include <iterator>

namespace heddle::shrinker {

Segments segments_of(const std::vector<core::Choice>& choices) {
  Segments segments;
  for (const core::Choice& choice : choices) {
    if (!segments.empty() && segments.back().choice == choice) {
      ++segments.back().count;
    } else {
      segments.push_back({.choice = choice, .count = 1});
    }
  }
  return segments;
}

std::vector<core::Choice> choices_of(const Segments& segments) {
  std::vector<core::Choice> choices;
  for (const Segment& segment : segments) {
    choices.insert(choices.end(), segment.count, segment.choice);
  }
  return choices;
}

Segments without(const Segments& segments, std::size_t begin, std::size_t end) {
  Segments rest = segments;
  rest.erase(std::next(rest.begin(), static_cast<std::ptrdiff_t>(begin)),
             std::next(rest.begin(), static_cast<std::ptrdiff_t>(end)));
  return rest;
}

Segments moved(const Segments& segments, std::size_t from, std::size_t to) {
  Segments other = segments;
  const auto at = [&](std::size_t index) {
    return std::next(other.begin(), static_cast<std::ptrdiff_t>(index));
  };
  if (from < to) {
    std::rotate(at(from), at(from + 1), at(to));
  } else {
    std::rotate(at(to), at(from), at(from + 1));
  }
  return other;
}

Segments with_count(const Segments& segments, std::size_t index, std::size_t count) {
  Segments other = segments;
  other[index].count = count;
  return other;
}

}  // namespace heddle::shrinker
