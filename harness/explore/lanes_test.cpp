#include "harness/explore/lanes.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/toy_machine.hpp"
#include "harness/explore/random.hpp"

namespace heddle::harness {
namespace {

using core::ActionKind;
using core::PendingAction;
using core::toy::Op;

PendingAction access(ActionKind kind, std::uint64_t offset, std::uint64_t size_bytes) {
  return {
      .kind = kind, .location = {core::RegionKind::Memory, 0, offset}, .size_bytes = size_bytes};
}

// Asks for the pending action of each option, in two ways.
class Checker final : public core::Chooser {
 public:
  explicit Checker(std::uint64_t seed) : rng_(seed) {}
  [[nodiscard]] core::Choice choose(const core::ChoicePoint& point) override {
    cache_.advance(point);
    for (std::size_t i = 0; i < point.pending.size(); ++i) {
      RC_ASSERT(is_step(point.options[i]));
      const PendingAction pending = pending_of(point, i);
      RC_ASSERT(pending.agent.index == point.options[i].operand);
      if (rng_.below(3) == 0) continue;  // described later, or never
      const PendingAction& cached = cache_.of(point, i);
      RC_ASSERT(cached.agent == pending.agent);
      RC_ASSERT(cached.where == pending.where);
    }
    return point.options[rng_.below(point.options.size())];
  }

 private:
  core::Rng rng_;
  PendingCache cache_;
};

RC_GTEST_PROP(Lanes, each_step_has_the_pending_action_of_its_agent, (std::uint64_t seed)) {
  const core::toy::Program program{
      .agents = {{{Op::WaitFor, 0, 0}, {Op::FetchAdd, 1, 1}, {Op::Load, 0, 0}},
                 {{Op::Load, 1, 0}, {Op::Notify, 0, 1}, {Op::StoreSum, 1, 2}},
                 {{Op::WaitFor, 0, 0}, {Op::StoreSum, 1, 1}},
                 core::toy::racy_increments(3)}};
  Checker checker(seed);
  static_cast<void>(core::toy::run(program, checker));
}

TEST(Lanes, accesses_race_if_they_share_a_byte_and_one_changes_it) {
  const auto races = [](const PendingAction& a, const PendingAction& b) {
    EXPECT_EQ(do_race(a, b), do_race(b, a));
    return do_race(a, b);
  };
  EXPECT_TRUE(races(access(ActionKind::Read, 4, 4), access(ActionKind::Write, 4, 4)));
  EXPECT_TRUE(races(access(ActionKind::Read, 0, 8), access(ActionKind::Write, 7, 1)));
  EXPECT_TRUE(races(access(ActionKind::Wait, 4, 4), access(ActionKind::Notify, 4, 0)));
  EXPECT_FALSE(races(access(ActionKind::Read, 4, 4), access(ActionKind::Read, 4, 4)));
  EXPECT_FALSE(races(access(ActionKind::Write, 0, 4), access(ActionKind::Write, 4, 4)));
  PendingAction elsewhere = access(ActionKind::Write, 0, 4);
  elsewhere.location.number = 1;
  EXPECT_FALSE(races(elsewhere, access(ActionKind::Write, 0, 4)));
  EXPECT_FALSE(races(PendingAction{}, PendingAction{}));
}

}  // namespace
}  // namespace heddle::harness
