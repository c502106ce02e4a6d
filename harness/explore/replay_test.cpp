#include "harness/explore/replay.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <vector>

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
  core::Record record;
};

Replayed replay(const Program& program, const Schedule& schedule, ReplayMode mode,
                const std::optional<core::Record>& expected = std::nullopt) {
  ReplayStrategy strategy(schedule, mode, expected);
  EXPECT_TRUE(strategy.begin_execution());
  Execution execution = core::toy::run(program, strategy);
  strategy.end_execution(execution);
  EXPECT_TRUE(strategy.is_exhausted());
  EXPECT_FALSE(strategy.begin_execution());
  return {std::move(execution), strategy.divergence(), strategy.take_record()};
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
  EXPECT_EQ(
      replayed.divergence,
      (Divergence{.choice = 1, .step = 1, .wanted = "t7", .options = "t1 t2", .earliest = 1}));
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

RC_GTEST_PROP(StrictReplay, of_the_same_program_gives_the_same_record, (std::uint64_t seed)) {
  Schedule schedule = random_execution(kProgram, seed).schedule;
  schedule.choices.resize(*rc::gen::inRange<std::size_t>(0, schedule.choices.size() + 1));
  const Replayed first = replay(kProgram, schedule, ReplayMode::Strict);
  RC_ASSERT(first.record.count == first.execution.schedule.choices.size());
  const Replayed again = replay(kProgram, schedule, ReplayMode::Strict, first.record);
  RC_ASSERT(!again.divergence.has_value());
  RC_ASSERT(again.record == first.record);
}

// Of a replay that is held against a record of which the second choice was changed.
std::optional<Divergence> divergence_of(
    const std::function<void(core::ChoiceRecord&)>& change_second) {
  const Program program{.agents = {racy_increments(1), racy_increments(1)}};
  Schedule schedule;
  schedule.choices = {Choice::next({1}), Choice::next({2})};
  core::Record record = replay(program, schedule, ReplayMode::Strict).record;
  EXPECT_EQ(record.count, 3U) << "the second agent's store is chosen by the tail";
  change_second(record.choices[1]);
  return replay(program, schedule, ReplayMode::Strict, record).divergence;
}

TEST(StrictReplay, compares_everything_that_is_recorded_of_a_choice) {
  EXPECT_EQ(divergence_of([](core::ChoiceRecord&) {}), std::nullopt);
  const std::vector<std::function<void(core::ChoiceRecord&)>> changes{
      [](core::ChoiceRecord& record) { ++record.step; },
      [](core::ChoiceRecord& record) { record.options.pop_back(); },
      [](core::ChoiceRecord& record) { record.action = core::ActionKind::Notify; },
      [](core::ChoiceRecord& record) { ++record.location.offset; },
      [](core::ChoiceRecord& record) { ++record.size_bytes; },
      [](core::ChoiceRecord& record) { ++record.where.offset; }};
  for (const auto& change : changes) {
    const auto divergence = divergence_of(change);
    ASSERT_TRUE(divergence.has_value());
    EXPECT_EQ(divergence->choice, 1U);
    EXPECT_EQ(divergence->step, 1U);
    core::ChoiceRecord recorded = *divergence->actual;
    change(recorded);
    EXPECT_EQ(divergence->recorded, recorded) << "both sides are told";
    EXPECT_EQ(to_string(*divergence), "choice 1 (after 1 steps) is t2, but not as it was recorded");
  }
}

TEST(StrictReplay, compares_what_the_tail_chooses_and_how_long_it_goes_on) {
  const Program program{.agents = {racy_increments(1), racy_increments(1)}};
  const core::Record record = replay(program, {}, ReplayMode::Strict).record;
  ASSERT_EQ(record.count, 2U);
  core::Record other = record;
  other.choices[1].where.offset += 7;
  ASSERT_TRUE(replay(program, {}, ReplayMode::Strict, other).divergence.has_value());
  EXPECT_EQ(replay(program, {}, ReplayMode::Strict, other).divergence->choice, 1U);
  other = record;
  other.choices.pop_back();
  --other.count;
  EXPECT_THAT(to_string(*replay(program, {}, ReplayMode::Strict, other).divergence),
              "choice 1 (after 1 steps) is one more than was recorded");
  other = record;
  other.choices.push_back(other.choices.back());
  ++other.count;
  EXPECT_THAT(to_string(*replay(program, {}, ReplayMode::Strict, other).divergence),
              "choice 2 (after 4 steps) is t1, but there is nothing left to choose");
}

TEST(StrictReplay, of_long_executions_tells_the_block_that_differs) {
  const Program program{.agents = {racy_increments(1500), racy_increments(1500)}};
  core::Record record = replay(program, {}, ReplayMode::Strict).record;
  ASSERT_EQ(record.count, 3000U);
  ASSERT_EQ(record.choices.size(), core::Record::kRecordedMax);
  ASSERT_EQ(record.blocks.size(), 2U);
  ++record.blocks[1].low;
  const auto divergence = replay(program, {}, ReplayMode::Strict, record).divergence;
  ASSERT_TRUE(divergence.has_value());
  EXPECT_EQ(divergence->earliest, 2000U);
  EXPECT_EQ(divergence->choice, 2999U);
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
