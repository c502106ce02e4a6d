#include "harness/linear/frontier.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "harness/linear/generate.hpp"
#include "harness/linear/linear_fixture.hpp"
#include "harness/linear/search.hpp"

namespace heddle::harness {
namespace {

using core::VerdictKind;
using fixture::Made;
using fixture::model_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

enum class What : std::uint8_t { Invoke, Ok, Fail, Info };

struct Happening {
  What what = What::Invoke;
  std::uint32_t call = 0;  // index into Calls::calls
};

// The calls as they happen, by their ranks.
std::vector<Happening> happenings_of(const Calls& calls) {
  std::vector<Happening> all(calls.ranks);
  for (std::uint32_t i = 0; i < calls.calls.size(); ++i) {
    all[calls.calls[i].call] = {.what = What::Invoke, .call = i};
    if (calls.calls[i].ret != kPending) {
      all[calls.calls[i].ret] = {.what = What::Ok, .call = i};
    }
  }
  return all;
}

// Some of those that return have not happened, and of some that are pending one is told so.
std::vector<Happening> with_ends(const Calls& calls, core::Rng& rng) {
  std::vector<Happening> all = happenings_of(calls);
  for (Happening& one : all) {
    if (one.what == What::Ok && rng.below(10) == 0) one.what = What::Fail;
  }
  for (std::uint32_t i = 0; i < calls.calls.size(); ++i) {
    if (calls.calls[i].ret != kPending || rng.below(4) == 0) continue;
    const auto invoked = std::ranges::find_if(
        all, [&](const Happening& one) { return one.what == What::Invoke && one.call == i; });
    const auto room = static_cast<std::uint64_t>(all.end() - invoked);
    const auto place = static_cast<std::ptrdiff_t>(1 + rng.below(room));
    all.insert(invoked + place, {.what = What::Info, .call = i});
  }
  return all;
}

// What is known when the first few have happened: nothing of the results of those that are open.
Calls known_after(const Calls& calls, std::span<const Happening> past) {
  Calls known{.calls = {}, .data = calls.data};
  std::vector<std::size_t> index_of(calls.calls.size());
  for (const auto& [what, call] : past) {
    switch (what) {
      case What::Invoke: {
        index_of[call] = known.calls.size();
        ModelCall& open = known.calls.emplace_back(calls.calls[call]);
        open.call = known.ranks++;
        open.ret = kPending;
        open.has_result = false;
        open.result = 0;
        break;
      }
      case What::Ok: {
        ModelCall& open = known.calls[index_of[call]];
        open.has_result = calls.calls[call].has_result;
        open.result = calls.calls[call].result;
        open.ret = known.ranks++;
        break;
      }
      case What::Fail:
        known.calls[index_of[call]].ret = 0;  // none returns before all calls
        break;
      case What::Info:
        break;
    }
  }
  std::vector<std::uint32_t> kept;
  for (std::uint32_t i = 0; i < known.calls.size(); ++i) {
    if (known.calls[i].ret != 0) kept.push_back(i);
  }
  return select(known, kept);
}

// Calls by hand, or many: gives what happens to a frontier.
class Feeder {
 public:
  Feeder(Frontier& frontier, const Calls& calls)
      : frontier_(frontier), calls_(calls), names_(calls.calls.size()) {}

  VerdictKind feed(const Happening& one) {
    const ModelCall& call = calls_.calls[one.call];
    switch (one.what) {
      case What::Invoke:
        names_[one.call] = frontier_.invoke(call);
        return frontier_.kind();
      case What::Ok:
        return frontier_.ok(names_[one.call], call);
      case What::Fail:
        return frontier_.fail(names_[one.call]);
      case What::Info:
        return frontier_.info(names_[one.call]);
    }
    return VerdictKind::Unknown;
  }

  // How many happened until it did not pass any more, this one included.
  std::size_t feed_all(std::span<const Happening> all) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (feed(all[i]) != VerdictKind::Pass) return i + 1;
      bytes_max_ = std::max(bytes_max_, frontier_.bytes());
      size_max_ = std::max(size_max_, frontier_.size());
    }
    return all.size();
  }
  [[nodiscard]] std::uint64_t bytes_max() const { return bytes_max_; }
  [[nodiscard]] std::size_t size_max() const { return size_max_; }

 private:
  Frontier& frontier_;
  const Calls& calls_;
  std::vector<std::uint64_t> names_;
  std::uint64_t bytes_max_ = 0;
  std::size_t size_max_ = 0;
};

