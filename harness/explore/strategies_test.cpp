// What holds for all strategies that draw at random, and what makes each of them what it is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <set>

#include "core/toy_machine.hpp"
#include "harness/explore/bytes.hpp"
#include "harness/explore/fair.hpp"
#include "harness/explore/make_strategy.hpp"
#include "harness/explore/pct.hpp"
#include "harness/explore/preemption.hpp"

namespace heddle::harness {
namespace {

using core::Choice;
using core::Execution;
using core::toy::Code;
using core::toy::Op;
using core::toy::Program;
using core::toy::racy_increments;
using Choices = std::vector<Choice>;

const Program kProgram{.agents = {{{Op::WaitFor, 0, 0}, {Op::FetchAdd, 1, 1}},
                                  {{Op::Load, 1, 0}, {Op::Notify, 0, 1}, {Op::StoreSum, 1, 2}},
                                  racy_increments(2, 1),
                                  racy_increments(1, 1)}};

std::unique_ptr<Strategy> make(std::string_view name, std::uint64_t seed) {
  auto made = make_strategy(name, {.seed = seed});
  EXPECT_TRUE(made.has_value());
  return *std::move(made);
}

Execution next_execution(const Program& program, Strategy& strategy) {
  EXPECT_TRUE(strategy.begin_execution());
  Execution execution = core::toy::run(program, strategy);
  strategy.end_execution(execution);
  return execution;
}

std::vector<std::string_view> sampled() {
  std::vector<std::string_view> names;
  for (const StrategyInfo& info : strategies()) {
    if (info.is_sampled) names.push_back(info.name);
  }
  return names;
}

RC_GTEST_PROP(SampledStrategies, equal_seeds_run_equal_executions, (std::uint64_t seed)) {
  for (const std::string_view name : sampled()) {
    const auto left = make(name, seed);
    const auto right = make(name, seed);
    for (int i = 0; i < 5; ++i) {
      RC_ASSERT(next_execution(kProgram, *left).schedule.choices ==
                next_execution(kProgram, *right).schedule.choices);
    }
  }
}

// What a divided campaign is built on.
TEST(SampledStrategies, an_execution_depends_on_its_number_and_the_lessons_before_it_only) {
  for (const std::string_view name : sampled()) {
    const auto whole = make(name, 7);
    std::map<std::uint64_t, Choices> all;
    constexpr std::uint64_t kLast = 530;
    for (std::uint64_t i = 0; i <= kLast; ++i) {
      all[i] = next_execution(kProgram, *whole).schedule.choices;
    }
    const auto part = make(name, 7);
    ASSERT_TRUE(part->is_numbered());
    for (std::uint64_t i = 0; i <= kLast; ++i) {
      if (!is_lesson(i) && i % 10 != 3) continue;
      part->seek(i);
      EXPECT_EQ(next_execution(kProgram, *part).schedule.choices, all[i]) << name << " " << i;
    }
  }
}

TEST(SampledStrategies, each_finds_all_final_states_of_a_small_race) {
  const Program race{.agents = {racy_increments(1), racy_increments(1)}, .cells = 1};
  for (const std::string_view name : sampled()) {
    const auto strategy = make(name, 1);
    std::set<std::string> states;
    for (int i = 0; i < 200; ++i) {
      states.insert(next_execution(race, *strategy).observation.substr(0, 1));
    }
    EXPECT_THAT(states, testing::ElementsAre("1", "2")) << name;
    EXPECT_FALSE(strategy->is_exhausted());
    EXPECT_EQ(strategy->coverage(), Coverage::Sampled);
  }
}

// How often each interleaving of one step with `steps` others occurs, after some lessons.
std::map<Choices, int> interleavings(std::string_view name, int steps, int executions) {
  const Program program{.agents = {Code(static_cast<std::size_t>(steps), {Op::Load, 0, 0}),
                                   Code(1, {Op::StoreSum, 0, 0})}};
  const auto strategy = make(name, 3);
  std::map<Choices, int> counts;
  for (int i = 0; i < 20; ++i) static_cast<void>(next_execution(program, *strategy));
  for (int i = 0; i < executions; ++i) {
    ++counts[next_execution(program, *strategy).schedule.choices];
  }
  return counts;
}

TEST(Urw, draws_each_interleaving_equally_often) {
  const auto counts = interleavings("urw", 7, 1600);
  ASSERT_EQ(counts.size(), 8U);
  for (const auto& [choices, count] : counts) EXPECT_NEAR(count, 200, 60);
  // A random walk does not: the one step comes first in every second execution.
  int first = 0;
  for (const auto& [choices, count] : interleavings("random", 7, 1600)) {
    if (choices.front() == Choice::next({2})) first += count;
  }
  EXPECT_GT(first, 700);
}

// Agent 1 stores once to cell 0, on which agent 2 makes 20 steps, with 20 on another cell between
// each two: as many places for the store as there are selected events.
TEST(Surw, draws_each_order_of_the_selected_events_equally_often) {
  Code code;
  for (int i = 0; i < 7; ++i) {
    code.push_back({Op::Load, 0, 0});
    for (int j = 0; j < 3 * i; ++j) code.push_back({Op::Load, 1, 0});
  }
  const Program program{.agents = {{{Op::StoreSum, 0, 5}}, code}};
  const auto strategy = make("surw", 1);
  std::map<std::uint32_t, int> loads_before;  // the store
  for (int i = 0; i < 1620; ++i) {
    const Execution execution = next_execution(program, *strategy);
    if (i < 20) continue;
    std::uint32_t loads = 0;
    for (const core::Event& event : execution.trace.events) {
      if (event.agent == core::AgentId{1}) break;
      loads += static_cast<std::uint32_t>(
          execution.trace.actions_of(event).front().location.offset == 0);
    }
    ++loads_before[loads];
  }
  ASSERT_EQ(loads_before.size(), 8U);
  for (const auto& [loads, count] : loads_before) EXPECT_NEAR(count, 200, 60) << loads;
}

TEST(Pct, does_not_switch_without_change_points) {
  const Program program{.agents = {racy_increments(4), racy_increments(4), racy_increments(4)}};
  const auto first = make_strategy("pct", {.seed = 5, .depth = 1});
  for (int i = 0; i < 20; ++i) EXPECT_EQ(next_execution(program, **first).preemptions, 0U);
  const auto third = make_strategy("pct", {.seed = 5, .depth = 3});
  std::uint64_t most = 0;
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t preemptions = next_execution(program, **third).preemptions;
    EXPECT_LE(preemptions, 2U);
    most = std::max(most, preemptions);
  }
  EXPECT_EQ(most, 2U);
}

TEST(Delay, uses_no_more_delays_than_it_may) {
  const Program program{.agents = {racy_increments(4), racy_increments(4), racy_increments(4)}};
  const auto strategy = make_strategy("delay", {.seed = 5, .depth = 2});
  std::uint64_t most = 0;
  for (int i = 0; i < 100; ++i) {
    most = std::max(most, next_execution(program, **strategy).preemptions);
  }
  EXPECT_EQ(most, 2U);
}

// Two agents that can always step.
const std::vector<Choice> kTwo{Choice::next({1}), Choice::next({2})};
core::ChoicePoint endless(std::uint64_t step) {
  static const std::vector<core::PendingAction> kPending{{.agent = {1}}, {.agent = {2}}};
  return {.options = kTwo, .pending = kPending, .previous = {1}, .step = step};
}

TEST(SampledStrategies, let_nobody_step_for_ever) {
  for (const std::string_view name : sampled()) {
    const auto strategy = make(name, 1);
    ASSERT_TRUE(strategy->begin_execution());
    std::set<Choice> chosen;
    for (std::uint64_t i = 0; i < kUnfairPointsMax + 1000; ++i) {
      if (strategy->rule().kind == core::Rule::Kind::Uniform) {
        chosen.insert(kTwo.begin(), kTwo.end());
        break;
      }
      chosen.insert(strategy->choose(endless(i)));
    }
    EXPECT_EQ(chosen.size(), 2U) << name;
  }
}

TEST(Pct, an_agent_that_spins_is_demoted_long_before_that) {
  PctStrategy strategy(1, std::make_shared<Profile>(), 3);
  ASSERT_TRUE(strategy.begin_execution());
  std::set<Choice> chosen;
  for (std::uint64_t i = 0; i < 2000; ++i) chosen.insert(strategy.choose(endless(i)));
  EXPECT_EQ(chosen.size(), 2U);
}

TEST(Pct, an_agent_that_yields_is_demoted_at_once) {
  const std::vector<core::PendingAction> yields{
      {.agent = {1}, .kind = core::ActionKind::Host, .location = core::kYield},
      {.agent = {2}, .kind = core::ActionKind::Host, .location = core::kYield}};
  PctStrategy strategy(1, std::make_shared<Profile>(), 3);
  ASSERT_TRUE(strategy.begin_execution());
  Choice last = strategy.choose({.options = kTwo, .pending = yields, .previous = {1}});
  for (std::uint64_t i = 1; i < 10; ++i) {
    const Choice next =
        strategy.choose({.options = kTwo, .pending = yields, .previous = {1}, .step = i});
    EXPECT_NE(next, last);
    last = next;
  }
}

TEST(Fair, chooses_as_the_other_does_until_it_has_had_enough) {
  FairStrategy strategy(std::make_unique<BytesStrategy>(""), 1, 10);
  ASSERT_TRUE(strategy.begin_execution());
  for (std::uint64_t i = 0; i < 10; ++i) {
    EXPECT_EQ(strategy.rule().kind, core::Rule::Kind::Ask);
    EXPECT_EQ(strategy.choose(endless(i)), kTwo[0]);
  }
  EXPECT_EQ(strategy.rule().kind, core::Rule::Kind::Uniform);
  int second = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    second += static_cast<int>(strategy.choose(endless(i)) == kTwo[1]);
  }
  EXPECT_NEAR(second, 500, 60);
}

