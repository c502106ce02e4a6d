#include "core/outcome.hpp"

#include <gtest/gtest.h>

namespace heddle::core {
namespace {

TEST(Outcome, shows_its_kind_then_message_or_values) {
  EXPECT_EQ(to_string(Outcome{OutcomeKind::Returned, {}, ""}), "returned");
  EXPECT_EQ(to_string(Outcome{OutcomeKind::Returned, {Value::i32(3), Value::i64(4)}, ""}),
            "returned i32:3 i64:4");
  EXPECT_EQ(to_string(Outcome{OutcomeKind::Trapped, {}, "unreachable"}), "trapped: unreachable");
  EXPECT_EQ(to_string(Outcome{OutcomeKind::Thrown, {}, ""}), "thrown");
  EXPECT_EQ(to_string(Outcome{OutcomeKind::Exhausted, {}, "call stack exhausted"}),
            "exhausted: call stack exhausted");
  EXPECT_EQ(to_string(Outcome{OutcomeKind::Blocked, {}, "waits"}), "blocked: waits");
  EXPECT_EQ(to_string(Outcome{}), "unfinished");
}

}  // namespace
}  // namespace heddle::core
