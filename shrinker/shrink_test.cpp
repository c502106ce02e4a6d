#include "shrinker/shrink.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "core/rng.hpp"
#include "core/toy_machine.hpp"

namespace heddle::shrinker {
namespace {

using core::Choice;
using core::ChoicePoint;
using core::Execution;
using core::toy::Code;
using core::toy::Op;
using core::toy::Program;
using core::toy::racy_increments;

class Random final : public core::Chooser {
 public:
  explicit Random(std::uint64_t seed) : rng_(seed) {}
  Choice choose(const ChoicePoint& point) override {
    return point.options[rng_.below(point.options.size())];
  }

 private:
  core::Rng rng_;
};

using Failure = std::function<bool(const Execution&)>;

Run runner(const Program& program, const Failure& is_failure) {
  return [=](const Candidate& candidate) -> std::optional<Failing> {
    Follower follower(candidate);
    Execution execution = core::toy::run(program, follower);
    if (!is_failure(execution)) return std::nullopt;
    return Failing{.execution = std::move(execution)};
  };
}

// The first failure among random executions, or the last execution.
Execution find_failure(const Program& program, const Failure& is_failure, std::uint64_t seed) {
  Execution execution;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    Random chooser(core::Rng::stream_seed(seed, i));
    execution = core::toy::run(program, chooser);
    if (is_failure(execution)) break;
  }
  return execution;
}

std::uint64_t fewest_preemptions(const Program& program, const Failure& is_failure) {
  std::uint64_t fewest = ~0ULL;
  core::toy::enumerate(program, [&](const Execution& execution) {
    if (is_failure(execution)) fewest = std::min(fewest, execution.preemptions);
  });
  return fewest;
}

Failure first_cell_is_not(std::uint32_t value) {
  return [=](const Execution& execution) {
    return execution.observation.substr(0, execution.observation.find(' ')) !=
           std::to_string(value);
  };
}

bool has_trap(const Execution& execution) {
  return std::ranges::any_of(execution.ends, [](const core::AgentEnd& end) {
    return end.outcome.kind == core::OutcomeKind::Trapped;
  });
}

bool is_deadlocked(const Execution& execution) {
  return execution.ends[0].outcome.kind == core::OutcomeKind::Blocked;
}

RC_GTEST_PROP(Shrink, a_lost_update_of_three_agents_has_one_preemption, (std::uint64_t seed)) {
  const Program program{.agents = {racy_increments(3), racy_increments(3), racy_increments(3)}};
  const Failure lost = first_cell_is_not(9);
  const auto result = shrink(find_failure(program, lost, seed), runner(program, lost));
  RC_ASSERT(result.has_value());
  RC_ASSERT(result->preemptions == 1U);
  RC_ASSERT(result->execution.preemptions == 1U);
  RC_ASSERT(lost(result->execution));
}

// Agent 2 traps only if it sees 1 then 2 in one cell while agent 1 is in the middle of its own
// work.
const Program kTwoPreemptions{
    .agents = {{{Op::Store, 0, 1}, {Op::Load, 1, 0}, {Op::Trap, 1, 5}, {Op::Store, 0, 0}},
               {{Op::Load, 0, 0}, {Op::StoreSum, 1, 4}, {Op::Load, 0, 0}, {Op::StoreSum, 1, 0}}}};

RC_GTEST_PROP(Shrink, a_failure_that_needs_two_preemptions_has_two, (std::uint64_t seed)) {
  static const std::uint64_t kFewest = fewest_preemptions(kTwoPreemptions, has_trap);
  RC_ASSERT(kFewest == 2U);
  const auto result =
      shrink(find_failure(kTwoPreemptions, has_trap, seed), runner(kTwoPreemptions, has_trap));
  RC_ASSERT(result.has_value());
  RC_ASSERT(result->preemptions == 2U);
}

// Twenty agents that take what they do not keep in order to show that one overtakes another: the
// failing execution switches almost always, and only two of its agents matter.
RC_GTEST_PROP(Shrink, of_many_agents_the_two_that_matter_are_found, (std::uint64_t seed)) {
  Program program{.agents = std::vector(20, Code{{Op::Store, 0, 1}, {Op::Store, 1, 1}}),
                  .cells = 2};
  program.agents.push_back(
      {{Op::Load, 1, 0}, {Op::Trap, 1, 1}, {Op::Load, 0, 0}, {Op::Trap, 0, 1}});
  const auto result = shrink(find_failure(program, has_trap, seed), runner(program, has_trap));
  RC_ASSERT(result.has_value());
  RC_ASSERT(result->preemptions <= 1U);
}

// The second agent answers the first's notify by one of its own, which is lost if it comes before
// the first waits for it.
const Program kLostWakeup{.agents = {{{Op::Store, 0, 1}, {Op::Notify, 0, 1}, {Op::Wait, 1, 0}},
                                     {{Op::Wait, 0, 0}, {Op::Notify, 1, 1}},
                                     racy_increments(2, 2)},
                          .cells = 3};

RC_GTEST_PROP(Shrink, a_lost_wakeup_stays_a_deadlock, (std::uint64_t seed)) {
  static const std::uint64_t kFewest = fewest_preemptions(kLostWakeup, is_deadlocked);
  const auto result =
      shrink(find_failure(kLostWakeup, is_deadlocked, seed), runner(kLostWakeup, is_deadlocked));
  RC_ASSERT(result.has_value());
  RC_ASSERT(is_deadlocked(result->execution));
  RC_ASSERT(kFewest == 1U);
  RC_ASSERT(result->preemptions == kFewest);
}

TEST(Shrink, a_schedule_that_does_not_fail_again_is_rejected) {
  const Program program{.agents = {racy_increments(1), racy_increments(1)}};
  Execution passing;
  passing.schedule.choices = {Choice::next({1}), Choice::next({1})};
  EXPECT_FALSE(shrink(passing, runner(program, first_cell_is_not(2))).has_value());
}

// Two waits that may time out; the failure is that the second one does.
TEST(Shrink, leaves_out_timeouts_and_faults_that_do_not_matter) {
  const Program program{.agents = {{{Op::WaitFor, 0, 0}, {Op::Store, 2, 1}},
                                   {{Op::WaitFor, 1, 0}, {Op::Store, 3, 1}},
                                   {{Op::Notify, 0, 1}, {Op::Notify, 1, 1}}},
                        .cells = 4};
  const auto timeouts_of = [](const Execution& execution) {
    return std::ranges::count_if(execution.schedule.choices, [](const Choice& choice) {
      return choice.kind == core::ChoiceKind::TimeoutFires;
    });
  };
  const Failure second_times_out = [](const Execution& execution) {
    return std::ranges::count(execution.schedule.choices, Choice::timeout({2})) == 1;
  };
  Execution failing;
  for (std::uint64_t seed = 0; timeouts_of(failing) < 2; ++seed) {
    failing = find_failure(program, second_times_out, seed);
  }
  const auto result = shrink(failing, runner(program, second_times_out));
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(timeouts_of(result->execution), 1);
}

TEST(Shrink, prefers_more_switches_to_a_fault) {
  const Choice fault{.kind = core::ChoiceKind::Fault, .operand = 1};
  Execution with_fault;
  with_fault.schedule.choices = {Choice::next({1}), fault};
  with_fault.preemptions = 1;
  Execution without_fault;
  without_fault.schedule.choices = {Choice::next({1}), Choice::next({2}), Choice::next({1}),
                                    Choice::next({2})};
  without_fault.preemptions = 1;
  const shrinker::Run run = [&](const Candidate& candidate) -> std::optional<Failing> {
    const bool fails = std::ranges::count(candidate.schedule.choices, fault) > 0;
    return Failing{.execution = fails ? with_fault : without_fault};
  };
  const auto result = shrink(with_fault, run);
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->execution.schedule.choices, without_fault.schedule.choices);
}

