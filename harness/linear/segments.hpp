// Segments: time as the monitors see it.
//
// Segment k is the moment behind rank k and before rank k + 1 (Calls). A call can take effect in
// any segment from its `call` to the one before its `ret`, and any number of calls may share a
// segment, in any order. So a set of moments is a half-open interval of integers, and an array
// with a place for each rank replaces every sort by time.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "harness/linear/decision.hpp"

namespace heddle::harness {

inline constexpr std::uint32_t kNone = UINT32_MAX;

// [begin, end)
struct Interval {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  [[nodiscard]] bool is_empty() const { return begin >= end; }
};

// The segments that none of many intervals holds.
class Gaps {
 public:
  // Of segments below `segments`, which ends all intervals.
  Gaps(std::uint32_t segments, std::span<const Interval> held);

  // The first one from `segment` on; `segments`, if there is none.
  [[nodiscard]] std::uint32_t next(std::uint32_t segment) const { return next_[segment]; }

 private:
  std::vector<std::uint32_t> next_;
};

// Indices of few of the intervals (not empty) that together hold all of `target`; nothing, if all
// of them do not.
[[nodiscard]] std::optional<std::vector<std::uint32_t>> cover(std::span<const Interval> intervals,
                                                              Interval target);

// An order of calls from the segments in which they take effect; in one segment they stay in the
// order in which they were placed.
class Placement {
 public:
  void place(std::uint32_t call, std::uint32_t segment) { placed_.push_back({call, segment}); }
  [[nodiscard]] std::vector<std::uint32_t> order() const;

 private:
  struct Placed {
    std::uint32_t call = 0;
    std::uint32_t segment = 0;
  };
  std::vector<Placed> placed_;
};

[[nodiscard]] Decision pass(std::string_view decider, std::vector<std::uint32_t> witness = {});
// `culprits` in any order, some perhaps twice; kNone is left out.
[[nodiscard]] Decision fail(std::string_view decider, std::vector<std::uint32_t> culprits);

}  // namespace heddle::harness
