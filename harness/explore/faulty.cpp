#include "harness/explore/faulty.hpp"

#include <algorithm>

namespace heddle::harness {

namespace {

constexpr std::uint64_t kStream = 0xfa5e;

std::size_t steps_of(const core::ChoicePoint& point) { return point.pending.size(); }

}  // namespace

FaultyStrategy::FaultyStrategy(std::unique_ptr<Strategy> inner, std::uint64_t seed,
                               const core::FaultRates& rates)
    : WrappedStrategy(std::move(inner), seed, kStream), rates_(rates) {}

bool FaultyStrategy::begin_execution() {
  points_ = 0;
  asleep_until_.clear();
  return WrappedStrategy::begin_execution();
}

// A number in [0, 1) with 53 bits.
bool FaultyStrategy::happens(double rate) {
  return rate > 0 && static_cast<double>(rng().next() >> 11) * 0x1p-53 < rate;
}

core::Choice FaultyStrategy::choose(const core::ChoicePoint& point) {
  if (!is_between_lanes(point)) return choose_fault(point);
  ++points_;
  if (steps_of(point) == 0) return choose_timeout(point);
  if (is_quiet(point)) return choose_quietly(point);
  if (steps_of(point) < point.options.size() && happens(rates_.timeout_early)) {
    const std::size_t timeouts = point.options.size() - steps_of(point);
    return point.options[steps_of(point) + rng().below(timeouts)];
  }
  put_someone_to_sleep(point);
  return choose_among_awake(point);
}

// "No fault" is the first option. What is no fault at all is the other strategy's business.
core::Choice FaultyStrategy::choose_fault(const core::ChoicePoint& point) {
  const core::Choice& last = point.options.back();
  double rate = 0;
  switch (last.kind) {
    case core::ChoiceKind::GrowSucceeds:  // which of the two is not known
      rate = std::max(rates_.grow, rates_.table_grow);
      break;
    case core::ChoiceKind::SpawnSucceeds:
      rate = rates_.spawn;
      break;
    case core::ChoiceKind::CollectGarbage:
      rate = rates_.collect;
      break;
    case core::ChoiceKind::Fault:
      rate = last.operand == static_cast<std::uint64_t>(core::FaultKind::CallDepth) ? rates_.depth
                                                                                    : rates_.clock;
      break;
    case core::ChoiceKind::NextAgent:
    case core::ChoiceKind::TimeoutFires:
    case core::ChoiceKind::ReadsFrom:
    case core::ChoiceKind::NanBits:
    case core::ChoiceKind::RelaxedResult:
    case core::ChoiceKind::TlsReclaim:
      return inner().choose(point);
  }
  if (is_quiet(point) || !happens(rate)) return point.options.front();
  return point.options[1 + rng().below(point.options.size() - 1)];
}

// Nobody can step; the first timeout is the earliest.
core::Choice FaultyStrategy::choose_timeout(const core::ChoicePoint& point) {
  if (is_quiet(point) || !happens(rates_.timeout_late)) return point.options.front();
  return point.options[1 + rng().below(point.options.size() - 1)];
}

core::Choice FaultyStrategy::choose_quietly(const core::ChoicePoint& point) {
  return point.options[rng().below(are_due() ? point.options.size() : steps_of(point))];
}

void FaultyStrategy::put_someone_to_sleep(const core::ChoicePoint& point) {
  constexpr std::uint64_t kPauseDoublings = 12;  // 1 to 2048
  constexpr std::uint64_t kStarveDoublings = 7;  // 256 to 16384
  constexpr std::uint64_t kStarveShortest = 256;
  const auto sleep = [&](std::uint64_t points) {
    asleep_until_[point.options[rng().below(steps_of(point))].operand] = points_ + points;
  };
  if (happens(rates_.pause)) sleep(std::uint64_t{1} << rng().below(kPauseDoublings));
  if (happens(rates_.starve)) sleep(kStarveShortest << rng().below(kStarveDoublings));
}

core::Choice FaultyStrategy::choose_among_awake(const core::ChoicePoint& point) {
  awake_.clear();
  view_.point = &point;
  view_.pending.clear();
  for (std::size_t i = 0; i < steps_of(point); ++i) {
    if (asleep_until_[point.options[i].operand] > points_) continue;
    awake_.push_back(point.options[i]);
    view_.pending.push_back(pending_index(point, i));
  }
  std::ranges::sort(view_.pending);
  if (are_due()) {
    const auto timeouts = point.options.subspan(steps_of(point));
    awake_.insert(awake_.end(), timeouts.begin(), timeouts.end());
  }
  if (awake_.empty()) return point.options[rng().below(steps_of(point))];  // or nobody would step
  const auto describe = [](const void* source, std::size_t index) {
    const Awake& awake = *static_cast<const Awake*>(source);
    return awake.point->pending[awake.pending[index]];
  };
  return inner().choose({.options = awake_,
                         .pending = {&view_, view_.pending.size(), describe},
                         .previous = point.previous,
                         .step = point.step});
}

}  // namespace heddle::harness
