#include "harness/linear/explain.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "harness/linear/linear_fixture.hpp"

namespace heddle::harness {
namespace {

using core::VerdictKind;
using fixture::Definition;
using fixture::Made;
using fixture::model_of;
using fixture::until;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

Explanation explain(const Made& made) { return explain(made.calls(), made.model()); }

// All but what can have its place at the very end.
bool is_order(const Calls& calls, const Model& model, std::span<const std::uint32_t> order,
              std::uint32_t ret) {
  Calls placed = until(calls, ret);
  for (std::uint32_t i = 0; i < placed.calls.size(); ++i) {
    if (std::ranges::count(order, i) == 0 && placed.calls[i].ret != kPending) return false;
  }
  return Definition(placed, model).is_witness(order);
}

void explains(const Calls& calls, const Model& model) {
  const Explanation found = explain(calls, model);
  if (Definition(calls, model).is_linearizable()) {
    ASSERT_EQ(found.kind, VerdictKind::Pass);
    return;
  }
  ASSERT_EQ(found.kind, VerdictKind::Fail);
  const ModelCall& unplaced = calls.calls[found.unplaced];
  ASSERT_TRUE(Definition(until(calls, unplaced.ret), model).is_linearizable());
  ASSERT_FALSE(Definition(until(calls, unplaced.ret + 1), model).is_linearizable());
  ASSERT_TRUE(is_order(calls, model, found.order, unplaced.ret));
  ASSERT_GT(found.configuration_count, 0U);
  ASSERT_TRUE(std::ranges::is_sorted(found.configurations));
  // What a wait returns says what it does.
  if (!unplaced.has_result || unplaced.verb == Verb::ReadAll || model.name() == "futex") return;
  for (std::int64_t result = 0; result <= 8; ++result) {
    Calls other = calls;
    other.calls[found.unplaced].result = result;
    ASSERT_EQ(Definition(until(other, unplaced.ret + 1), model).is_linearizable(),
              std::ranges::count(found.results, result) == 1)
        << "call " << found.unplaced << " = " << result;
  }
}

class ExplanationOf : public testing::TestWithParam<std::string_view> {};

TEST_P(ExplanationOf, is_what_the_definition_says) {
  const std::unique_ptr<Model> model = model_of(GetParam());
  for (std::uint64_t seed = 0; seed < fixture::cases(2'000); ++seed) {
    core::Rng rng = fixture::random(2, seed);
    const core::History history = fixture::small_history(*model, rng, {.lies = 20});
    const auto calls = prepare(history, *model, fixture::any_semantics(rng));
    ASSERT_TRUE(calls);
    if (calls->calls.size() > 7) continue;
    explains(*calls, *model);
    if (HasFatalFailure()) {
      FAIL() << "seed " << seed << "\n" << fixture::to_string(history, *calls);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EachModel, ExplanationOf, testing::ValuesIn(fixture::model_names()),
                         fixture::model_test_name);

TEST(Explain, a_lost_update_names_the_read_that_shows_it) {
  const Explanation found = explain(Made("counter")
                                        .call("increment", {}, {}, 0, 5)
                                        .call("increment", {}, {}, 1, 6)
                                        .call("get", {}, 1, 7, 8));
  EXPECT_EQ(found.kind, VerdictKind::Fail);
  EXPECT_EQ(found.unplaced, 2U);
  EXPECT_THAT(found.results, ElementsAre(2));
  EXPECT_THAT(found.order, UnorderedElementsAre(0, 1));
  EXPECT_THAT(found.configurations,
              ElementsAre(Configuration{.state = {2}, .placed = {}, .used = {}}));
}

TEST(Explain, calls_that_overlap_have_several_results) {
  const Explanation found =
      explain(Made("register").call("write", {1}, {}, 0, 5).call("read", {}, 2, 1, 4));
  EXPECT_EQ(found.kind, VerdictKind::Fail);
  EXPECT_THAT(found.results, ElementsAre(0, 1));
  EXPECT_THAT(found.configurations,
              ElementsAre(Configuration{.state = {0}, .placed = {}, .used = {}},
                          Configuration{.state = {1}, .placed = {0}, .used = {}}));
}

TEST(Explain, configurations_say_which_pending_calls_they_have_used) {
  const Explanation found = explain(Made("register")
                                        .call("write", {1}, {}, 0, kPending)
                                        .call("read", {}, 1, 1, 2)
                                        .call("read", {}, 0, 3, 4));
  EXPECT_EQ(found.unplaced, 2U);
  EXPECT_THAT(found.configurations,
              ElementsAre(Configuration{.state = {1}, .placed = {}, .used = {0}}));
}

TEST(Explain, a_call_that_could_not_happen_has_no_results) {
  const Explanation found =
      explain(Made("mutex").call("acquire", {}, {}, 0, 1).call("acquire", {}, {}, 2, 3));
  EXPECT_EQ(found.kind, VerdictKind::Fail);
  EXPECT_EQ(found.unplaced, 1U);
  EXPECT_THAT(found.results, IsEmpty());
}

TEST(Explain, results_and_configurations_are_a_few_of_many) {
  Made history("counter");
  for (std::uint32_t i = 0; i < 6; ++i) history.call("add", {1 << i}, {}, i, 100 + i);
  history.call("get", {}, -1, 10, 20);
  const Explanation found = explain(history);
  EXPECT_THAT(found.results, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
  EXPECT_EQ(found.configurations.size(), kConfigurationsMax);
  EXPECT_EQ(found.configuration_count, 64U);
}

}  // namespace
}  // namespace heddle::harness