TEST(Portfolio, gives_every_member_turns) {
  const auto strategy = make("portfolio", 1);
  std::map<std::string, int> turns;
  for (int i = 0; i < 64; ++i) {
    static_cast<void>(next_execution(kProgram, *strategy));
    ++turns[std::string(strategy->decider())];
  }
  for (const char* name : {"surw", "pos", "pct", "urw", "chaos", "random"}) {
    EXPECT_GE(turns[name], 2) << name;
  }
}

TEST(Preemption, finds_a_failure_with_the_fewest_preemptions_first) {
  // Agent 1 must be interrupted twice: the cell must change between its loads, and change back.
  const Program program{.agents = {{{Op::Load, 0, 0}, {Op::Load, 0, 0}, {Op::Trap, 0, 1}},
                                   {{Op::Store, 0, 1}, {Op::Load, 1, 0}, {Op::Store, 0, 0}}}};
  PreemptionStrategy strategy;
  std::uint64_t bound_before = 0;
  std::set<std::uint64_t> seen;
  while (strategy.begin_execution()) {
    const Execution execution = core::toy::run(program, strategy);
    strategy.end_execution(execution);
    seen.insert(execution.preemptions);
    // Nothing with more preemptions comes before all with fewer have been seen.
    EXPECT_LE(execution.preemptions, bound_before + 1);
    bound_before = std::max(bound_before, execution.preemptions);
  }
  EXPECT_TRUE(strategy.is_exhausted());
  EXPECT_EQ(strategy.coverage(), Coverage::Complete);
  std::set<std::uint64_t> all;
  core::toy::enumerate(program, [&](const Execution& e) { all.insert(e.preemptions); });
  EXPECT_EQ(seen, all);
}

