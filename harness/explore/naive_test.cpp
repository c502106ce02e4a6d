#include "harness/explore/naive.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "core/toy_machine.hpp"

namespace heddle::harness {
namespace {

using core::Execution;
using core::toy::Code;
using core::toy::Op;
using core::toy::Program;
using core::toy::racy_increments;

std::vector<Execution> explore(const Program& program, NaiveStrategy& strategy) {
  std::vector<Execution> executions;
  while (strategy.begin_execution()) {
    executions.push_back(core::toy::run(program, strategy));
    strategy.end_execution(executions.back());
  }
  return executions;
}

std::vector<Execution> explore(const Program& program) {
  NaiveStrategy strategy;
  return explore(program, strategy);
}

std::vector<std::vector<core::Choice>> choices_of(const std::vector<Execution>& executions) {
  std::vector<std::vector<core::Choice>> choices;
  for (const Execution& execution : executions) choices.push_back(execution.schedule.choices);
  return choices;
}

// Enumerated without a strategy.
std::vector<Execution> oracle(const Program& program, std::uint64_t preemptions_max = ~0ULL) {
  std::vector<Execution> executions;
  core::toy::enumerate(program, [&](const Execution& execution) {
    if (execution.preemptions <= preemptions_max) executions.push_back(execution);
  });
  return executions;
}

Code loads(int count) { return Code(static_cast<std::size_t>(count), {Op::Load, 0, 0}); }

TEST(NaiveStrategy, runs_as_many_executions_as_there_are_interleavings) {
  EXPECT_EQ(explore({.agents = {loads(1), loads(1)}}).size(), 2U);
  EXPECT_EQ(explore({.agents = {loads(3), loads(4)}}).size(), 35U);             // 7!/(3!4!)
  EXPECT_EQ(explore({.agents = {loads(2), loads(3), loads(2)}}).size(), 210U);  // 7!/(2!3!2!)
  EXPECT_EQ(explore({.agents = {loads(5)}}).size(), 1U);
  EXPECT_EQ(explore({.agents = {}}).size(), 1U);
}

TEST(NaiveStrategy, finds_all_final_states_of_a_race) {
  std::set<std::string> sums;
  for (const Execution& execution :
       explore({.agents = {racy_increments(2), racy_increments(2)}, .cells = 1})) {
    sums.insert(execution.observation.substr(0, 1));
  }
  EXPECT_THAT(sums, testing::ElementsAre("2", "3", "4"));
}

TEST(NaiveStrategy, reports_how_much_it_covered) {
  const Program program{.agents = {racy_increments(1), racy_increments(1)}};
  NaiveStrategy all;
  EXPECT_EQ(all.coverage(), Coverage::Sampled);
  explore(program, all);
  EXPECT_TRUE(all.is_exhausted());
  EXPECT_EQ(all.coverage(), Coverage::Complete);

  NaiveStrategy tight(1);
  explore(program, tight);
  EXPECT_EQ(tight.coverage(), Coverage::Bounded);

  NaiveStrategy wide(100);
  explore(program, wide);
  EXPECT_EQ(wide.coverage(), Coverage::Complete);
}

TEST(NaiveStrategy, without_preemptions_runs_each_order_of_whole_agents_once) {
  NaiveStrategy strategy(0);
  const auto executions = explore({.agents = {loads(3), loads(4), loads(2)}}, strategy);
  EXPECT_EQ(executions.size(), 6U);
}

// Programs small enough to enumerate: two or three agents, with at most seven steps together.
Program small_program() {
  const auto instruction = rc::gen::build<core::toy::Instruction>(
      rc::gen::set(&core::toy::Instruction::op,
                   rc::gen::element(Op::Load, Op::Store, Op::StoreSum, Op::FetchAdd, Op::Wait,
                                    Op::WaitFor, Op::Notify, Op::Trap)),
      rc::gen::set(&core::toy::Instruction::cell, rc::gen::inRange<std::uint32_t>(0, 2)),
      rc::gen::set(&core::toy::Instruction::value, rc::gen::inRange<std::uint32_t>(0, 2)));
  const auto code = [&](std::size_t length) {
    return *rc::gen::container<Code>(length, instruction);
  };
  Program program;
  program.agents = {code(*rc::gen::inRange<std::size_t>(0, 4)),
                    code(*rc::gen::inRange<std::size_t>(0, 3))};
  if (*rc::gen::arbitrary<bool>()) program.agents.push_back(code(2));
  return program;
}

RC_GTEST_PROP(NaiveStrategy, runs_exactly_the_executions_of_the_oracle, ()) {
  const Program program = small_program();
  RC_ASSERT(choices_of(explore(program)) == choices_of(oracle(program)));
}

RC_GTEST_PROP(NaiveStrategy, with_a_bound_runs_exactly_those_with_few_preemptions, ()) {
  const Program program = small_program();
  for (std::uint64_t bound = 0; bound <= 3; ++bound) {
    NaiveStrategy strategy(bound);
    const auto executions = explore(program, strategy);
    RC_ASSERT(choices_of(executions) == choices_of(oracle(program, bound)));
    RC_ASSERT((strategy.coverage() == Coverage::Complete) ==
              (executions.size() == oracle(program).size()));
  }
}

// The second execution has other agents than the first.
void explore_something_that_changes() {
  NaiveStrategy strategy;
  for (const Program& program : {Program{.agents = {loads(1), loads(1), loads(1)}},
                                 Program{.agents = {{}, loads(2), {}, loads(1)}}}) {
    static_cast<void>(strategy.begin_execution());
    strategy.end_execution(core::toy::run(program, strategy));
  }
}

TEST(NaiveStrategy, a_program_that_is_not_deterministic_is_an_internal_error) {
  EXPECT_DEATH(explore_something_that_changes(), "does not hold");
}

}  // namespace
}  // namespace heddle::harness