// A circle of agents that each take something, and then find the next one's taken: one of them is
// preempted, and then only one order of all the others will do.
TEST(Shrink, of_a_circle_of_different_agents_one_preemption_is_left) {
  constexpr std::uint32_t kAgents = 12;
  Program program{.agents = {}, .cells = kAgents};
  for (std::uint32_t i = 0; i < kAgents; ++i) {
    program.agents.push_back({{Op::Store, i, 1}, {Op::Load, (i + 1) % kAgents, 0}});
  }
  const Failure all_taken = [](const Execution& execution) {
    return execution.observation.find('0') == std::string::npos;
  };
  Candidate round;
  for (std::uint32_t i = 0; i < 2 * kAgents; ++i) {
    round.order.push_back(Choice::next({i % kAgents + 1}));
  }
  Follower follower(round);
  const Execution failing = core::toy::run(program, follower);
  ASSERT_TRUE(all_taken(failing));
  ASSERT_EQ(failing.preemptions, kAgents);
  const auto result = shrink(failing, runner(program, all_taken));
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->preemptions, 1U);
}

TEST(Shrink, keeps_the_smallest_execution_even_if_others_fail_too) {
  Execution first;
  first.schedule.choices = {Choice::next({1}), Choice::next({2}), Choice::next({1})};
  first.preemptions = 2;
  first.steps = 9;
  std::uint64_t runs = 0;
  const shrinker::Run run = [&](const Candidate&) -> std::optional<Failing> {
    Execution execution = first;
    if (runs > 0) execution.steps += 100 - runs;  // larger than the first, if ever less so
    ++runs;
    return Failing{.execution = std::move(execution)};
  };
  const auto result = shrink(first, run, {.attempts_max = 50});
  ASSERT_TRUE(result.has_value());
  EXPECT_GT(runs, 1U);
  EXPECT_EQ(result->execution.steps, 9U);
}