bool is_subset(const std::vector<std::uint64_t>& left, const std::vector<std::uint64_t>& right) {
  return std::ranges::includes(right, left);
}

void none_dominates_another(const Frontier& frontier) {
  const std::vector<FrontierConfiguration> all = frontier.configurations();
  for (const FrontierConfiguration& left : all) {
    for (const FrontierConfiguration& right : all) {
      // Open calls that have their place with different results differ, though not here.
      if (&left == &right || left == right || left.state != right.state) continue;
      if (left.placed != right.placed || !left.placed.empty()) continue;
      ASSERT_FALSE(is_subset(left.used, right.used));
    }
  }
}

// Whether it has failed.
bool agrees_with_search(const Calls& calls, std::span<const Happening> all, const Model& model) {
  Frontier frontier(model, *calls.data, {});
  Feeder feeder(frontier, calls);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const VerdictKind kind = feeder.feed(all[i]);
    const VerdictKind expected = search(known_after(calls, all.first(i + 1)), model).kind;
    EXPECT_EQ(kind, expected) << "after " << i + 1 << " of " << all.size();
    EXPECT_EQ(frontier.kind(), kind);
    if (kind != expected) return true;
    none_dominates_another(frontier);
    if (kind == VerdictKind::Pass) continue;
    EXPECT_FALSE(frontier.configurations().empty());
    return true;
  }
  return false;
}

class FrontierOf : public testing::TestWithParam<std::string_view> {};

TEST_P(FrontierOf, fails_at_the_first_event_that_the_search_cannot_explain) {
  const std::unique_ptr<Model> model = model_of(GetParam());
  const std::uint64_t cases = fixture::cases(5000);
  std::uint64_t failures = 0;
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    core::Rng rng = fixture::random(21, seed);
    const core::History history =
        fixture::small_history(*model, rng, {.operations_max = 8, .infos = 15});
    const auto calls = prepare(history, *model, fixture::any_semantics(rng));
    ASSERT_TRUE(calls) << calls.error().message;
    if (calls->calls.size() > 9) continue;  // two calls for an operation
    const std::vector<Happening> all = with_ends(*calls, rng);
    failures += agrees_with_search(*calls, all, *model) ? 1 : 0;
    if (HasFailure()) {
      std::string text = fixture::to_string(history, *calls);
      for (const Happening& one : all) {
        text += fmt::format(" {}{}", "iofp"[static_cast<std::size_t>(one.what)], one.call);
      }
      FAIL() << "seed " << seed << "\n" << text;
    }
  }
  if (cases < 1000) return;
  EXPECT_GT(failures, cases / 50);
  EXPECT_LT(failures, cases - cases / 5);
}

INSTANTIATE_TEST_SUITE_P(EachModel, FrontierOf,
                         testing::ValuesIn(fixture::followable_model_names()),
                         fixture::model_test_name);

TEST(Frontier, a_failure_keeps_the_configurations_before_the_event_and_stays) {
  const Made made = Made("register").call("write", {1}, {}, 0, 3).call("read", {}, 2, 1, 2);
  const Calls calls = made.calls();
  Frontier frontier(made.model(), *calls.data, {});
  Feeder feeder(frontier, calls);
  EXPECT_EQ(feeder.feed_all(happenings_of(calls)), 3U);
  EXPECT_EQ(frontier.kind(), VerdictKind::Fail);
  const std::vector<FrontierConfiguration> left = frontier.configurations();
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].state, made.model().initial());
  EXPECT_THAT(left[0].placed, IsEmpty());
  EXPECT_EQ(feeder.feed({.what = What::Ok, .call = 0}), VerdictKind::Fail);
}

TEST(Frontier, calls_that_did_not_happen_leave_with_what_they_had_done) {
  const Made made = Made("register").call("write", {1}, {}, 0, 3).call("read", {}, 1, 1, 2);
  const Calls calls = made.calls();
  Frontier frontier(made.model(), *calls.data, {});
  Feeder feeder(frontier, calls);
  const std::vector<Happening> all = happenings_of(calls);
  EXPECT_EQ(feeder.feed_all(std::span(all).first(3)), 3U);
  ASSERT_EQ(frontier.size(), 1U);
  EXPECT_THAT(frontier.configurations()[0].placed, ElementsAre(0));
  EXPECT_EQ(feeder.feed({.what = What::Fail, .call = 0}), VerdictKind::Fail);
}

