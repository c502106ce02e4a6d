// Monitors on long histories, which no other decider could decide.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "harness/linear/generate.hpp"
#include "harness/linear/linear_fixture.hpp"
#include "harness/linear/priority_queue_monitor.hpp"
#include "harness/linear/queue_monitor.hpp"
#include "harness/linear/register_monitor.hpp"
#include "harness/linear/replay.hpp"
#include "harness/linear/set_monitor.hpp"
#include "harness/linear/stack_monitor.hpp"

namespace heddle::harness {
namespace {

using core::VerdictKind;
using Monitor = std::optional<Decision> (*)(const Calls&, const ModelState&, bool);

struct Subject {
  std::string_view model;
  Monitor decide;
};

constexpr std::array kSubjects{
    Subject{"register", decide_register},
    Subject{"set", decide_set},
    Subject{"queue", decide_queue},
    Subject{"stack", decide_stack},
    Subject{"priority-queue", decide_priority_queue},
};

class Generated : public testing::TestWithParam<Subject> {
 protected:
  Calls generate(const GenerateOptions& options) {
    Calls calls = generate_calls(*model_, options);
    calls.data = &data_;
    return calls;
  }

  std::unique_ptr<Model> model_ = fixture::model_of(GetParam().model);
  core::Data data_;
};

TEST_P(Generated, equal_options_give_equal_calls) {
  EXPECT_EQ(generate({.calls = 300, .seed = 5}).calls, generate({.calls = 300, .seed = 5}).calls);
  EXPECT_NE(generate({.calls = 300, .seed = 5}).calls, generate({.calls = 300, .seed = 6}).calls);
}

TEST_P(Generated, long_histories_pass_with_a_witness_that_replays) {
  for (std::uint64_t seed = 0; seed < 24; ++seed) {
    const Calls calls = generate({.calls = static_cast<std::uint32_t>(100 + 100 * seed),
                                  .processes = static_cast<std::uint32_t>(1 + seed),
                                  .seed = seed,
                                  .has_peeks = seed % 2 == 1,
                                  .has_empties = seed % 3 != 0});
    const auto decision = GetParam().decide(calls, model_->initial(), true);
    ASSERT_TRUE(decision);
    ASSERT_EQ(decision->kind, VerdictKind::Pass) << "seed " << seed;
    const auto replayed = replay_witness(calls, decision->witness, *model_, model_->initial());
    ASSERT_TRUE(replayed) << "seed " << seed << ": " << replayed.error().message;
  }
}

// Two calls of the same kind, some calls apart, exchange what they saw.
TEST_P(Generated, with_exchanged_results_they_replay_or_have_culprits_that_fail_alone) {
  std::uint64_t fails = 0;
  constexpr std::uint64_t kSeeds = 100;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    Calls calls = generate({.calls = 1000,
                            .processes = static_cast<std::uint32_t>(2 + seed % 15),
                            .seed = seed,
                            .has_peeks = seed % 2 == 1});
    core::Rng rng(seed);
    ModelCall& one = calls.calls[rng.below(900)];
    for (std::size_t i = 5 + rng.below(80); i > 0; --i) {
      ModelCall& other = (&one)[i];
      if (other.verb != one.verb || !one.has_result || one.result == other.result) continue;
      std::swap(one.result, other.result);
      break;
    }
    const auto decision = GetParam().decide(calls, model_->initial(), true);
    ASSERT_TRUE(decision);
    if (decision->kind == VerdictKind::Pass) {
      ASSERT_TRUE(replay_witness(calls, decision->witness, *model_, model_->initial()));
      continue;
    }
    ++fails;
    const Calls alone = select(calls, decision->culprits);
    const auto again = GetParam().decide(alone, model_->initial(), false);
    ASSERT_TRUE(again);
    ASSERT_EQ(again->kind, VerdictKind::Fail) << "seed " << seed;
  }
  EXPECT_GT(fails, kSeeds / 10);
  EXPECT_LT(fails, kSeeds);
}

INSTANTIATE_TEST_SUITE_P(EachMonitor, Generated, testing::ValuesIn(kSubjects),
                         [](const testing::TestParamInfo<Subject>& info) {
                           std::string name(info.param.model);
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace heddle::harness
