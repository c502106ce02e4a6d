#include "shrinker/pair.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "shrinker/dependence.hpp"
#include "shrinker/order.hpp"
#include "shrinker/traces_fixture.hpp"

namespace heddle::shrinker {
namespace {

using core::Choice;
using core::Execution;
using core::toy::Op;
using core::toy::Program;
using core::toy::racy_increments;

Try trial_of(const Program& program, const std::string& passing_end) {
  return [=](const Candidate& candidate) {
    Execution execution = follow(program, candidate);
    const bool passes = execution.observation.starts_with(passing_end + " ");
    return Tried{.trial = passes ? Trial::Passes : Trial::Fails, .execution = std::move(execution)};
  };
}

// The failing trace with the two steps the other way round, as an order.
Candidate swapped(const Pair& pair) {
  const core::Trace& trace = pair.failing.trace;
  std::vector<std::uint32_t> events;
  for (std::uint32_t i = 0; i < trace.events.size(); ++i) {
    if (i == pair.earlier.index) events.push_back(pair.later.index);
    if (i != pair.later.index) events.push_back(i);
  }
  Candidate candidate;
  candidate.order = order_of(trace, events);
  return candidate;
}

RC_GTEST_PROP(Pair, fails_in_one_order_and_passes_in_the_other, (std::uint64_t seed)) {
  const Program program{.agents = {racy_increments(2), racy_increments(2), racy_increments(1)}};
  const Try attempt = trial_of(program, "5");
  const Execution failing = random_execution(program, seed);
  if (failing.observation.starts_with("5 ")) return;
  const auto pair = find_pair(failing, attempt);
  RC_ASSERT(pair.has_value());
  RC_ASSERT(attempt({.schedule = pair->failing.schedule}).trial == Trial::Fails);
  RC_ASSERT(attempt({.schedule = pair->passing.schedule}).trial == Trial::Passes);
  RC_ASSERT(pair->passes);
  RC_ASSERT(attempt(swapped(*pair)).trial == Trial::Passes);

  // They are neighbours, of two agents, and depend on each other.
  const core::Trace& trace = pair->failing.trace;
  RC_ASSERT(pair->later.index == pair->earlier.index + 1);
  RC_ASSERT(trace.events[pair->earlier.index].agent != trace.events[pair->later.index].agent);
  const std::vector<std::uint32_t> before = dependence_of(trace).before[pair->later.index];
  RC_ASSERT(std::ranges::count(before, pair->earlier.index) == 1);
}

TEST(Pair, is_found_where_the_failure_needs_no_preemption) {
  // Whoever comes first decides: it passes only if the second agent does.
  const Program program{.agents = {{{Op::Store, 0, 1}}, {{Op::Store, 0, 2}}}};
  const Try attempt = trial_of(program, "1");
  Candidate candidate;
  candidate.order = {Choice::next({1}), Choice::next({2})};
  const auto pair = find_pair(follow(program, candidate), attempt);
  ASSERT_TRUE(pair.has_value());
  EXPECT_EQ(pair->failing.trace.events[pair->earlier.index].agent, core::AgentId{1});
  EXPECT_EQ(pair->failing.trace.events[pair->later.index].agent, core::AgentId{2});
}

TEST(Pair, is_none_where_everything_fails) {
  const Program program{.agents = {racy_increments(1), racy_increments(1)}};
  std::uint64_t attempts = 0;
  const Try attempt = [&](const Candidate& candidate) {
    ++attempts;
    return Tried{.trial = Trial::Fails, .execution = follow(program, candidate)};
  };
  EXPECT_FALSE(find_pair(random_execution(program, 1), attempt, {.attempts_max = 20}).has_value());
  EXPECT_LE(attempts, 20U);
}

TEST(Pair, says_if_something_else_comes_of_the_other_order) {
  const Program program{.agents = {{{Op::Store, 0, 1}}, {{Op::Store, 0, 2}}, {{Op::Store, 0, 3}}}};
  // 3 passes, 2 is another failure, 1 the one that is looked into.
  const Try attempt = [&](const Candidate& candidate) {
    Execution execution = follow(program, candidate);
    const char end = execution.observation.front();
    const Trial trial = end == '1' ? Trial::Fails : end == '2' ? Trial::Other : Trial::Passes;
    return Tried{.trial = trial, .execution = std::move(execution)};
  };
  Candidate candidate;
  candidate.order = {Choice::next({3}), Choice::next({2}), Choice::next({1})};
  const auto pair = find_pair(follow(program, candidate), attempt);
  ASSERT_TRUE(pair.has_value());
  EXPECT_EQ(pair->failing.observation.front(), '1');
  EXPECT_EQ(pair->passes, pair->passing.observation.front() == '3');
}

}  // namespace
}  // namespace heddle::shrinker
