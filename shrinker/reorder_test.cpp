#include "shrinker/reorder.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

#include "shrinker/order.hpp"
#include "shrinker/traces_fixture.hpp"

namespace heddle::shrinker {
namespace {

using core::Choice;
using core::Execution;
using core::toy::Code;
using core::toy::Op;
using core::toy::Program;
using core::toy::racy_increments;

Candidate candidate_of(const core::Trace& trace, const Order& order) {
  Candidate candidate;
  candidate.order = order_of(trace, order.events);
  return candidate;
}

Order reorder_all(const core::Trace& trace) {
  return reorder(trace, dependence_of(trace), std::vector<bool>(trace.events.size(), true));
}

RC_GTEST_PROP(Reorder, ends_alike_with_the_preemptions_that_it_says, (std::uint64_t seed)) {
  // Without a finite wait, a trace tells who could have gone on.
  const Program program{.agents = {racy_increments(2), racy_increments(2), racy_increments(1)}};
  const Execution execution = random_execution(program, seed);
  const Order order = reorder_all(execution.trace);
  RC_ASSERT(order.events.size() == execution.trace.events.size());
  const Execution again = follow(program, candidate_of(execution.trace, order));
  RC_ASSERT(again.observation == execution.observation);
  RC_ASSERT(again.preemptions == order.preemptions);
  RC_ASSERT(again.preemptions <= execution.preemptions);
}

RC_GTEST_PROP(Reorder, of_waits_and_timeouts_ends_alike, (std::uint64_t seed)) {
  const Execution execution = random_execution(any_toy(), seed);
  const Order order = reorder_all(execution.trace);
  RC_ASSERT(follow(any_toy(), candidate_of(execution.trace, order)).observation ==
            execution.observation);
}

// Of all executions whose dependent events have the same order, none has fewer.
TEST(Reorder, gives_the_fewest_preemptions_of_all_equal_executions) {
  const Program program{.agents = {racy_increments(1),
                                   racy_increments(1),
                                   {{Op::Load, 0, 0}, {Op::Store, 1, 1}, {Op::Load, 0, 0}}}};
  // What is read, in the order of each agent, and who writes after whom, tells the class.
  const auto class_of = [](const Execution& execution) {
    std::map<std::uint32_t, std::vector<std::vector<std::uint32_t>>> agents;
    const Dependence dependence = dependence_of(execution.trace);
    std::map<std::uint32_t, std::uint32_t> numbers;
    std::vector<std::uint32_t> names;
    for (std::size_t i = 0; i < execution.trace.events.size(); ++i) {
      const std::uint32_t agent = execution.trace.events[i].agent.index;
      names.push_back(100 * agent + numbers[agent]++);
      std::vector<std::uint32_t> before;
      for (const std::uint32_t event : dependence.before[i]) before.push_back(names[event]);
      std::ranges::sort(before);
      agents[agent].push_back(before);
    }
    return agents;
  };
  std::map<decltype(class_of(Execution{})), std::pair<std::uint64_t, Execution>> classes;
  core::toy::enumerate(program, [&](const Execution& execution) {
    auto& [fewest, any] =
        classes.try_emplace(class_of(execution), execution.preemptions, execution).first->second;
    fewest = std::min(fewest, execution.preemptions);
    any = execution;
  });
  ASSERT_GT(classes.size(), 10U);
  for (const auto& [ignored, each] : classes) {
    EXPECT_EQ(reorder_all(each.second.trace).preemptions, each.first);
  }
}

TEST(Reorder, of_many_agents_is_found_at_once) {
  // A circle: each takes its own cell, then looks whether the next one's is taken.
  constexpr std::uint32_t kAgents = 60;
  Program program{.agents = {}, .cells = kAgents};
  Candidate round;
  for (std::uint32_t i = 0; i < kAgents; ++i) {
    program.agents.push_back({{Op::Store, i, 1}, {Op::Load, (i + 1) % kAgents, 0}});
    round.order.push_back(Choice::next({i + 1}));
  }
  for (std::uint32_t i = 0; i < kAgents; ++i) round.order.push_back(Choice::next({i + 1}));
  const Execution execution = follow(program, round);
  EXPECT_EQ(execution.preemptions, kAgents);
  const Order order = reorder_all(execution.trace);
  EXPECT_EQ(order.preemptions, 1U);
  EXPECT_EQ(follow(program, candidate_of(execution.trace, order)).preemptions, 1U);
}

}  // namespace
}  // namespace heddle::shrinker
