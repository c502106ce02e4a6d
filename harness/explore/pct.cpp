#include "harness/explore/pct.hpp"

#include <algorithm>

namespace heddle::harness {

namespace {

constexpr std::uint64_t kInARowMax = 1000;

}  // namespace

void PctStrategy::begin() {
  priorities_.clear();
  lowest_ = 0;
  points_ = 0;
  in_a_row_ = 0;
  change_points_.clear();
  const std::uint64_t points_max = profile().points_max();
  const std::uint64_t wanted = std::min(depth_ == 0 ? 0 : depth_ - 1, points_max);
  while (change_points_.size() < wanted) {
    const std::uint64_t at = 1 + rng().below(points_max);
    if (std::ranges::find(change_points_, at) == change_points_.end()) change_points_.push_back(at);
  }
}

std::size_t PctStrategy::highest(const core::ChoicePoint& point) {
  std::size_t best = 0;
  for (std::size_t i = 0; i < point.options.size(); ++i) {
    std::int64_t& priority = priorities_[lane_of(point.options[i])];
    if (priority == 0) {
      constexpr std::uint64_t kDrawn = std::uint64_t{1} << 62;
      priority = static_cast<std::int64_t>(kDrawn | (rng().next() >> 2));
    }
    if (priority > priorities_[lane_of(point.options[best])]) best = i;
  }
  return best;
}

std::size_t PctStrategy::choose_lane(const core::ChoicePoint& point) {
  ++points_;
  std::size_t option = highest(point);
  const auto change = std::ranges::find(change_points_, points_);
  if (change != change_points_.end()) {
    priorities_[lane_of(point.options[option])] = 1 + (change - change_points_.begin());
    option = highest(point);
  }
  const Lane lane = lane_of(point.options[option]);
  if (is_step(point.options[option])) {
    const core::PendingAction pending = pending_of(point, option);
    if (core::is_yield(pending.kind, pending.location)) demote(lane);  // once it has yielded
  }
  in_a_row_ = lane == last_ ? in_a_row_ + 1 : 0;
  last_ = lane;
  if (in_a_row_ >= kInARowMax) {
    demote(lane);
    in_a_row_ = 0;
    option = highest(point);
    last_ = lane_of(point.options[option]);
  }
  return option;
}

}  // namespace heddle::harness