TEST(Shrink, a_failure_without_any_choice_is_an_empty_schedule) {
  const Program program{.agents = {racy_increments(2), racy_increments(2)}};
  const Failure always = [](const Execution&) { return true; };
  const auto result = shrink(find_failure(program, always, 3), runner(program, always));
  ASSERT_TRUE(result.has_value());
  EXPECT_TRUE(result->schedule.choices.empty());
  EXPECT_EQ(result->preemptions, 0U);
}

// Programs that never block, small enough to know the fewest preemptions, failing by final
// contents.
Program small_program() {
  const auto instruction = rc::gen::build<core::toy::Instruction>(
      rc::gen::set(&core::toy::Instruction::op,
                   rc::gen::element(Op::Load, Op::Store, Op::StoreSum, Op::FetchAdd)),
      rc::gen::set(&core::toy::Instruction::cell, rc::gen::inRange<std::uint32_t>(0, 2)),
      rc::gen::set(&core::toy::Instruction::value, rc::gen::inRange<std::uint32_t>(0, 3)));
  Program program;
  const bool are_three = *rc::gen::arbitrary<bool>();
  for (int i = 0; i < (are_three ? 3 : 2); ++i) {
    const auto length = *rc::gen::inRange<std::size_t>(1, are_three ? 4 : 6);
    program.agents.push_back(*rc::gen::container<Code>(length, instruction));
  }
  return program;
}

// The end that takes the most preemptions to reach: its fewest preemptions, and the last execution
// that reaches it.
std::pair<std::uint64_t, Execution> hardest_end(const Program& program) {
  std::map<std::string, std::pair<std::uint64_t, Execution>> ends;
  core::toy::enumerate(program, [&](const Execution& execution) {
    const auto [found, is_new] =
        ends.try_emplace(execution.observation, execution.preemptions, execution);
    found->second.first = std::min(found->second.first, execution.preemptions);
    found->second.second = execution;
  });
  return std::ranges::max_element(ends, {}, [](const auto& end) { return end.second.first; })
      ->second;
}

