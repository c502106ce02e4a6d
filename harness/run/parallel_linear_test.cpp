#include "harness/run/parallel_linear.hpp"

#include <gmock/gmock.h>

#include "harness/linear/decide.hpp"
#include "harness/linear/linear_fixture.hpp"
#include "harness/linear/search.hpp"

namespace heddle::harness {
namespace {

using core::VerdictKind;
using fixture::model_of;

void agrees(const Calls& calls, const Model& model, const DecideOptions& options) {
  const Decision alone = search(calls, model, options);
  if (alone.kind == VerdictKind::Unknown) return;
  DecideOptions unlimited = options;  // who comes how far before a limit depends on time
  unlimited.nodes_max = 10'000'000;
  for (const std::size_t workers : {1U, 2U, 4U}) {
    const Decision together =
        search_in_parallel(calls, model, unlimited, {.workers = workers, .alone_nodes = 0});
    ASSERT_EQ(together.kind, alone.kind) << workers;
    ASSERT_EQ(together.witness, alone.witness) << workers;
    ASSERT_EQ(together.culprits, alone.culprits) << workers;
  }
}

class ParallelLinearOf : public testing::TestWithParam<std::string_view> {};

TEST_P(ParallelLinearOf, decides_as_the_search_does_whatever_the_number_of_threads) {
  const std::unique_ptr<Model> model = model_of(GetParam());
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    core::Rng rng = fixture::random(24, seed);
    const core::History history = fixture::small_history(
        *model, rng,
        {.operations_max = 60, .processes = 9, .arguments = 3, .lies = 0, .infos = 15});
    const auto calls = prepare(history, *model, fixture::any_semantics(rng));
    ASSERT_TRUE(calls) << calls.error().message;
    agrees(*calls, *model, {.wants_witness = seed % 4 != 0, .nodes_max = 20'000});
    if (HasFatalFailure()) {
      FAIL() << "seed " << seed << "\n" << fixture::to_string(history, *calls);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EachModel, ParallelLinearOf, testing::ValuesIn(fixture::model_names()),
                         fixture::model_test_name);

// All pushes are open at once, and nobody has pushed what is popped: everything is tried.
Calls hard_calls(std::uint32_t pushes, std::int64_t popped, fixture::Made& made) {
  for (std::uint32_t i = 0; i < pushes; ++i) made.call("push", {i}, {}, i, 100 + i);
  made.call("pop", {}, popped, 200, 201);
  for (std::uint32_t i = 0; i < 4; ++i) made.call("push", {50 + i}, {}, 202 + i, kPending);
  made.call("pop", {}, popped, 300, 301);
  return made.calls();
}

TEST(ParallelLinear, a_hard_history_is_decided_alike_by_any_number_of_threads) {
  fixture::Made wrong("stack");
  agrees(hard_calls(7, 99, wrong), wrong.model(), {.wants_witness = true});
  fixture::Made right("stack");
  agrees(hard_calls(7, 3, right), right.model(), {.wants_witness = true});
}

TEST(ParallelLinear, others_help_only_when_one_has_not_decided) {
  fixture::Made made("stack");
  const Calls calls = hard_calls(7, 99, made);
  const Decision alone = search(calls, made.model());
  ASSERT_GT(alone.nodes, 1000U);
  const ParallelLinearOptions helped{.workers = 2, .alone_nodes = 1000};
  EXPECT_EQ(search_in_parallel(calls, made.model(), {}, helped).nodes, 0U);
  const ParallelLinearOptions unhelped{.workers = 2, .alone_nodes = alone.nodes};
  EXPECT_EQ(search_in_parallel(calls, made.model(), {}, unhelped).nodes, alone.nodes);
}

TEST(ParallelLinear, takes_the_place_of_the_search_where_no_special_decider_answers) {
  fixture::Made made("stack");
  const Calls calls = hard_calls(5, 99, made);
  std::size_t asked = 0;
  const auto hook = [&](const Calls& part, const Model& model, const DecideOptions& options) {
    ++asked;
    return search_in_parallel(part, model, options, {.workers = 2, .alone_nodes = 0});
  };
  EXPECT_EQ(decide(calls, made.model(), {.only_searches = true, .search = hook}).kind,
            VerdictKind::Fail);
  EXPECT_EQ(asked, 1U);
}

}  // namespace
}  // namespace heddle::harness
