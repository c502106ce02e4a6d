#include "harness/linear/weaker.hpp"

#include <gmock/gmock.h>

#include <functional>

#include "harness/linear/linear_fixture.hpp"
#include "harness/linear/search.hpp"

namespace heddle::harness {
namespace {

using core::VerdictKind;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

// May call i come before call j is placed?
using Precedes = std::function<bool(const ModelCall& first, const ModelCall& second)>;

// The definition, word by word: some order explains all calls that return, and no call comes behind
// one that it precedes.
bool is_explained(const Calls& calls, const Model& model, const Precedes& precedes,
                  const ModelState& state, std::vector<bool>& is_placed) {
  bool is_complete = true;
  for (std::size_t i = 0; i < is_placed.size(); ++i) {
    if (!is_placed[i] && calls.calls[i].ret != kPending) is_complete = false;
  }
  if (is_complete) return true;
  ModelState next;
  for (std::size_t i = 0; i < is_placed.size(); ++i) {
    if (is_placed[i]) continue;
    bool may_be_next = true;
    for (std::size_t j = 0; j < is_placed.size(); ++j) {
      if (!is_placed[j] && j != i && precedes(calls.calls[j], calls.calls[i])) may_be_next = false;
    }
    if (!may_be_next || !model.step(state, calls.calls[i], *calls.data, next)) continue;
    is_placed[i] = true;
    if (is_explained(calls, model, precedes, ModelState(next), is_placed)) return true;
    is_placed[i] = false;
  }
  return false;
}

bool is_explained(const Calls& calls, const Model& model, const Precedes& precedes) {
  std::vector<bool> is_placed(calls.calls.size(), false);
  return is_explained(calls, model, precedes, model.initial(), is_placed);
}

bool in_process_order(const ModelCall& first, const ModelCall& second) {
  return first.process == second.process && first.call < second.call && first.ret != kPending;
}

// There is a moment between them at which no call is open.
bool is_apart(const Calls& calls, const ModelCall& first, const ModelCall& second) {
  for (std::uint32_t moment = first.ret; first.ret != kPending && moment < second.call; ++moment) {
    bool is_quiet = true;
    for (const ModelCall& call : calls.calls) {
      if (call.call <= moment && call.ret > moment) is_quiet = false;
    }
    if (is_quiet) return true;
  }
  return false;
}

class WeakerLevels : public testing::TestWithParam<std::string_view> {};

TEST_P(WeakerLevels, are_what_the_definitions_say) {
  const auto model = fixture::model_of(GetParam());
  std::uint64_t held = 0;
  std::uint64_t not_linearizable = 0;
  for (std::uint64_t seed = 0; seed < fixture::cases(4'000); ++seed) {
    core::Rng rng = fixture::random(12, seed);
    const core::History history = fixture::small_history(
        *model, rng,
        {.operations_max = 6, .processes = 3, .lies = 25, .infos = 4, .has_ties = false});
    const auto calls = prepare(history, *model, {});
    ASSERT_TRUE(calls);
    const bool sequential = is_explained(*calls, *model, in_process_order);
    const bool quiescent =
        is_explained(*calls, *model, [&](const ModelCall& first, const ModelCall& second) {
          return is_apart(*calls, first, second);
        });
    const auto kind = [](bool holds) { return holds ? VerdictKind::Pass : VerdictKind::Fail; };
    ASSERT_EQ(is_sequentially_consistent(*calls, *model, {}), kind(sequential))
        << "seed " << seed << '\n'
        << fixture::to_string(history, *calls);
    ASSERT_EQ(is_quiescently_consistent(*calls, *model, {}), kind(quiescent))
        << "seed " << seed << '\n'
        << fixture::to_string(history, *calls);
    if (search(*calls, *model).kind == VerdictKind::Pass) {
      ASSERT_TRUE(sequential && quiescent) << "seed " << seed;
      continue;
    }
    ++not_linearizable;
    if (sequential != quiescent) ++held;
  }
  EXPECT_GT(not_linearizable, fixture::cases(4'000) / 50);
  EXPECT_GT(held, 0U);
}

INSTANTIATE_TEST_SUITE_P(EachModel, WeakerLevels,
                         testing::Values("register", "cas-register", "counter", "queue", "stack",
                                         "set", "mutex", "append-log"),
                         [](const auto& test) {
                           std::string name(test.param);
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

TEST(WeakerLevelsOf, a_stale_read_of_another_process_are_sequential_consistency_and_more) {
  fixture::Made made("register");
  made.call("write", {1}, {}, 0, 1).call("read", {}, 0, 2, 3);
  Calls calls = made.calls();
  calls.calls[1].process = 1;
  EXPECT_EQ(is_sequentially_consistent(calls, made.model(), {}), VerdictKind::Pass);
  EXPECT_EQ(is_quiescently_consistent(calls, made.model(), {}), VerdictKind::Fail);
  calls.calls[1].process = 0;
  EXPECT_EQ(is_sequentially_consistent(calls, made.model(), {}), VerdictKind::Fail);
}

TEST(SessionGuarantees, each_is_broken_by_what_it_forbids_and_by_nothing_else) {
  struct Step {
    std::string_view name;
    std::int64_t value;
    std::uint32_t process;
  };
  const auto verdicts = [](const std::vector<Step>& steps) {
    fixture::Made made("register");
    std::uint32_t rank = 0;
    for (const Step& step : steps) {
      const bool writes = step.name == "write";
      made.call(step.name, writes ? std::vector{step.value} : std::vector<std::int64_t>{},
                writes ? std::nullopt : std::optional(step.value), rank, rank + 1);
      rank += 2;
    }
    Calls calls = made.calls();
    for (std::size_t i = 0; i < steps.size(); ++i) calls.calls[i].process = steps[i].process;
    std::vector<VerdictKind> kinds;
    for (const WeakerLevel& level : session_guarantees(calls, made.model())) {
      kinds.push_back(level.kind);
    }
    return kinds;
  };
  constexpr auto kYes = VerdictKind::Pass;
  constexpr auto kNo = VerdictKind::Fail;
  // In the order of weaker.hpp.
  EXPECT_THAT(verdicts({{"write", 1, 0}, {"read", 0, 0}}), ElementsAre(kNo, kYes, kYes, kYes));
  EXPECT_THAT(verdicts({{"write", 1, 0}, {"read", 1, 1}, {"read", 0, 1}}),
              ElementsAre(kYes, kNo, kYes, kYes));
  EXPECT_THAT(verdicts({{"write", 1, 0},
                        {"write", 2, 1},
                        {"read", 1, 2},
                        {"read", 2, 2},
                        {"read", 2, 3},
                        {"read", 1, 3}}),
              ElementsAre(kYes, kNo, kYes, kYes));
  EXPECT_THAT(verdicts({{"read", 2, 0}, {"write", 1, 0}, {"read", 1, 1}, {"write", 2, 1}}),
              ElementsAre(kYes, kYes, kYes, kNo));
  EXPECT_THAT(verdicts({{"write", 1, 0}, {"read", 1, 1}}), ElementsAre(kYes, kYes, kYes, kYes));
}

TEST(SessionGuarantees, are_said_of_cells_with_distinct_values_only) {
  fixture::Made twice("register");
  twice.call("write", {1}, {}, 0, 1).call("write", {1}, {}, 2, 3);
  EXPECT_THAT(session_guarantees(twice.calls(), twice.model()), IsEmpty());
  fixture::Made queue("queue");
  EXPECT_THAT(session_guarantees(queue.calls(), queue.model()), IsEmpty());
}

TEST(SequentialConsistency, is_unknown_beyond_its_limits) {
  fixture::Made made("counter");
  for (std::uint32_t i = 0; i < 12; ++i) made.call("fetch_add", {1}, 100, 2 * i, 2 * i + 1);
  Calls calls = made.calls();
  for (std::uint32_t i = 0; i < 12; ++i) {
    calls.calls[i].process = i;
    calls.calls[i].has_result = i == 11;
  }
  EXPECT_EQ(is_sequentially_consistent(calls, made.model(), {.nodes_max = 100}),
            VerdictKind::Unknown);
  EXPECT_EQ(is_sequentially_consistent(calls, made.model(), {}), VerdictKind::Fail);
}

}  // namespace
}  // namespace heddle::harness
