#include "reports/output_text.hpp"

#include <gtest/gtest.h>

namespace heddle::reports {
namespace {

TEST(OutputText, ShowsWhatWasWrittenLineByLine) {
  EXPECT_EQ(output_text("balance 70\nbye"), "the program has written:\n  balance 70\n  bye\n");
}

TEST(OutputText, IsEmptyIfNothingWasWritten) { EXPECT_EQ(output_text(""), ""); }

TEST(OutputText, KeepsTheLastLinesOfMany) {
  EXPECT_EQ(output_text("1\n2\n3\n4\n", 2),
            "the program has written:\n  ... 2 lines left out ...\n  3\n  4\n");
}

TEST(OutputText, DoesNotLetAProgramSpeakToTheTerminal) {
  EXPECT_EQ(output_text("\x1b[2J\n"), "the program has written:\n  \\1b[2J\n");
}

}  // namespace
}  // namespace heddle::reports
