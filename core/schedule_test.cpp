#include "core/schedule.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <sstream>

#include "core/arbitrary.hpp"

namespace heddle::core {
namespace {

std::string error_of(std::string_view text) {
  const auto schedule = parse_schedule(text, "s");
  if (schedule) return "parsed";
  return describe(schedule.error().span) + ": " + schedule.error().message;
}

TEST(Schedule, prints_runs_with_their_length) {
  Schedule schedule;
  schedule.program = Digest{.high = 0x6d, .low = 1};
  schedule.choices = {Choice::next({0}), Choice::next({0}),    Choice::next({0}),
                      Choice::next({1}), Choice::timeout({2}), Choice::next({1})};
  EXPECT_EQ(print(schedule),
            "heddle-schedule 1\n"
            "program 000000000000006d0000000000000001\n"
            "t0*3 t1 timeout:t2 t1\n"
            "tail first\n");
}

TEST(Schedule, without_choices_has_no_line_of_choices) {
  EXPECT_EQ(print(Schedule{}), "heddle-schedule 1\ntail first\n");
  Schedule random;
  random.tail = {.kind = TailKind::Random, .seed = 7};
  EXPECT_EQ(print(random), "heddle-schedule 1\ntail random:7\n");
}

TEST(Schedule, lines_break_at_a_hundred_columns) {
  Schedule schedule;
  for (std::uint64_t i = 0; i < 300; ++i) schedule.choices.push_back({ChoiceKind::ReadsFrom, i});
  std::istringstream lines(print(schedule));
  std::size_t longest = 0;
  for (std::string line; std::getline(lines, line);) longest = std::max(longest, line.size());
  EXPECT_LE(longest, 100U);
  EXPECT_GT(longest, 90U);
}

RC_GTEST_PROP(Schedule, parse_reads_back_what_print_writes, ()) {
  const Schedule schedule = *arbitrary::schedule();
  RC_ASSERT(parse_schedule(print(schedule)).value() == schedule);
}

RC_GTEST_PROP(Schedule, any_text_made_of_its_words_is_either_rejected_or_printed_canonically, ()) {
  const auto words = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "t0", "t0*2", "t0*1", "timeout:t1", "rf:3", "tail", "stop", "random:1", "program", "t", "t0*",
      "\n", "*", "gc:1*2", std::string(32, 'a')));
  std::string text = "heddle-schedule 1";
  for (const std::string& word : words) text += " " + word;
  for (const std::string& candidate : {text, text + " tail first"}) {
    const auto schedule = parse_schedule(candidate);
    RC_CLASSIFY(schedule.has_value(), "accepted");
    if (schedule) RC_ASSERT(parse_schedule(print(*schedule)).value() == *schedule);
  }
}

TEST(Schedule, line_breaks_and_blanks_do_not_matter) {
  const auto schedule = parse_schedule("heddle-schedule\r\n1\tt0 t0\n\n t0*1  tail\r\nstop");
  ASSERT_TRUE(schedule.has_value());
  EXPECT_EQ(schedule->choices, std::vector(3, Choice::next({0})));
  EXPECT_EQ(schedule->tail.kind, TailKind::Stop);
}

TEST(Schedule, errors_point_at_the_word) {
  EXPECT_EQ(error_of(""), "s:1:1: unexpected the end: a schedule begins with 'heddle-schedule 1'");
  EXPECT_EQ(error_of("heddle-schedule 2\n"),
            "s:1:17: unexpected '2': only version 1 of the schedule's form is known");
  EXPECT_EQ(error_of("heddle-schedule 1\nprogram 12\n"),
            "s:2:9: unexpected '12': a digest is 32 hexadecimal digits");
  EXPECT_EQ(error_of("heddle-schedule 1\nt0 t1*0\ntail first\n"),
            "s:2:4: unexpected 't1*0': a repetition is *N with N at least 1");
  EXPECT_EQ(error_of("heddle-schedule 1\nt0\n"),
            "s:3:1: unexpected the end: a schedule ends with a tail");
  EXPECT_EQ(error_of("heddle-schedule 1\ntail later\n"),
            "s:2:6: unexpected 'later': a tail is one of stop, first, random:SEED");
  EXPECT_EQ(error_of("heddle-schedule 1\ntail stop\nt0\n"),
            "s:3:1: unexpected 't0': the tail is the last thing in a schedule");
}

TEST(Schedule, words_that_are_no_choices_are_rejected) {
  for (const std::string word : {"t", "t-1", "t+1", "t1x", "t0x1", "rf:", "timeout:1", "T1",
                                 "t18446744073709551616", "grow", "t1**2", "t1*2*2"}) {
    EXPECT_FALSE(parse_schedule("heddle-schedule 1 " + word + " tail first").has_value()) << word;
  }
}

TEST(Schedule, a_short_text_cannot_stand_for_more_than_a_bounded_number_of_choices) {
  EXPECT_NE(error_of("heddle-schedule 1 t0*18446744073709551615 tail first").find("at most"),
            std::string::npos);
  EXPECT_NE(error_of("heddle-schedule 1 t0*16777216 t0 tail first").find("at most"),
            std::string::npos);
}

TEST(Schedule, long_words_are_cut_in_messages) {
  EXPECT_LT(error_of("heddle-schedule 1 " + std::string(5000, 'x')).size(), 300U);
}

}  // namespace
}  // namespace heddle::core
