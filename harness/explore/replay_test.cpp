#include "harness/explore/replay.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "core/arbitrary.hpp"
#include "core/toy_machine.hpp"
#include "harness/explore/random.hpp"

namespace heddle::harness {
namespace {

using core::Choice;
using core::Execution;
using core::Schedule;
using core::TailKind;
using core::toy::Op;
using core::toy::Program;
using core::toy::racy_increments;

// Every kind of point: preemptions, blocking, waking, time-outs.
const Program kProgram{.agents = {{{Op::WaitFor, 0, 0}, {Op::FetchAdd, 1, 1}},
                                  {{Op::Load, 1, 0}, {Op::Notify, 0, 1}, {Op::StoreSum, 1, 2}},
                                  {{Op::Load, 1, 0}, {Op::StoreSum, 1, 1}}}};

struct Replayed {
  Execution execution;
  std::optional<Divergence> divergence;
};

Replayed replay(const Program& program, const Schedule& schedule, ReplayMode mode) {
  ReplayStrategy strategy(schedule, mode);
  EXPECT_TRUE(strategy.begin_execution());
  Execution execution = core::toy::run(program, strategy);
  strategy.end_execution(execution);
  EXPECT_TRUE(strategy.is_exhausted());
  EXPECT_FALSE(strategy.begin_execution());
  return {std::move(execution), strategy.divergence()};
}

Execution random_execution(const Program& program, std::uint64_t seed) {
  RandomStrategy strategy(seed);
  RC_ASSERT(strategy.begin_execution());
  return core::toy::run(program, strategy);
}

Schedule prefix_of(const Schedule& schedule, std::size_t length, core::Tail tail) {
  Schedule prefix = schedule;
  prefix.choices.resize(length);
  prefix.tail = tail;
  return prefix;
}

RC_GTEST_PROP(Replay, of_a_recorded_schedule_gives_the_same_trace_and_schedule,
              (std::uint64_t seed)) {
  const Execution recorded = random_execution(kProgram, seed);
  for (const ReplayMode mode : {ReplayMode::Strict, ReplayMode::Lenient}) {
    Schedule schedule = recorded.schedule;
    schedule.tail.kind = *rc::gen::element(TailKind::Stop, TailKind::First, TailKind::Random);
    const Replayed replayed = replay(kProgram, schedule, mode);
    RC_ASSERT(!replayed.divergence.has_value());
    RC_ASSERT(digest_of(replayed.execution.trace) == digest_of(recorded.trace));
    RC_ASSERT(replayed.execution.schedule.choices == recorded.schedule.choices);
    RC_ASSERT(replayed.execution.observation == recorded.observation);
  }
}

RC_GTEST_PROP(Replay, every_prefix_runs_under_every_tail, (std::uint64_t seed)) {
  const Execution recorded = random_execution(kProgram, seed);
  const std::size_t all = recorded.schedule.choices.size();
  for (std::size_t length = 0; length <= all; ++length) {
    for (const TailKind kind : {TailKind::Stop, TailKind::First, TailKind::Random}) {
      const Schedule prefix = prefix_of(
          recorded.schedule, length, {.kind = kind, .seed = kind == TailKind::Random ? seed : 0});
      const Replayed replayed = replay(kProgram, prefix, ReplayMode::Strict);
      RC_ASSERT(!replayed.divergence.has_value());
      const auto& choices = replayed.execution.schedule.choices;
      RC_ASSERT(choices.size() >= length);
      RC_ASSERT(std::equal(prefix.choices.begin(), prefix.choices.end(), choices.begin()));
      if (kind == TailKind::Stop) RC_ASSERT(choices.size() == length);
    }
  }
}

RC_GTEST_PROP(Replay, lenient_runs_any_schedule_to_the_end, ()) {
  Schedule schedule = *core::arbitrary::schedule();
  schedule.tail.kind = TailKind::First;
  const Replayed replayed = replay(kProgram, schedule, ReplayMode::Lenient);
  RC_ASSERT(replayed.execution.ends[0].outcome.kind != core::OutcomeKind::Unfinished);
  RC_ASSERT(!replayed.divergence.has_value());
}

TEST(Replay, tail_first_does_not_switch_while_the_agent_can_go_on) {
  Schedule schedule;
  schedule.choices = {Choice::next({2})};
  const Program program{.agents = {racy_increments(1), racy_increments(2)}};
  const Execution execution = replay(program, schedule, ReplayMode::Strict).execution;
  EXPECT_EQ(execution.schedule.choices, std::vector(4, Choice::next({2})));
  EXPECT_EQ(execution.preemptions, 0U);
}

TEST(StrictReplay, reports_a_choice_that_is_not_among_the_options_and_stops) {
  Schedule schedule;
  schedule.choices = {Choice::next({1}), Choice::next({7}), Choice::next({2})};
  const Program program{.agents = {racy_increments(1), racy_increments(1)}};
  const Replayed replayed = replay(program, schedule, ReplayMode::Strict);
  EXPECT_EQ(replayed.divergence,
            (Divergence{.choice = 1, .step = 1, .wanted = "t7", .options = "t1 t2"}));
  EXPECT_EQ(to_string(*replayed.divergence),
            "choice 1 (after 1 steps) is t7, but the options are t1 t2");
}

TEST(StrictReplay, reports_choices_that_were_not_used) {
  Schedule schedule;
  schedule.choices = {Choice::next({1}), Choice::next({1}), Choice::next({2})};
  const Program program{.agents = {racy_increments(1), racy_increments(1)}};
  const Replayed replayed = replay(program, schedule, ReplayMode::Strict);
  ASSERT_TRUE(replayed.divergence.has_value());
  EXPECT_EQ(to_string(*replayed.divergence),
            "choice 2 (after 4 steps) is t2, but there is nothing left to choose");
}

// Points that the toy machine does not have.
Choice choose_leniently(std::vector<Choice> recorded, const std::vector<Choice>& options,
                        int which_point = 0) {
  Schedule schedule;
  schedule.choices = std::move(recorded);
  ReplayStrategy strategy(schedule, ReplayMode::Lenient);
  Choice chosen;
  for (int i = 0; i <= which_point; ++i) chosen = strategy.choose({.options = options});
  return chosen;
}

TEST(LenientReplay, drops_choices_that_are_not_available) {
  const std::vector<Choice> agents{Choice::next({1}), Choice::next({2})};
  EXPECT_EQ(choose_leniently({Choice::next({5}), Choice::timeout({1}), Choice::next({2})}, agents),
            Choice::next({2}));
  EXPECT_EQ(choose_leniently({{core::ChoiceKind::GrowSucceeds, 1}, Choice::next({2})}, agents),
            Choice::next({2}));
  EXPECT_EQ(choose_leniently({Choice::next({5})}, agents), Choice::next({1}));
}

TEST(LenientReplay, keeps_choices_between_agents_while_something_else_is_chosen) {
  const std::vector<Choice> grow{{core::ChoiceKind::GrowSucceeds, 1},
                                 {core::ChoiceKind::GrowSucceeds, 0}};
  EXPECT_EQ(choose_leniently({Choice::next({2}), grow[1]}, grow), grow[0]);
  EXPECT_EQ(choose_leniently({grow[1], Choice::next({2})}, grow), grow[1]);
  EXPECT_EQ(choose_leniently({grow[1], Choice::next({2})}, grow, 1), grow[0]);
}

}  // namespace
}  // namespace heddle::harness
