#include "harness/linear/search.hpp"

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
using testing::HasSubstr;

const DecideOptions kWithWitness{.wants_witness = true};

void agrees_with_definition(const Calls& calls, const Model& model) {
  const Decision found = search(calls, model, kWithWitness);
  if (Definition(calls, model).is_linearizable()) {
    ASSERT_EQ(found.kind, VerdictKind::Pass);
    ASSERT_TRUE(Definition(calls, model).is_witness(found.witness));
    return;
  }
  ASSERT_EQ(found.kind, VerdictKind::Fail);
  // The culprits are what was invoked before the first return that is one too many.
  const Calls alone = select(calls, found.culprits);
  ASSERT_FALSE(Definition(alone, model).is_linearizable());
  std::vector<std::uint32_t> returns;
  for (const ModelCall& call : calls.calls) returns.push_back(call.ret);
  std::ranges::sort(returns);
  const auto first = std::ranges::find_if(returns, [&](std::uint32_t ret) {
    const Calls beginning = until(calls, ret + 1);
    return !Definition(beginning, model).is_linearizable();
  });
  ASSERT_NE(first, returns.end());
  const auto invoked =
      std::ranges::count_if(calls.calls, [&](const ModelCall& call) { return call.call < *first; });
  ASSERT_EQ(found.culprits.size(), static_cast<std::size_t>(invoked));
}

class SearchOf : public testing::TestWithParam<std::string_view> {};

TEST_P(SearchOf, agrees_with_the_definition) {
  const std::unique_ptr<Model> model = model_of(GetParam());
  std::uint64_t linearizable = 0;
  for (std::uint64_t seed = 0; seed < fixture::cases(); ++seed) {
    core::Rng rng = fixture::random(1, seed);
    const core::History history = fixture::small_history(*model, rng);
    const auto calls = prepare(history, *model, fixture::any_semantics(rng));
    ASSERT_TRUE(calls) << calls.error().message;
    if (calls->calls.size() > 8) continue;  // two calls for an operation
    linearizable += search(*calls, *model).kind == VerdictKind::Pass ? 1 : 0;
    agrees_with_definition(*calls, *model);
    if (HasFatalFailure()) {
      FAIL() << "seed " << seed << "\n" << fixture::to_string(history, *calls);
    }
  }
  if (fixture::cases() < 1000) return;
  EXPECT_GT(linearizable, fixture::cases() / 5);
  EXPECT_LT(linearizable, fixture::cases() - fixture::cases() / 50);
}

INSTANTIATE_TEST_SUITE_P(EachModel, SearchOf, testing::ValuesIn(fixture::model_names()),
                         fixture::model_test_name);

Decision decide(const Made& made, const DecideOptions& options = {}) {
  return search(made.calls(), made.model(), options);
}

TEST(Search, a_history_without_calls_passes) {
  EXPECT_EQ(decide(Made("stack")).kind, VerdictKind::Pass);
}

TEST(Search, the_culprits_are_the_calls_before_the_first_return_that_is_wrong) {
  const Made history = Made("register")
                           .call("write", {1}, {}, 0, 1)
                           .call("read", {}, 2, 2, 3)
                           .call("write", {3}, {}, 4, 5);
  const Decision found = decide(history);
  EXPECT_EQ(found.kind, VerdictKind::Fail);
  EXPECT_THAT(found.culprits, ElementsAre(0, 1));
}

TEST(Search, reaching_a_limit_is_unknown_with_the_reason_and_how_far_it_came) {
  Made history("stack");
  for (std::uint32_t i = 0; i < 20; ++i) history.call("push", {i}, {}, i, 100 + i);
  history.call("pop", {}, 99, 200, 201);
  const Decision nodes = decide(history, {.nodes_max = 1000});
  EXPECT_EQ(nodes.kind, VerdictKind::Unknown);
  EXPECT_THAT(nodes.cause, HasSubstr("1000 positions: 20 of 21 returns"));
  EXPECT_LE(nodes.nodes, 1001U);
  const Decision bytes = decide(history, {.bytes_max = 100'000});
  EXPECT_EQ(bytes.kind, VerdictKind::Unknown);
  EXPECT_THAT(bytes.cause, HasSubstr("100000 bytes"));
  const Decision stopped = decide(history, {.should_stop = [] { return true; }});
  EXPECT_EQ(stopped.kind, VerdictKind::Unknown);
  EXPECT_THAT(stopped.cause, HasSubstr("stopped"));
}

// Wider than one word of slots, and of pending calls.
TEST(Search, any_number_of_calls_may_be_open_at_once) {
  for (const bool is_right : {true, false}) {
    Made history("queue");
    for (std::uint32_t i = 0; i < 150; ++i) history.call("enqueue", {i}, {}, i, 500 + i);
    for (std::uint32_t i = 0; i < 150; ++i) {
      history.call("dequeue", {}, is_right ? (i * 7) % 150 : i / 2, 1000 + 2 * i, 1001 + 2 * i);
    }
    const Decision found = decide(history, {.wants_witness = true, .nodes_max = 20'000});
    if (!is_right) {
      EXPECT_NE(found.kind, VerdictKind::Pass);
      continue;
    }
    EXPECT_NE(found.kind, VerdictKind::Fail);
  }
  Made counter("counter");
  for (std::uint32_t i = 0; i < 200; ++i) counter.call("increment", {}, {}, i, kPending);
  for (std::uint32_t i = 0; i < 200; ++i) counter.call("increment", {}, {}, 300 + i, 600 + i);
  counter.call("get", {}, 350, 1000, 1001);
  const Calls calls = counter.calls();
  const Decision found = search(calls, counter.model(), kWithWitness);
  EXPECT_EQ(found.kind, VerdictKind::Pass);
  EXPECT_TRUE(Definition(calls, counter.model()).is_witness(found.witness));
  counter.call("get", {}, 401, 1002, 1003);
  EXPECT_EQ(decide(counter, {.nodes_max = 200'000}).kind, VerdictKind::Fail);
}

// Without dominance and classes that are interchangeable this takes 2^40 positions.
TEST(Search, many_pending_calls_that_are_alike_cost_little) {
  Made history("register");
  for (std::uint32_t i = 0; i < 40; ++i) history.call("write", {i % 3}, {}, i, kPending);
  for (std::uint32_t i = 0; i < 20; ++i) {
    history.call("read", {}, i % 3 == 0 ? 2 : 1, 100 + 2 * i, 101 + 2 * i);
  }
  history.call("read", {}, 7, 200, 201);
  EXPECT_EQ(decide(history, {.nodes_max = 20'000}).kind, VerdictKind::Fail);
}

TEST(Search, long_histories_of_few_processes_take_one_position_a_call) {
  Made history("counter");
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    history.call("fetch_add", {1}, i, 2 * i, 2 * i + 1);
  }
  const Decision found = decide(history, kWithWitness);
  EXPECT_EQ(found.kind, VerdictKind::Pass);
  EXPECT_EQ(found.witness.size(), 20'000U);
  EXPECT_LE(found.nodes, 20'000U);
}

}  // namespace
}  // namespace heddle::harness
