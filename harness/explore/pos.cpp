#include "harness/explore/pos.hpp"

namespace heddle::harness {

void PosStrategy::begin() {
  priorities_.clear();
  pending_.clear();
}

std::size_t PosStrategy::choose_lane(const core::ChoicePoint& point) {
  pending_.advance(point);
  std::size_t best = 0;
  std::uint64_t highest = 0;
  for (std::size_t i = 0; i < point.options.size(); ++i) {
    std::uint64_t& priority = priorities_[lane_of(point.options[i])];
    if (priority == 0) priority = rng().next() | 1;
    if (priority > highest) {
      highest = priority;
      best = i;
    }
  }
  priorities_[lane_of(point.options[best])] = 0;
  if (!is_step(point.options[best])) return best;
  const core::PendingAction happens = pending_.of(point, best);
  if (happens.location.region == core::RegionKind::None) return best;
  for (std::size_t i = 0; i < point.pending.size(); ++i) {
    if (i != best && do_race(happens, pending_.of(point, i))) {
      priorities_[lane_of(point.options[i])] = 0;
    }
  }
  return best;
}

}  // namespace heddle::harness
