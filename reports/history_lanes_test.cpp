#include "reports/history_lanes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>

namespace heddle::reports {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Given {
  std::int64_t process = 0;
  std::string_view function{};
  std::int64_t input = core::kNil.word;
  std::int64_t output = core::kNil.word;
  std::uint64_t call = 0;
  std::uint64_t ret = core::kNeverReturned;
};

core::History history_of(const std::vector<Given>& given) {
  core::History history;
  for (const Given& one : given) {
    const bool is_crashed = one.ret == core::kNeverReturned;
    history.operations.push_back(
        {.process = one.process,
         .function = history.function_of(one.function),
         .completion = is_crashed ? core::Completion::Info : core::Completion::Ok,
         .input = {one.input},
         .output = {one.output == core::kNil.word ? one.input : one.output},
         .call = one.call,
         .ret = one.ret});
  }
  return history;
}

LanePicture picture_of(const core::History& history) {
  LanePicture picture{.history = &history};
  picture.operations.resize(history.operations.size());
  std::iota(picture.operations.begin(), picture.operations.end(), 0U);
  return picture;
}

constexpr std::int64_t kNothing = core::kNil.word;

// A stale read: write 1, then a read of 0 while a write of 2 has crashed.
core::History stale_read() {
  return history_of({{0, "write", 1, kNothing, 10, 20},
                     {1, "write", 2, kNothing, 15},
                     {2, "read", kNothing, 1, 18, 40},
                     {0, "read", kNothing, 0, 30, 50}});
}

TEST(HistoryLanes, BarsShowWhoPrecedesWhom) {
  core::History history = stale_read();
  history.annotations.push_back({.lane = "nemesis", .text = "start partition", .time = 25});
  LanePicture picture = picture_of(history);
  picture.order = {0, 2};
  picture.unplaced = 3;
  EXPECT_EQ(draw_lanes(picture),
            "0        |-- 1. write 1 --| |-- !! read -> 0 --|\n"
            "1         |-- write 2 -> ? .....................\n"
            "2          |-- 2. read -> 1 --|\n"
            "nemesis                    * start partition\n");
}

TEST(HistoryLanes, AFailedOperationEndsInACross) {
  core::History history = history_of({{0, "cas", 1, kNothing, 1, 2}});
  history.operations[0].completion = core::Completion::Fail;
  EXPECT_EQ(draw_lanes(picture_of(history)), "0  |-- cas 1 -> failed --x\n");
}

TEST(HistoryLanes, AProcessThatGaveUpGoesOnBehindTheDots) {
  core::History history =
      history_of({{0, "write", 1, kNothing, 1, 2}, {0, "write", 2, kNothing, 5, 6}});
  history.operations[0].completion = core::Completion::Info;
  EXPECT_EQ(draw_lanes(picture_of(history)), "0  |-- write 1 -> ? ... |-- write 2 --|\n");
}

TEST(HistoryLanes, EqualTimesAreConcurrentOrOrdered) {
  const core::History history =
      history_of({{0, "a", kNothing, kNothing, 1, 5}, {1, "b", kNothing, kNothing, 5, 9}});
  LanePicture picture = picture_of(history);
  EXPECT_EQ(draw_lanes(picture),
            "0  |-- a --|\n"
            "1   |-- b --|\n");
  picture.returns_first = true;
  EXPECT_EQ(draw_lanes(picture),
            "0  |-- a --|\n"
            "1           |-- b --|\n");
}

TEST(HistoryLanes, EqualEndsAtEqualTimesAreBelowEachOther) {
  const core::History history =
      history_of({{0, "a", kNothing, kNothing, 1, 5}, {1, "b", kNothing, kNothing, 1, 5}});
  EXPECT_EQ(draw_lanes(picture_of(history)),
            "0  |-- a --|\n"
            "1  |-- b --|\n");
}

TEST(HistoryLanes, AProcessMayInvokeAtTheTimeOfItsReturn) {
  const core::History history =
      history_of({{0, "a", kNothing, kNothing, 1, 5}, {0, "b", kNothing, kNothing, 5, 9}});
  EXPECT_EQ(draw_lanes(picture_of(history)), "0  |-- a --| |-- b --|\n");
}

TEST(HistoryLanes, WhatIsWiderGoesOnInBlocks) {
  const core::History history = history_of({{0, "write", 1, kNothing, 1, 90},
                                            {1, "write", 2, kNothing, 2, 3},
                                            {1, "write", 3, kNothing, 4, 5},
                                            {1, "write", 4, kNothing, 6, 7},
                                            {1, "write", 5, kNothing, 8, 9},
                                            {2, "read", kNothing, 4, 10}});
  LanePicture picture = picture_of(history);
  picture.columns = 60;
  EXPECT_EQ(draw_lanes(picture),
            "0  |-- write 1 ---------------------------------------------\n"
            "1   |-- write 2 --| |-- write 3 --| |-- write 4 --|\n"
            "\n"
            "0  -- write 1 -----|\n"
            "1  |-- write 5 --|\n"
            "2                 |-- read -> ? ...\n");
}

TEST(HistoryLanes, HostileAndLongTextsAreHarmless) {
  core::History history = history_of({{0, "wr\x1b[2J\n", 1, kNothing, 1, 2}});
  history.operations[0].input = history.data.string(std::string(1000, 'a'));
  history.annotations.push_back({.lane = std::string(50, '\n'), .text = "\x07", .time = 1});
  const std::string text = draw_lanes(picture_of(history));
  EXPECT_THAT(text, HasSubstr("wr\\1b[2J\\0a \"aaaa"));
  EXPECT_THAT(text, HasSubstr("* \\07"));
  EXPECT_THAT(text, Not(HasSubstr(std::string(60, 'a'))));
  EXPECT_EQ(std::ranges::count(text, '\n'), 2);
}

TEST(HistoryLanes, OfManyOperationsThoseAroundTheUnplacedOneAreDrawn) {
  std::vector<Given> given;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    given.push_back({0, "write", static_cast<std::int64_t>(i), kNothing, 2 * i, 2 * i + 1});
  }
  const core::History history = history_of(given);
  LanePicture picture = picture_of(history);
  picture.unplaced = 700;
  picture.operations_max = 20;
  const std::string text = draw_lanes(picture);
  EXPECT_THAT(text, HasSubstr("!! write 700"));
  EXPECT_THAT(text, HasSubstr("write 685 "));
  EXPECT_THAT(text, Not(HasSubstr("write 684 ")));
  EXPECT_THAT(text, HasSubstr("write 704 "));
  EXPECT_THAT(text, HasSubstr("980 of 1000 operations not drawn\n"));
}

