#include "core/source.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "core/check.hpp"
#include "core/result.hpp"

namespace heddle::core {
namespace {

TEST(Source, lines_and_columns_count_from_one) {
  const std::string text = "ab\ncd\n";
  EXPECT_EQ(describe(locate("f", text, 0)), "f:1:1");
  EXPECT_EQ(describe(locate("f", text, 2)), "f:1:3");
  EXPECT_EQ(describe(locate("f", text, 3)), "f:2:1");
  EXPECT_EQ(describe(locate("f", text, 6)), "f:3:1");
  EXPECT_EQ(describe(locate("f", text, 100)), "f:3:1");
}

TEST(Source, a_part_of_a_file_counts_lines_of_the_file) {
  const Source part{.file = "f", .text = "a\nb", .is_text = true, .first_line = 10};
  EXPECT_EQ(describe(part.span_at(2)), "f:11:1");
}

TEST(Source, binaries_have_offsets_instead_of_lines) {
  const Source binary{.file = "f.wasm", .text = "\n\n\n", .is_text = false};
  EXPECT_EQ(describe(binary.span_at(2)), "f.wasm:@0x2");
}

TEST(Render, shows_the_line_with_a_caret_under_the_column) {
  const std::string text = "one\ntwo three\nfour";
  const Error error{"no three", locate("f", text, 8)};
  EXPECT_EQ(render(error, text),
            "f:2:5: error: no three\n"
            "    2 | two three\n"
            "      |     ^\n");
}

TEST(Render, shows_the_line_of_the_file_that_a_part_of_it_begins_in) {
  const Source part{.file = "f", .text = "one\ntwo", .is_text = true, .first_line = 3};
  EXPECT_EQ(render({"no two", part.span_at(5)}, "first\nsecond\none\ntwo\n"),
            "f:4:2: error: no two\n"
            "    4 | two\n"
            "      |  ^\n");
  EXPECT_EQ(render({"no two", part.span_at(5)}, "another file\n"), "f:4:2: error: no two\n");
}

TEST(Render, escapes_what_could_damage_a_terminal_and_cuts_long_lines) {
  const std::string text = "\x1b[2J" + std::string(500, 'x');
  const std::string report = render({"bad", locate("f", text, 1)}, text);
  EXPECT_EQ(report.find('\x1b'), std::string::npos);
  EXPECT_NE(report.find("\\1b[2J"), std::string::npos);
  EXPECT_LT(report.size(), 200U);
}

TEST(Check, a_failed_check_prints_the_condition_and_what_was_executed_then_aborts) {
  EXPECT_DEATH(
      {
        set_crash_context([] { return std::string("while running t0*3"); });
        HEDDLE_CHECK(1 > 2);
      },
      "1 > 2 does not hold.*\n.*while running t0\\*3");
  HEDDLE_CHECK(2 > 1);
}

}  // namespace
}  // namespace heddle::core
