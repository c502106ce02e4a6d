#include "harness/linear/convict.hpp"

#include <gmock/gmock.h>

#include "harness/linear/linear_fixture.hpp"
#include "harness/linear/search.hpp"

namespace heddle::harness {
namespace {

using core::VerdictKind;
using testing::ElementsAre;

std::vector<std::uint32_t> some_of(const Calls& calls, core::Rng& rng) {
  std::vector<std::uint32_t> chosen;
  for (std::uint32_t i = 0; i < calls.calls.size(); ++i) {
    if (rng.below(2) == 0) chosen.push_back(i);
  }
  return chosen;
}

// What the rules promise: of a history that can be explained, each telling part can be, too.
TEST(Convict, a_telling_part_of_a_linearizable_history_is_linearizable) {
  for (const ModelInfo& info : model_infos()) {
    const auto model = make_model(info.name).value();
    core::Rng rng = fixture::random(11, info.name.size());
    std::uint64_t parts = 0;
    for (std::uint64_t i = 0; i < fixture::cases(2'000); ++i) {
      const core::History history = fixture::small_history(*model, rng, {.lies = 2});
      const auto calls = prepare(history, *model, fixture::any_semantics(rng));
      ASSERT_TRUE(calls) << calls.error().message;
      if (search(*calls, *model).kind != VerdictKind::Pass) continue;
      const Convict convict(*calls, *model);
      const std::vector<std::uint32_t> chosen = convict.closure_of(some_of(*calls, rng));
      ASSERT_TRUE(convict.is_telling(chosen));
      if (chosen.size() < calls->calls.size()) ++parts;
      const Calls part = select(*calls, chosen);
      ASSERT_EQ(search(part, *model).kind, VerdictKind::Pass)
          << info.name << "\nwhole:\n"
          << fixture::to_string(history, *calls) << "part:\n"
          << fixture::to_string(history, part);
    }
    const bool all_have_effects = info.name == "barrier";
    if (!all_have_effects) EXPECT_GT(parts, 100U) << info.name << ": nothing was left out";
  }
}

TEST(Convict, a_read_needs_all_writes_of_its_value_and_no_others) {
  fixture::Made made("register");
  made.call("write", {1}, {}, 0, 1).call("write", {2}, {}, 2, 3).call("write", {1}, {}, 4, 5);
  made.call("read", {}, 1, 6, 7);
  const Calls calls = made.calls();
  const Convict convict(calls, made.model());
  EXPECT_FALSE(convict.is_telling(std::vector<std::uint32_t>{3}));
  EXPECT_FALSE(convict.is_telling(std::vector<std::uint32_t>{0, 3}));
  EXPECT_TRUE(convict.is_telling(std::vector<std::uint32_t>{0, 2, 3}));
  EXPECT_TRUE(convict.is_telling(std::vector<std::uint32_t>{1}));
  EXPECT_THAT(convict.closure_of(std::vector<std::uint32_t>{3}), ElementsAre(0, 2, 3));
}

TEST(Convict, an_acquisition_goes_with_its_release) {
  fixture::Made made("mutex");
  made.call("acquire", {}, {}, 0, 1).call("release", {}, {}, 2, 3);
  made.call("acquire", {}, {}, 4, 5);
  const Calls calls = made.calls();
  const Convict convict(calls, made.model());
  EXPECT_FALSE(convict.is_telling(std::vector<std::uint32_t>{0, 2}));
  EXPECT_FALSE(convict.is_telling(std::vector<std::uint32_t>{1, 2}));
  EXPECT_TRUE(convict.is_telling(std::vector<std::uint32_t>{2}));
  EXPECT_TRUE(convict.is_telling(std::vector<std::uint32_t>{0, 1}));
}

TEST(Convict, of_an_object_that_no_rule_knows_only_reads_can_go) {
  fixture::Made made("counter");
  made.call("fetch_add", {1}, 0, 0, 1).call("read", {}, 1, 2, 3).call("add", {1}, {}, 4, 5);
  const Calls calls = made.calls();
  const Convict convict(calls, made.model());
  EXPECT_TRUE(convict.is_telling(std::vector<std::uint32_t>{0, 2}));
  EXPECT_FALSE(convict.is_telling(std::vector<std::uint32_t>{0, 1}));
}

}  // namespace
}  // namespace heddle::harness