// The columns of the ends of each lane's bars, of a picture of one block.
std::vector<std::vector<std::size_t>> ends_in(const std::string& text) {
  std::vector<std::vector<std::size_t>> ends;
  for (std::size_t begin = 0; begin < text.size(); begin = text.find('\n', begin) + 1) {
    ends.emplace_back();
    for (std::size_t at = begin; text[at] != '\n'; ++at) {
      if (text[at] == '|') ends.back().push_back(at - begin);
    }
  }
  return ends;
}

RC_GTEST_PROP(HistoryLanes, OneBarIsLeftOfAnotherIfAndOnlyIfItPrecedesIt, (bool returns_first)) {
  std::vector<Given> given;
  std::array<std::uint64_t, 3> now{};
  const auto count = *rc::gen::inRange<std::size_t>(1, 20);
  for (std::size_t i = 0; i < count; ++i) {
    const auto process = *rc::gen::inRange<std::size_t>(0, 3);
    const std::uint64_t call = now[process] + *rc::gen::inRange<std::uint64_t>(0, 4);
    now[process] = call + *rc::gen::inRange<std::uint64_t>(1, 6);
    given.push_back({static_cast<std::int64_t>(process), "f", static_cast<std::int64_t>(i),
                     kNothing, call, now[process]});
    now[process] += 1;
  }
  std::ranges::stable_sort(given, {}, &Given::call);
  const core::History history = history_of(given);
  LanePicture picture = picture_of(history);
  picture.columns = 10'000;
  picture.returns_first = returns_first;
  const auto lanes = ends_in(draw_lanes(picture));
  std::map<std::int64_t, std::size_t> lane_of;
  for (const Given& one : given) lane_of[one.process] = 0;
  std::size_t next = 0;
  for (auto& [process, lane] : lane_of) lane = next++;
  RC_ASSERT(lanes.size() == lane_of.size());
  std::vector<std::size_t> seen(lanes.size(), 0);
  std::vector<std::pair<std::size_t, std::size_t>> columns;
  for (const Given& one : given) {
    const std::size_t lane = lane_of[one.process];
    const std::size_t bar = seen[lane]++;
    RC_ASSERT(lanes[lane].size() > 2 * bar + 1);
    columns.emplace_back(lanes[lane][2 * bar], lanes[lane][2 * bar + 1]);
  }
  for (std::size_t a = 0; a < given.size(); ++a) {
    for (std::size_t b = 0; b < given.size(); ++b) {
      const bool precedes =
          returns_first ? given[a].ret <= given[b].call && a != b : given[a].ret < given[b].call;
      RC_ASSERT((columns[a].second < columns[b].first) == precedes);
    }
  }
}

RC_GTEST_PROP(HistoryLanes, NoLineIsWiderThanThePage, ()) {
  std::vector<Given> given;
  const auto count = *rc::gen::inRange<std::size_t>(0, 60);
  for (std::size_t i = 0; i < count; ++i) {  // also what no reader would give: overlapping itself
    const auto call = *rc::gen::inRange<std::uint64_t>(0, 50);
    const bool is_crashed = *rc::gen::inRange(0, 4) == 0;
    given.push_back(
        {*rc::gen::inRange<std::int64_t>(0, 5), "write", *rc::gen::arbitrary<int>(), kNothing, call,
         is_crashed ? core::kNeverReturned : call + *rc::gen::inRange<std::uint64_t>(0, 9)});
  }
  std::ranges::stable_sort(given, {}, &Given::call);
  const core::History history = history_of(given);
  LanePicture picture = picture_of(history);
  picture.columns = *rc::gen::inRange<std::size_t>(60, 120);
  const std::string text = draw_lanes(picture);
  std::size_t shown = 0;
  for (std::size_t begin = 0; begin < text.size(); begin = text.find('\n', begin) + 1) {
    const std::string line = text.substr(begin, text.find('\n', begin) - begin);
    RC_ASSERT(line.size() <= picture.columns);
    for (std::size_t at = line.find("|-- write"); at != std::string::npos;
         at = line.find("|-- write", at + 1)) {
      ++shown;
    }
  }
  RC_ASSERT(shown == count);
}

TEST(HistoryLanes, NothingIsDrawnOfNoOperations) {
  const core::History history;
  EXPECT_EQ(draw_lanes({.history = &history}), "");
}

}  // namespace
}  // namespace heddle::reports
