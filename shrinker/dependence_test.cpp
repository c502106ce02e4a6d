#include "shrinker/dependence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "shrinker/order.hpp"
#include "shrinker/traces_fixture.hpp"

namespace heddle::shrinker {
namespace {

using core::Choice;
using core::Execution;
using core::toy::Op;
using core::toy::Program;
using testing::ElementsAre;
using testing::IsEmpty;

Candidate order(std::vector<std::uint32_t> agents) {
  Candidate candidate;
  for (const std::uint32_t agent : agents) candidate.order.push_back(Choice::next({agent}));
  return candidate;
}

TEST(Dependence, accesses_to_one_cell_depend_on_each_other_if_one_writes) {
  const Program program{.agents = {{{Op::Load, 0, 0}, {Op::Store, 1, 1}},
                                   {{Op::Load, 0, 0}, {Op::Store, 0, 1}, {Op::Load, 1, 0}}},
                        .cells = 2};
  const Execution execution = follow(program, order({1, 2, 2, 1, 2}));
  ASSERT_EQ(execution.trace.events.size(), 5U);
  const Dependence dependence = dependence_of(execution.trace);
  EXPECT_THAT(dependence.before[1], IsEmpty()) << "two reads";
  EXPECT_THAT(dependence.before[2], ElementsAre(0)) << "a read, then a write";
  EXPECT_THAT(dependence.before[3], IsEmpty()) << "another cell";
  EXPECT_THAT(dependence.before[4], ElementsAre(3)) << "a write, then a read";
  EXPECT_THAT(dependence.has_conflict, ElementsAre(true, false, true, true, true));
}

TEST(Dependence, waits_and_notifies_keep_their_order_and_who_is_woken_comes_after) {
  const Program program{.agents = {{{Op::Wait, 0, 0}, {Op::Load, 1, 0}}, {{Op::Notify, 0, 1}}},
                        .cells = 2};
  const Execution execution = follow(program, order({1, 2, 1}));
  ASSERT_EQ(execution.trace.events.size(), 4U);  // wait, notify, woken, load
  const Dependence dependence = dependence_of(execution.trace);
  EXPECT_THAT(dependence.before[1], ElementsAre(0));
  EXPECT_THAT(dependence.before[2], ElementsAre(1));
  EXPECT_THAT(steps_of(execution.trace), ElementsAre(true, true, false, true));
}

TEST(CausalPast, leaves_out_what_the_target_does_not_depend_on) {
  const Program program{.agents = {{{Op::Store, 0, 1}},
                                   {{Op::Store, 1, 1}, {Op::Load, 0, 0}},
                                   {{Op::Load, 1, 0}, {Op::Load, 2, 0}}},
                        .cells = 3};
  const Execution execution = follow(program, order({1, 2, 3, 2, 3}));
  const Dependence dependence = dependence_of(execution.trace);
  const std::vector<core::EventId> target{{2}};
  EXPECT_THAT(causal_past(execution.trace, dependence, target),
              ElementsAre(false, true, true, false, false));
  EXPECT_THAT(causal_past(execution.trace, dependence, {}),
              ElementsAre(true, true, true, true, true));
}

// Of two neighbours that do not depend on each other, the order makes no difference.
RC_GTEST_PROP(Dependence, neighbours_without_it_can_be_swapped, (std::uint64_t seed)) {
  const Program program = any_toy();
  const Execution execution = random_execution(program, seed);
  const core::Trace& trace = execution.trace;
  const Dependence dependence = dependence_of(trace);
  const std::vector<bool> is_step = steps_of(trace);
  Candidate candidate;
  candidate.order = order_of(trace);
  std::vector<std::size_t> events;
  for (std::size_t i = 0; i < trace.events.size(); ++i) {
    if (is_step[i]) events.push_back(i);
  }
  RC_ASSERT(follow(program, candidate).observation == execution.observation);
  for (std::size_t i = 0; i + 1 < events.size(); ++i) {
    if (events[i] + 1 != events[i + 1]) continue;
    if (trace.events[events[i]].agent == trace.events[events[i + 1]].agent) continue;
    if (!dependence.before[events[i + 1]].empty()) continue;
    Candidate other = candidate;
    std::swap(other.order[i], other.order[i + 1]);
    RC_ASSERT(follow(program, other).observation == execution.observation);
  }
}

}  // namespace
}  // namespace heddle::shrinker
