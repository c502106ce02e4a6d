#include "harness/explore/delay.hpp"

#include <algorithm>

namespace heddle::harness {

namespace {

// In turn behind a lane: the option with the next higher lane, or the first of all.
std::size_t next_behind(const core::ChoicePoint& point, Lane lane) {
  std::size_t lowest = 0;
  std::size_t next = point.options.size();
  for (std::size_t i = 0; i < point.options.size(); ++i) {
    const Lane candidate = lane_of(point.options[i]);
    if (candidate < lane_of(point.options[lowest])) lowest = i;
    if (candidate <= lane) continue;
    if (next == point.options.size() || candidate < lane_of(point.options[next])) next = i;
  }
  return next == point.options.size() ? lowest : next;
}

}  // namespace

void DelayStrategy::begin() {
  points_ = 0;
  delays_.clear();
  const std::uint64_t points_max = profile().points_max();
  if (delays_max_ == 0 || points_max == 0) return;
  const std::uint64_t delays = 1 + rng().below(delays_max_);
  while (delays_.size() < delays) delays_.push_back(1 + rng().below(points_max));
}

std::size_t DelayStrategy::choose_lane(const core::ChoicePoint& point) {
  ++points_;
  const bool can_go_on = point.options.front() == core::Choice::next(point.previous);
  std::size_t option =
      can_go_on ? 0 : next_behind(point, lane_of(core::Choice::next(point.previous)));
  for (auto delays = std::ranges::count(delays_, points_); delays > 0; --delays) {
    option = next_behind(point, lane_of(point.options[option]));
  }
  return option;
}

}  // namespace heddle::harness
