#include "reports/private_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/example_traces.hpp"

namespace heddle::reports {
namespace {

using core::ActionKind;
using ::testing::ElementsAre;

TEST(PrivateEvents, AreAccessesToWhatOneAgentAloneUses) {
  TraceBuilder b({"a", "b"});
  b.store(0, 0x10, 1);
  b.load(0, 0x10, 1);
  b.store(1, 0x14, 1);
  EXPECT_THAT(private_events(b.trace()), ElementsAre(true, true, true));
}

TEST(PrivateEvents, AreNotAccessesThatAnotherAgentSeesOrDisturbs) {
  TraceBuilder b({"a", "b"});
  b.store(0, 0x10, 1);
  b.load(1, 0x10, 1);
  b.store(1, 0x11, 1);  // four bytes that overlap with the others
  b.load(0, 0x14, 0);
  EXPECT_THAT(private_events(b.trace()), ElementsAre(false, false, false, false));
}

TEST(PrivateEvents, AreReadsOfWhatNobodyWrites) {
  TraceBuilder b({"a", "b"});
  b.load(0, 0x10, 1);
  b.load(1, 0x10, 1);
  EXPECT_THAT(private_events(b.trace()), ElementsAre(true, true));
}

TEST(PrivateEvents, AreAllAccessesBeforeThereIsAnotherAgent) {
  TraceBuilder b({"main", "a"});
  b.store(0, 0x10, 1);
  b.host_action(0, ActionKind::Spawn, 1);
  b.load(1, 0x10, 1);
  b.load(0, 0x10, 1);
  EXPECT_THAT(private_events(b.trace()), ElementsAre(true, false, true, true));
  b.store(1, 0x10, 2);
  EXPECT_THAT(private_events(b.trace()), ElementsAre(true, false, false, false, false));
}

TEST(PrivateEvents, AreNeverAnythingButAccesses) {
  TraceBuilder b({"a"});
  b.call(0, "f");
  b.add(0, {{.kind = ActionKind::Fence}});
  b.wait(0, 8, 5);
  b.ret(0);
  b.host_action(0, ActionKind::End);
  EXPECT_THAT(private_events(b.trace()), ElementsAre(false, false, false, false, false));
}

TEST(PrivateEvents, DoNotTakeOneRegionForAnother) {
  TraceBuilder b({"a", "b"});
  core::Action write = TraceBuilder::access(ActionKind::Write, 0x10, 0, 1);
  b.add(0, {write});
  write.location.number = 1;
  b.add(1, {write});
  EXPECT_THAT(private_events(b.trace()), ElementsAre(true, true));
  write.location.region = core::RegionKind::Global;
  b.add(0, {write});
  EXPECT_THAT(private_events(b.trace()), ElementsAre(true, true, true));
  b.add(1, {write});
  EXPECT_THAT(private_events(b.trace()), ElementsAre(true, true, false, false));
}

}  // namespace
}  // namespace heddle::reports