RC_GTEST_PROP(Shrink, finds_the_fewest_preemptions_if_they_are_at_most_two, ()) {
  const Program program = small_program();
  const auto [fewest, failing] = hardest_end(program);
  const Failure same_end = [&](const Execution& execution) {
    return execution.observation == failing.observation;
  };
  const auto result = shrink(failing, runner(program, same_end), {.attempts_max = 50'000});
  RC_ASSERT(result.has_value());
  RC_TAG(fewest);
  RC_ASSERT(result->preemptions >= fewest);
  if (fewest <= 2) RC_ASSERT(result->preemptions == fewest);
}

RC_GTEST_PROP(Shrink, the_result_is_what_its_schedule_gives_and_is_never_larger,
              (std::uint64_t seed)) {
  const Program program{.agents = {racy_increments(2), racy_increments(3), racy_increments(1)}};
  const Failure lost = first_cell_is_not(6);
  const Execution failing = find_failure(program, lost, seed);
  const Run run = runner(program, lost);
  const auto result = shrink(failing, run);
  RC_ASSERT(result.has_value());
  RC_ASSERT(result->preemptions <= failing.preemptions);
  RC_ASSERT(result->attempts <= ShrinkOptions{}.attempts_max);

  const auto again = run({.schedule = result->schedule});
  RC_ASSERT(again.has_value());
  RC_ASSERT(again->execution.schedule.choices == result->execution.schedule.choices);
  RC_ASSERT(digest_of(again->execution.trace) == digest_of(result->execution.trace));

  const auto twice = shrink(failing, run);
  RC_ASSERT(twice->schedule == result->schedule);
  RC_ASSERT(twice->attempts == result->attempts);
}

RC_GTEST_PROP(Shrink, never_runs_more_often_than_it_may, (std::uint64_t seed)) {
  const Program program{.agents = {racy_increments(3), racy_increments(3), racy_increments(3)}};
  const Failure lost = first_cell_is_not(9);
  const Execution failing = find_failure(program, lost, seed);
  for (const std::uint64_t attempts_max : {1U, 2U, 10U}) {
    std::uint64_t runs = 0;
    const Run run = runner(program, lost);
    const auto result = shrink(failing,
                               [&](const Candidate& candidate) {
                                 ++runs;
                                 return run(candidate);
                               },
                               {.attempts_max = attempts_max});
    RC_ASSERT(result.has_value());
    RC_ASSERT(runs <= attempts_max);
    RC_ASSERT(result->attempts == runs);
    RC_ASSERT(result->is_exhausted);
  }
}

TEST(Shrink, ends_soon_after_its_steps_have_run_out_or_it_is_stopped) {
  const Program program{.agents = {racy_increments(3), racy_increments(3), racy_increments(3)}};
  const Failure lost = first_cell_is_not(9);
  const Execution failing = find_failure(program, lost, 1);
  std::uint64_t runs = 0;
  const shrinker::Run run = [&, inner = runner(program, lost)](const Candidate& candidate) {
    ++runs;
    return inner(candidate);
  };
  const auto result = shrink(failing, run, {.steps_max = 5 * failing.steps});
  ASSERT_TRUE(result.has_value());
  EXPECT_TRUE(result->is_exhausted);
  EXPECT_EQ(runs, 5U);

  runs = 0;
  const auto stopped = shrink(failing, run, {.should_stop = [&runs] { return runs == 3; }});
  ASSERT_TRUE(stopped.has_value());
  EXPECT_TRUE(stopped->is_exhausted);
  EXPECT_EQ(runs, 3U);
}

}  // namespace
}  // namespace heddle::shrinker
