#include "core/action_kinds.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace heddle::core {
namespace {

using ::testing::ElementsAre;

std::vector<ActionKind> kinds_that(bool (*are)(ActionKind)) {
  std::vector<ActionKind> found;
  for (auto kind = ActionKind::Read; kind <= ActionKind::Host;
       kind = static_cast<ActionKind>(static_cast<int>(kind) + 1)) {
    if (are(kind)) found.push_back(kind);
  }
  return found;
}

TEST(ActionKinds, that_access_values_read_or_write_or_do_both) {
  EXPECT_THAT(kinds_that(reads), ElementsAre(ActionKind::Read, ActionKind::ReadModifyWrite));
  EXPECT_THAT(kinds_that(writes), ElementsAre(ActionKind::Write, ActionKind::ReadModifyWrite));
  EXPECT_THAT(kinds_that(is_access),
              ElementsAre(ActionKind::Read, ActionKind::Write, ActionKind::ReadModifyWrite));
}

TEST(ActionKinds, of_queues_are_four) {
  EXPECT_THAT(kinds_that(is_queue_action), ElementsAre(ActionKind::Wait, ActionKind::Woken,
                                                       ActionKind::TimedOut, ActionKind::Notify));
}

TEST(ActionKinds, that_are_steps_are_neither_woken_nor_bookkeeping) {
  EXPECT_THAT(kinds_that(is_step),
              ElementsAre(ActionKind::Read, ActionKind::Write, ActionKind::ReadModifyWrite,
                          ActionKind::Wait, ActionKind::TimedOut, ActionKind::Notify,
                          ActionKind::Fence, ActionKind::Host));
}

}  // namespace
}  // namespace heddle::core
