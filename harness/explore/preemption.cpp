#include "harness/explore/preemption.hpp"

namespace heddle::harness {

bool PreemptionStrategy::is_exhausted() const {
  if (!search_.is_exhausted()) return false;
  return search_.coverage() == Coverage::Complete || preemptions_ == preemptions_max_;
}

bool PreemptionStrategy::begin_execution() {
  if (is_exhausted()) return false;
  if (search_.is_exhausted()) search_ = NaiveStrategy(++preemptions_);
  return search_.begin_execution();
}

Coverage PreemptionStrategy::coverage() const {
  if (search_.is_exhausted()) return search_.coverage();
  return preemptions_ > 0 ? Coverage::Bounded : Coverage::Sampled;
}

}  // namespace heddle::harness
