#include "core/event.hpp"

#include <gtest/gtest.h>

#include <set>

namespace heddle::core {
namespace {

TEST(ActionKind, names_are_different_and_those_of_the_specification) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(ActionKind::Host); ++i) {
    names.insert(to_string(static_cast<ActionKind>(i)));
  }
  EXPECT_EQ(names.size(), 14U);
  EXPECT_EQ(to_string(ActionKind::ReadModifyWrite), "rmw");
  EXPECT_EQ(to_string(ActionKind::TimedOut), "timed-out");
}

TEST(Ordering, names_are_those_of_the_specification) {
  EXPECT_EQ(to_string(Ordering::Unordered), "unordered");
  EXPECT_EQ(to_string(Ordering::AcqRel), "acqrel");
  EXPECT_EQ(to_string(Ordering::SeqCst), "seqcst");
  EXPECT_EQ(to_string(Ordering::Init), "init");
}

TEST(Location, is_spelled_by_region_number_and_offset) {
  EXPECT_EQ(to_string(Location{}), "nowhere");
  EXPECT_EQ(to_string(Location{RegionKind::Memory, 0, 24}), "memory0+0x18");
  EXPECT_EQ(to_string(Location{RegionKind::MemoryLength, 1, 0}), "length of memory1");
  EXPECT_EQ(to_string(Location{RegionKind::Global, 3, 0}), "global3");
  EXPECT_EQ(to_string(Location{RegionKind::Table, 2, 7}), "table2[7]");
  EXPECT_EQ(to_string(Location{RegionKind::TableLength, 2, 0}), "length of table2");
  EXPECT_EQ(to_string(Location{RegionKind::Field, 5, 1}), "object5[1]");
  EXPECT_EQ(to_string(Location{RegionKind::TlsCell, 1, 2}), "tls1[2]");
}

}  // namespace
}  // namespace heddle::core
