#include "harness/explore/lanes.hpp"

#include <algorithm>

namespace heddle::harness {

std::size_t pending_index(const core::ChoicePoint& point, std::size_t option) {
  const core::Choice& first = point.options.front();
  if (!is_step(first) || first.operand != point.previous.index) return option;
  if (option != 0) {
    // Those before the previous agent have moved up by one.
    const bool is_behind = point.options[option].operand > first.operand;
    return is_behind ? option : option - 1;
  }
  std::size_t before = 0;
  while (before + 1 < point.pending.size() && point.options[before + 1].operand < first.operand) {
    ++before;
  }
  return before;
}

bool is_change(core::ActionKind kind) { return kind != core::ActionKind::Read; }

bool do_race(const core::PendingAction& left, const core::PendingAction& right) {
  const core::Location& a = left.location;
  const core::Location& b = right.location;
  if (a.region == core::RegionKind::None || a.region != b.region || a.number != b.number) {
    return false;
  }
  if (!is_change(left.kind) && !is_change(right.kind)) return false;
  const auto reaches = [](const core::Location& first, std::uint64_t size_bytes,
                          const core::Location& second) {
    return second.offset - first.offset < std::max<std::uint64_t>(size_bytes, 1);
  };
  return a.offset <= b.offset ? reaches(a, left.size_bytes, b) : reaches(b, right.size_bytes, a);
}

void PendingCache::clear() {
  ++epoch_;
  step_ = 0;
  options_ = 0;
}

void PendingCache::advance(const core::ChoicePoint& point) {
  if (options_ <= 2 && point.step != step_ + 1) ++epoch_;
  step_ = point.step;
  options_ = point.options.size();
  entries_[point.previous.index].epoch = 0;
}

const core::PendingAction& PendingCache::of(const core::ChoicePoint& point, std::size_t option) {
  Entry& entry = entries_[point.options[option].operand];
  if (entry.epoch != epoch_) entry = {.epoch = epoch_, .action = pending_of(point, option)};
  return entry.action;
}

}  // namespace heddle::harness