TEST(Preemption, ends_at_its_bound) {
  const Program program{.agents = {racy_increments(2), racy_increments(2)}};
  PreemptionStrategy strategy(1);
  std::uint64_t most = 0;
  while (strategy.begin_execution()) {
    const Execution execution = core::toy::run(program, strategy);
    strategy.end_execution(execution);
    most = std::max(most, execution.preemptions);
  }
  EXPECT_EQ(most, 1U);
  EXPECT_EQ(strategy.coverage(), Coverage::Bounded);
}

TEST(Bytes, each_byte_is_an_option_and_nothing_is_the_first_one) {
  BytesStrategy strategy(std::string("\x01\x00\x03", 3));
  ASSERT_TRUE(strategy.begin_execution());
  EXPECT_EQ(strategy.choose(endless(0)), kTwo[1]);
  EXPECT_EQ(strategy.choose(endless(1)), kTwo[0]);
  EXPECT_EQ(strategy.choose(endless(2)), kTwo[1]);
  EXPECT_EQ(strategy.choose(endless(3)), kTwo[0]);
  EXPECT_FALSE(strategy.begin_execution());

  std::vector<Choice> many;
  for (std::uint32_t i = 0; i < 300; ++i) many.push_back(Choice::next({i}));
  BytesStrategy wide(std::string("\x01\x2b", 2));
  EXPECT_EQ(wide.choose({.options = many}), many[299]);
}

// Every choice of every execution is the input of one.
RC_GTEST_PROP(Bytes, reach_every_execution, (std::uint64_t seed)) {
  class Recorder final : public core::Chooser {
   public:
    explicit Recorder(std::uint64_t first) : rng_(first) {}
    [[nodiscard]] Choice choose(const core::ChoicePoint& point) override {
      const std::uint64_t option = rng_.below(point.options.size());
      bytes += static_cast<char>(option);
      return point.options[option];
    }
    std::string bytes;

   private:
    core::Rng rng_;
  };
  Recorder recorder(seed);
  const Execution execution = core::toy::run(kProgram, recorder);
  BytesStrategy strategy(recorder.bytes);
  RC_ASSERT(next_execution(kProgram, strategy).schedule.choices == execution.schedule.choices);
}

}  // namespace
}  // namespace heddle::harness
