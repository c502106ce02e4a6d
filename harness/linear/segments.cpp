#include "harness/linear/segments.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace heddle::harness {

Gaps::Gaps(std::uint32_t segments, std::span<const Interval> held) : next_(segments + 1, 0) {
  for (const Interval& interval : held) {
    if (interval.is_empty()) continue;
    ++next_[interval.begin];
    --next_[interval.end];  // may wrap around, until they are summed
  }
  std::partial_sum(next_.begin(), next_.end(), next_.begin());
  std::uint32_t next = segments;
  for (std::uint32_t segment = segments + 1; segment-- > 0;) {
    if (next_[segment] == 0) next = segment;
    next_[segment] = next;
  }
}

std::optional<std::vector<std::uint32_t>> cover(std::span<const Interval> intervals,
                                                Interval target) {
  std::vector<std::uint32_t> by_begin;
  for (std::uint32_t i = 0; i < intervals.size(); ++i) {
    if (intervals[i].begin < target.end && intervals[i].end > target.begin) by_begin.push_back(i);
  }
  std::ranges::sort(by_begin, {}, [&](std::uint32_t i) { return intervals[i].begin; });
  std::vector<std::uint32_t> chosen;
  std::uint32_t reached = target.begin;
  auto next = by_begin.begin();
  while (reached < target.end) {
    std::uint32_t best = kNone;
    for (; next != by_begin.end() && intervals[*next].begin <= reached; ++next) {
      if (best == kNone || intervals[*next].end > intervals[best].end) best = *next;
    }
    if (best == kNone || intervals[best].end <= reached) return std::nullopt;
    chosen.push_back(best);
    reached = intervals[best].end;
  }
  return chosen;
}

std::vector<std::uint32_t> Placement::order() const {
  std::uint32_t segments = 0;
  for (const Placed& placed : placed_) segments = std::max(segments, placed.segment + 1);
  std::vector<std::uint32_t> begin(segments + 1, 0);
  for (const Placed& placed : placed_) ++begin[placed.segment + 1];
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  std::vector<std::uint32_t> ordered(placed_.size());
  for (const Placed& placed : placed_) ordered[begin[placed.segment]++] = placed.call;
  return ordered;
}

Decision pass(std::string_view decider, std::vector<std::uint32_t> witness) {
  return {.kind = core::VerdictKind::Pass, .decider = decider, .witness = std::move(witness)};
}

Decision fail(std::string_view decider, std::vector<std::uint32_t> culprits) {
  std::ranges::sort(culprits);
  const auto repeated = std::ranges::unique(culprits);
  culprits.erase(repeated.begin(), repeated.end());
  if (!culprits.empty() && culprits.back() == kNone) culprits.pop_back();
  return {.kind = core::VerdictKind::Fail, .decider = decider, .culprits = std::move(culprits)};
}

}  // namespace heddle::harness
