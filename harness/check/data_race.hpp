// DataRaceJudge: accesses that conflict must be ordered. Spec: exec/relaxed, of the threads
// proposal.
//
// Rule "data-race". Two accesses of different agents race if they overlap in a byte, at least one
// writes, they are not both atomic and of the same range, and neither happened before the other.
// What happened before what is the least relation that the specification demands:
//   1. the order of each agent's own events; spawn before the child's first event; an agent's last
//      event before the join that waited for it;
//   2. an atomic write before an atomic read (or read-modify-write) of the same range that reads a
//      byte from it: atomics of different sizes never synchronise;
//   3. wait, wake-up, time-out and notify of one location are totally ordered;
//   4. initialisation before everything that overlaps it.
// Lengths of memories synchronise, but do not race: every access looks at one.
//
// The first finding is the first race in trace order: the earliest event that races, with the
// latest one that it races with. Others follow, one for each pair of instructions. The place is the
// two instructions' places, sorted, so that it does not depend on which came first.
//
// Vector clocks, as in FastTrack, but exact where atomics are concurrent.
#pragma once

#include <string_view>

#include "harness/check/judge.hpp"

namespace heddle::harness {

class DataRaceJudge final : public Judge {
 public:
  [[nodiscard]] std::string_view name() const override { return "races"; }
  [[nodiscard]] core::Verdict judge(const core::Execution& execution) const override;
};

}  // namespace heddle::harness
