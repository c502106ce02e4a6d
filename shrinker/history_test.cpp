#include "shrinker/history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <set>

namespace heddle::shrinker {
namespace {

using ::testing::ElementsAre;

std::vector<std::uint32_t> all_of(const core::History& history) {
  std::vector<std::uint32_t> all(history.operations.size());
  std::iota(all.begin(), all.end(), 0U);
  return all;
}

// Operation i: an instant of process i % 4.
void add(core::History& history, std::string_view function, core::Datum input, core::Datum output) {
  const std::size_t i = history.operations.size();
  history.operations.push_back({.process = static_cast<std::int64_t>(i % 4),
                                .function = history.function_of(function),
                                .completion = core::Completion::Ok,
                                .input = input,
                                .output = output,
                                .call = 2 * i,
                                .ret = 2 * i + 1});
}

// Writes and reads in turn, each pair with a value of its own.
core::History pairs_of(std::int64_t count) {
  core::History history;
  for (std::int64_t value = 1; value <= count; ++value) {
    add(history, "write", {value}, {value});
    add(history, "read", core::kNil, {value});
  }
  return history;
}

StillFails has_all(std::vector<std::uint32_t> core) {
  return [core](std::span<const std::uint32_t> operations) {
    return std::ranges::includes(operations, core);
  };
}

TEST(MinimizeHistory, FindsTheTwoOperationsOfALargeHistoryInFewTests) {
  const core::History history = pairs_of(10'000);
  const auto minimal = minimize_history(history, all_of(history), has_all({4'000, 15'001}),
                                        {.keeps_origins = false});
  EXPECT_THAT(minimal.operations, ElementsAre(4'000U, 15'001U));
  EXPECT_TRUE(minimal.is_minimal);
  EXPECT_LT(minimal.tests, 150U);
}

TEST(MinimizeHistory, AReadIsNotLeftWithoutTheWriteOfItsValue) {
  const core::History history = pairs_of(100);
  const auto minimal = minimize_history(history, all_of(history), has_all({101}));
  EXPECT_THAT(minimal.operations, ElementsAre(100U, 101U));
  EXPECT_TRUE(minimal.is_minimal);
}

TEST(MinimizeHistory, AWriteOfAnotherProcessKeepsAReadToo) {
  core::History history;
  add(history, "write", {1}, {1});
  add(history, "write", {1}, {1});
  add(history, "read", core::kNil, {1});
  const auto minimal = minimize_history(history, all_of(history), has_all({2}));
  ASSERT_EQ(minimal.operations.size(), 2U);
  EXPECT_EQ(minimal.operations[1], 2U);
}

TEST(MinimizeHistory, WhatLosesItsOriginThroughOthersGoesToo) {
  core::History history;  // 1 -> 2 -> 3, as compare-and-swaps that say what they found
  add(history, "write", {1}, {1});
  add(history, "swap", {2}, {1});
  add(history, "swap", {3}, {2});
  add(history, "read", core::kNil, {3});
  std::vector<std::vector<std::uint32_t>> asked;
  const auto minimal = minimize_history(history, all_of(history), [&](auto operations) {
    asked.emplace_back(operations.begin(), operations.end());
    return false;
  });
  EXPECT_EQ(minimal.operations.size(), 4U);
  for (const auto& operations : asked) {  // always a beginning of the chain
    EXPECT_EQ(operations.back() + 1, operations.size());
  }
}

TEST(MinimizeHistory, AValueOfAVectorIsMentioned) {
  core::History history;
  const std::vector<core::Datum> items{{7}, {8}};
  add(history, "append", {7}, {7});
  add(history, "append", {8}, {8});
  add(history, "read", core::kNil, history.data.vector(items));
  const Words words = words_of(history, history.operations[2]);
  EXPECT_THAT(words.used, ElementsAre(7, 8));
  EXPECT_THAT(words.given, ElementsAre());
  EXPECT_THAT(words_of(history, history.operations[0]).used, ElementsAre());
}

TEST(MinimizeHistory, ValuesAndProcessesGoAsAWhole) {
  const core::History history = pairs_of(64);
  // Fails only with writes and reads of equal number: single operations cannot be left out.
  const auto is_even = [&](std::span<const std::uint32_t> operations) {
    const auto writes =
        std::ranges::count_if(operations, [](std::uint32_t index) { return index % 2 == 0; });
    return 2 * static_cast<std::size_t>(writes) == operations.size();
  };
  const auto minimal =
      minimize_history(history, all_of(history), is_even, {.keeps_origins = false});
  EXPECT_EQ(minimal.operations.size(), 2U);
  EXPECT_TRUE(minimal.is_minimal);
}

TEST(MinimizeHistory, AProcessGoesAsAWhole) {
  core::History history;  // without values; of four processes, two operations each
  for (int i = 0; i < 8; ++i) add(history, "f", core::kNil, core::kNil);
  const auto is_whole = [](std::span<const std::uint32_t> operations) {
    std::array<int, 4> counts{};
    for (const std::uint32_t index : operations) ++counts[index % 4];
    return counts[2] == 2 && std::ranges::find(counts, 1) == counts.end();
  };
  const auto minimal = minimize_history(history, all_of(history), is_whole);
  EXPECT_THAT(minimal.operations, ElementsAre(2U, 6U));
}

TEST(MinimizeHistory, WhatCouldNotGoAtFirstIsTriedAgain) {
  core::History history;  // without values, of one process: only single operations can go
  for (int i = 0; i < 4; ++i) add(history, "f", core::kNil, core::kNil);
  for (core::Operation& operation : history.operations) operation.process = 0;
  // 0 can only go when 2 has gone.
  const auto fails = [](std::span<const std::uint32_t> operations) {
    const auto has = [&](std::uint32_t index) {
      return std::ranges::find(operations, index) != operations.end();
    };
    return has(1) && has(3) && (has(0) || !has(2));
  };
  const auto minimal = minimize_history(history, all_of(history), fails);
  EXPECT_THAT(minimal.operations, ElementsAre(1U, 3U));
  EXPECT_TRUE(minimal.is_minimal);
}

TEST(MinimizeHistory, WhatTheCallerPutsTogetherGoesTogether) {
  core::History history;  // without values: two locks, acquired and released
  for (int i = 0; i < 4; ++i) add(history, "acquire", core::kNil, core::kNil);
  for (core::Operation& operation : history.operations) operation.process = 0;
  const auto is_balanced = [](std::span<const std::uint32_t> operations) {
    const auto has = [&](std::uint32_t index) {
      return std::ranges::find(operations, index) != operations.end();
    };
    return has(0) == has(2) && has(1) == has(3);
  };
  const std::vector<std::uint32_t> given{0, 1, 2, 3};
  EXPECT_EQ(minimize_history(history, given, is_balanced).operations.size(), 4U);
  const auto minimal = minimize_history(history, given, is_balanced, {.groups = {{0, 2, 7}, {}}});
  EXPECT_THAT(minimal.operations, ElementsAre(1U, 3U));
}

TEST(MinimizeHistory, StopsWhenTestsRunOutAndSaysSo) {
  const core::History history = pairs_of(1000);
  const auto minimal =
      minimize_history(history, all_of(history), has_all({0, 501, 1999}), {.tests_max = 5});
  EXPECT_EQ(minimal.tests, 5U);
  EXPECT_FALSE(minimal.is_minimal);
  EXPECT_TRUE(has_all({0, 501, 1999})(minimal.operations));
  bool was_asked = false;
  const auto stopped = minimize_history(history, all_of(history), [](auto) { return true; },
                                        {.should_stop = [&] { return was_asked = true; }});
  EXPECT_TRUE(was_asked);
  EXPECT_EQ(stopped.operations.size(), 2000U);
  EXPECT_FALSE(stopped.is_minimal);
}

TEST(MinimizeHistory, NothingIsAskedAboutNoOperations) {
  const core::History history = pairs_of(3);
  const auto minimal = minimize_history(history, all_of(history), [](auto operations) {
    EXPECT_FALSE(operations.empty());
    return true;
  });
  EXPECT_THAT(minimal.operations, ElementsAre(4U));  // a write, which needs nothing
  EXPECT_TRUE(minimize_history(history, {}, [](auto) { return true; }).operations.empty());
}

// Fails if it has all of one of the cores, or, to be no monotone matter, an odd number of the last.
RC_GTEST_PROP(MinimizeHistory, TheResultFailsAndIsOneMinimal, ()) {
  const auto size = *rc::gen::inRange<std::uint32_t>(1, 40);
  core::History history;
  for (std::uint32_t i = 0; i < size; ++i) {
    add(history, "f", {*rc::gen::inRange<std::int64_t>(0, 10)},
        {*rc::gen::inRange<std::int64_t>(0, 10)});
  }
  const auto some = rc::gen::map(
      rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange<std::uint32_t>(0, size)),
      [](const std::vector<std::uint32_t>& picked) {
        return std::set<std::uint32_t>(picked.begin(), picked.end());
      });
  const auto cores = *rc::gen::container<std::vector<std::set<std::uint32_t>>>(some);
  const auto odd = *some;
  const auto fails = [&](std::span<const std::uint32_t> operations) {
    const auto is_odd = std::ranges::count_if(
                            operations, [&](std::uint32_t index) { return odd.contains(index); }) %
                            2 ==
                        1;
    return is_odd || std::ranges::any_of(cores, [&](const std::set<std::uint32_t>& core) {
             return std::ranges::includes(operations, core);
           });
  };
  RC_PRE(fails(all_of(history)));
  const auto minimal = minimize_history(history, all_of(history), fails, {.keeps_origins = false});
  RC_ASSERT(minimal.is_minimal);
  RC_ASSERT(fails(minimal.operations));
  RC_ASSERT(std::ranges::is_sorted(minimal.operations));
  RC_ASSERT(minimal.operations.back() < size);
  for (std::size_t i = 0; i < minimal.operations.size() && minimal.operations.size() > 1; ++i) {
    auto less = minimal.operations;
    less.erase(less.begin() + static_cast<std::ptrdiff_t>(i));
    RC_ASSERT(!fails(less));
  }
}

}  // namespace
}  // namespace heddle::shrinker
