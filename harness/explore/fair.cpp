#include "harness/explore/fair.hpp"

namespace heddle::harness {

namespace {

// Other numbers than the inner strategy draws from the same seed.
constexpr std::uint64_t kStream = 0xfa17;

}  // namespace

void FairStrategy::seek(std::uint64_t number) {
  inner_->seek(number);
  next_ = number;
}

bool FairStrategy::begin_execution() {
  if (!inner_->begin_execution()) return false;
  rng_ = core::Rng::stream(core::Rng::stream_seed(seed_, kStream), next_++);
  points_ = 0;
  return true;
}

core::Choice FairStrategy::choose(const core::ChoicePoint& point) {
  if (is_fair()) return point.options[rng_.below(point.options.size())];
  ++points_;
  return inner_->choose(point);
}

core::Rule FairStrategy::rule() {
  if (is_fair()) return {core::Rule::Kind::Uniform, &rng_};
  return inner_->rule();
}

}  // namespace heddle::harness
