#include "harness/linear/shared_search.hpp"

#include <gmock/gmock.h>

#include "harness/linear/linear_fixture.hpp"
#include "harness/linear/search.hpp"

namespace heddle::harness {
namespace {

using core::VerdictKind;
using fixture::Definition;
using fixture::Made;
using fixture::model_of;
using testing::HasSubstr;

// Searchers one after the other, in this order: each knows all that those before it have refuted.
Decision search_in_turn(const Calls& calls, const Model& model, const DecideOptions& options,
                        std::span<const std::size_t> order) {
  SharedSearch shared(calls, model, options, order.size());
  for (const std::size_t searcher : order) shared.run(searcher);
  return shared.decision();
}

class SharedSearchOf : public testing::TestWithParam<std::string_view> {};

TEST_P(SharedSearchOf, gives_the_verdict_the_witness_and_the_culprits_of_the_search) {
  const std::unique_ptr<Model> model = model_of(GetParam());
  for (std::uint64_t seed = 0; seed < fixture::cases(4000); ++seed) {
    core::Rng rng = fixture::random(23, seed);
    const core::History history = fixture::small_history(
        *model, rng,
        {.operations_max = 12, .processes = 5, .arguments = 2, .lies = 4, .infos = 30});
    const auto calls = prepare(history, *model, fixture::any_semantics(rng));
    ASSERT_TRUE(calls) << calls.error().message;
    for (const bool wants_witness : {true, false}) {
      const DecideOptions options{.wants_witness = wants_witness};
      const Decision alone = search(*calls, *model, options);
      const std::vector<std::size_t> order =
          wants_witness ? std::vector<std::size_t>{2, 1, 0} : std::vector<std::size_t>{1, 0};
      const Decision together = search_in_turn(*calls, *model, options, order);
      ASSERT_EQ(together.kind, alone.kind) << "seed " << seed << "\n"
                                           << fixture::to_string(history, *calls);
      ASSERT_EQ(together.witness, alone.witness) << "seed " << seed << "\n"
                                                 << fixture::to_string(history, *calls);
      ASSERT_EQ(together.culprits, alone.culprits) << "seed " << seed;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EachModel, SharedSearchOf, testing::ValuesIn(fixture::model_names()),
                         fixture::model_test_name);

Made pushes_and_a_wrong_pop() {
  Made made("stack");
  for (std::uint32_t i = 0; i < 20; ++i) made.call("push", {i}, {}, i, 100 + i);
  made.call("pop", {}, 99, 200, 201);
  return made;
}

TEST(SharedSearch, reaching_a_limit_is_unknown_with_the_reason) {
  const Made made = pushes_and_a_wrong_pop();
  const Calls calls = made.calls();
  const std::vector<std::size_t> order{1, 0};
  const auto cause = [&](const DecideOptions& options) {
    const Decision found = search_in_turn(calls, made.model(), options, order);
    EXPECT_EQ(found.kind, VerdictKind::Unknown);
    return found.cause;
  };
  EXPECT_THAT(cause({.nodes_max = 1000}), HasSubstr("1000 positions"));
  EXPECT_THAT(cause({.bytes_max = 100'000}), HasSubstr("100000 bytes"));
  EXPECT_THAT(cause({.should_stop = [] { return true; }}), HasSubstr("stopped"));
}

// What the first has refuted, the second does not enter.
TEST(SharedSearch, a_searcher_leaves_out_what_another_one_has_refuted) {
  Made made("stack");
  for (std::uint32_t i = 0; i < 9; ++i) made.call("push", {i}, {}, i, 100 + i);
  made.call("pop", {}, 99, 200, 201);
  const Calls calls = made.calls();
  const SearchPlan plan = plan_search(calls, made.model());
  const DecideOptions options;

  class Counted : public Refuted {
   public:
    explicit Counted(const SearchPlan& of) : all_(of, std::uint64_t{1} << 30) {}
    bool contains(const Position& position) override { return all_.contains(position); }
    void add(const Position& position) override {
      ++added;
      all_.add(position);
    }
    std::uint64_t added = 0;

   private:
    RefutedPositions all_;
  } table(plan);

  Explorer first(calls, made.model(), plan, options);
  first.share(&table);
  first.begin();
  EXPECT_EQ(first.next_end(), VerdictKind::Fail);
  EXPECT_GT(table.added, 0U);
  EXPECT_LT(table.added, first.nodes());                // not of what is done sooner than asked
  Explorer second(calls, made.model(), plan, options);  // meets the same states in the same order
  second.share(&table);
  second.begin();
  EXPECT_EQ(second.next_end(), VerdictKind::Fail);
  EXPECT_EQ(second.nodes(), 0U);
}

// Wider than one word of slots, and of pending calls.
TEST(SharedSearch, any_number_of_calls_may_be_open_at_once) {
  Made counter("counter");
  for (std::uint32_t i = 0; i < 100; ++i) counter.call("increment", {}, {}, i, kPending);
  for (std::uint32_t i = 0; i < 100; ++i) counter.call("increment", {}, {}, 300 + i, 600 + i);
  counter.call("get", {}, 150, 1000, 1001);
  const std::vector<std::size_t> order{1, 0};
  const DecideOptions options{.wants_witness = true};
  const Calls right = counter.calls();
  const Decision found = search_in_turn(right, counter.model(), options, order);
  EXPECT_EQ(found.kind, VerdictKind::Pass);
  EXPECT_EQ(found.witness, search(right, counter.model(), options).witness);
  EXPECT_TRUE(Definition(right, counter.model()).is_witness(found.witness));
  counter.call("get", {}, 201, 1002, 1003);
  const Decision wrong = search_in_turn(counter.calls(), counter.model(), options, order);
  EXPECT_EQ(wrong.kind, VerdictKind::Fail);
}

}  // namespace
}  // namespace heddle::harness