TEST(Frontier, calls_that_nobody_knows_of_may_take_effect_later_but_once) {
  const Made made = Made("register")
                        .call("write", {1}, {}, 0, 20)
                        .call("read", {}, 1, 2, 3)
                        .call("write", {2}, {}, 4, 5)
                        .call("read", {}, 1, 6, 7);
  const Calls calls = made.calls();
  std::vector<Happening> all = happenings_of(calls);
  all.pop_back();
  all.insert(all.begin() + 1, {.what = What::Info, .call = 0});
  Frontier frontier(made.model(), *calls.data, {});
  Feeder feeder(frontier, calls);
  EXPECT_EQ(feeder.feed_all(all), all.size());
  EXPECT_EQ(frontier.kind(), VerdictKind::Fail);
  EXPECT_THAT(frontier.configurations()[0].used, ElementsAre(0));
}

TEST(Frontier, reaching_a_limit_is_unknown_with_the_reason) {
  Made made("stack");
  for (std::uint32_t i = 0; i < 12; ++i) made.call("push", {i}, {}, i, 100 + i);
  made.call("pop", {}, 99, 50, 60);
  const Calls calls = made.calls();
  const auto kind_with = [&](const DecideOptions& options) {
    Frontier frontier(made.model(), *calls.data, options);
    Feeder feeder(frontier, calls);
    EXPECT_EQ(feeder.feed_all(happenings_of(calls)), 14U);
    EXPECT_THAT(frontier.cause(), HasSubstr("positions for one event"));
    return frontier.kind();
  };
  EXPECT_EQ(kind_with({.nodes_max = 2000}), VerdictKind::Unknown);
  EXPECT_EQ(kind_with({.bytes_max = 200'000}), VerdictKind::Unknown);
  EXPECT_EQ(kind_with({.should_stop = [] { return true; }}), VerdictKind::Unknown);
}

TEST(Frontier, memory_does_not_grow_with_a_sequential_history) {
  const std::unique_ptr<Model> model = model_of("counter");
  const std::uint16_t code = model->find_operation("fetch_add").value();
  const core::Data data;
  Frontier frontier(*model, data, {});
  std::uint64_t bytes_max = 0;
  for (std::int64_t i = 0; i < 200'000; ++i) {
    const ModelCall call{.code = code, .has_result = true, .arguments = {1}, .result = i};
    ASSERT_EQ(frontier.ok(frontier.invoke(call), call), VerdictKind::Pass);
    bytes_max = std::max(bytes_max, frontier.bytes());
    ASSERT_EQ(frontier.size(), 1U);
  }
  EXPECT_LT(bytes_max, std::uint64_t{8} << 20);
}

// The tables are made anew on the way: open and pending calls keep what they are.
TEST(Frontier, long_histories_fail_where_the_search_does_within_bounded_memory) {
  const std::unique_ptr<Model> model = model_of("register");
  for (const std::uint64_t seed : {1U, 2U}) {
    Calls calls = generate_calls(*model, {.calls = 8'000, .processes = 4, .seed = seed});
    const core::Data data;
    calls.data = &data;
    core::Rng rng = core::Rng::stream(22, seed);
    for (int i = 0; i < 6; ++i) {
      ModelCall& call = calls.calls[rng.below(calls.calls.size())];
      if (call.verb == Verb::Write) call.ret = kPending;
    }
    std::vector<std::uint32_t> indices(calls.calls.size());
    std::iota(indices.begin(), indices.end(), 0U);
    calls = select(calls, indices);
    const auto wrong = std::ranges::find_if(calls.calls.begin() + 7'500, calls.calls.end(),
                                            [](const ModelCall& c) { return c.has_result; });
    for (const bool is_right : {true, false}) {
      if (!is_right) wrong->result = -7;
      const std::vector<Happening> all = happenings_of(calls);
      Frontier frontier(*model, data, {});
      Feeder feeder(frontier, calls);
      const std::size_t fed = feeder.feed_all(all);
      EXPECT_EQ(frontier.kind(), is_right ? VerdictKind::Pass : VerdictKind::Fail) << seed;
      EXPECT_EQ(fed, is_right ? all.size() : wrong->ret + 1) << seed;
      EXPECT_LT(feeder.bytes_max(), std::uint64_t{8} << 20);
      EXPECT_LT(feeder.size_max(), 1000U);
    }
  }
}

}  // namespace
}  // namespace heddle::harness
