#include "harness/explore/random.hpp"

namespace heddle::harness {

bool RandomStrategy::begin_execution() {
  execution_seed_ = core::Rng::stream_seed(seed_, executions_++);
  rng_ = core::Rng(execution_seed_);
  return true;
}

core::Choice RandomStrategy::choose(const core::ChoicePoint& point) {
  return point.options[rng_.below(point.options.size())];
}

void RandomStrategy::end_execution(const core::Execution&) {}

}  // namespace heddle::harness
