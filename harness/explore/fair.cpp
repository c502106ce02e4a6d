#include "harness/explore/fair.hpp"

namespace heddle::harness {

namespace {

constexpr std::uint64_t kStream = 0xfa17;

}  // namespace

FairStrategy::FairStrategy(std::unique_ptr<Strategy> inner, std::uint64_t seed,
                           std::uint64_t unfair_max)
    : WrappedStrategy(std::move(inner), seed, kStream), unfair_max_(unfair_max) {}

bool FairStrategy::begin_execution() {
  points_ = 0;
  return WrappedStrategy::begin_execution();
}

core::Choice FairStrategy::choose(const core::ChoicePoint& point) {
  if (is_fair()) return point.options[rng().below(point.options.size())];
  ++points_;
  return inner().choose(point);
}

core::Rule FairStrategy::rule() {
  if (is_fair()) return {core::Rule::Kind::Uniform, &rng()};
  return inner().rule();
}

}  // namespace heddle::harness
