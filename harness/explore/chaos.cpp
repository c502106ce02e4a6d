#include "harness/explore/chaos.hpp"

#include <algorithm>

namespace heddle::harness {

namespace {

constexpr std::uint64_t kWindowDoublings = 12;  // 1 to 2048 events
constexpr std::uint64_t kHorizonMin = 16;

}  // namespace

void ChaosStrategy::begin() {
  priorities_.clear();
  points_ = 0;
  slice_left_ = 0;
  horizon_ = std::max(profile().points_max(), kHorizonMin);
  redraw_at_ = 1 + rng().below(2 * horizon_);
  window_ = std::uint64_t{1} << rng().below(kWindowDoublings);
  window_at_ = rng().below(4) == 0 ? 0 : rng().below(4 * window_);
}

bool ChaosStrategy::is_in_window() const {
  if (points_ < window_at_) return false;
  return (points_ - window_at_) % (5 * window_) < window_;
}

bool ChaosStrategy::is_low(Lane lane) {
  Priority& priority = priorities_[lane];
  if (priority == Priority::NotDrawn) {
    priority = rng().below(10) == 0 ? Priority::Low : Priority::High;
  }
  return priority == Priority::Low;
}

std::uint64_t ChaosStrategy::draw_slice() {
  switch (rng().below(10)) {
    case 0:
      return 1 + rng().below(2);
    case 1:
      return 1 + rng().below(8);
    default:
      return 1 + rng().below(horizon_);
  }
}

// Anyone of the highest priority. Outside of windows, an agent of low priority gets a turn in
// between, as rr's do when those of high priority are blocked in the system.
std::size_t ChaosStrategy::start_turn(const core::ChoicePoint& point) {
  std::size_t high = 0;
  for (const core::Choice& choice : point.options) {
    high += static_cast<std::size_t>(!is_low(lane_of(choice)));
  }
  constexpr std::uint64_t kLowTurn = 20;  // one turn in so many
  const bool takes_any = high == 0 || (!is_in_window() && rng().below(kLowTurn) == 0);
  std::uint64_t drawn = rng().below(takes_any ? point.options.size() : high);
  std::size_t option = 0;
  while (true) {
    if (takes_any || !is_low(lane_of(point.options[option]))) {
      if (drawn == 0) break;
      --drawn;
    }
    ++option;
  }
  running_ = lane_of(point.options[option]);
  slice_left_ = draw_slice() - 1;
  return option;
}

std::size_t ChaosStrategy::choose_lane(const core::ChoicePoint& point) {
  if (++points_ >= redraw_at_) {
    priorities_.clear();
    redraw_at_ = points_ + 1 + rng().below(2 * horizon_);
  }
  if (slice_left_ > 0 && !(is_in_window() && is_low(running_))) {
    const auto running = std::ranges::find(point.options, running_, lane_of);
    if (running != point.options.end()) {
      --slice_left_;
      return static_cast<std::size_t>(running - point.options.begin());
    }
  }
  return start_turn(point);
}

}  // namespace heddle::harness
