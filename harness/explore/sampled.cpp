#include "harness/explore/sampled.hpp"

namespace heddle::harness {

bool SampledStrategy::begin_execution() {
  rng_ = core::Rng::stream(seed_, next_);
  profile_->begin_execution(next_);
  ++next_;
  begin();
  return true;
}

core::Choice SampledStrategy::choose(const core::ChoicePoint& point) {
  if (!is_between_lanes(point)) return point.options[rng_.below(point.options.size())];
  profile_->observe(point);
  const std::size_t option = choose_lane(point);
  profile_->count(point, option);
  return point.options[option];
}

void SampledStrategy::end_execution(const core::Execution&) { profile_->end_execution(); }

}  // namespace heddle::harness
