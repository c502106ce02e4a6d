#include "core/points.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>
#include <tuple>

#include "core/faults.hpp"

namespace heddle::core {
namespace {

Location byte(std::uint64_t offset, std::uint32_t memory = 0) {
  return {.region = RegionKind::Memory, .number = memory, .offset = offset};
}

std::vector<MemoryRange> some_ranges() {
  const auto numbers = *rc::gen::container<std::vector<std::tuple<int, int, int>>>(
      rc::gen::tuple(rc::gen::inRange(0, 2), rc::gen::inRange(0, 24), rc::gen::inRange(0, 6)));
  std::vector<MemoryRange> ranges;
  for (const auto& [memory, begin, size] : numbers) {
    ranges.push_back({static_cast<std::uint32_t>(memory), static_cast<std::uint64_t>(begin),
                      static_cast<std::uint64_t>(begin + size)});
  }
  return ranges;
}

RC_GTEST_PROP(SharedLocations, holds_the_bytes_that_were_added, ()) {
  SharedLocations locations;
  std::set<std::pair<std::uint32_t, std::uint64_t>> bytes;
  for (const MemoryRange& range : some_ranges()) {
    const std::size_t before = bytes.size();
    for (std::uint64_t i = range.begin; i < range.end; ++i) bytes.emplace(range.memory, i);
    RC_ASSERT(locations.add(range) == (bytes.size() != before));
  }
  RC_ASSERT(locations.size_bytes() == bytes.size());
  const auto memory = *rc::gen::inRange<std::uint32_t>(0, 3);
  const auto begin = *rc::gen::inRange<std::uint64_t>(0, 32);
  const auto size = *rc::gen::inRange<std::uint64_t>(0, 6);
  std::size_t found = 0;
  for (std::uint64_t i = begin; i < begin + size; ++i) found += bytes.count({memory, i});
  RC_ASSERT(locations.contains(byte(begin, memory), size) == (found == size));
  RC_ASSERT(locations.overlaps(byte(begin, memory), size) == (found != 0));
}

RC_GTEST_PROP(SharedLocations, do_not_depend_on_the_order_in_which_they_are_added, ()) {
  const std::vector<MemoryRange> ranges = some_ranges();
  SharedLocations forwards;
  SharedLocations backwards;
  for (const MemoryRange& range : ranges) forwards.add(range);
  for (std::size_t i = ranges.size(); i-- > 0;) backwards.add(ranges[i]);
  RC_ASSERT(forwards == backwards);
  SharedLocations copy;
  RC_ASSERT(copy.add(forwards) != forwards.is_empty());
  RC_ASSERT(copy == forwards);
  RC_ASSERT(!copy.add(backwards));
}

RC_GTEST_PROP(SharedLocations, are_parsed_as_they_are_printed, ()) {
  SharedLocations locations;
  for (const MemoryRange& range : some_ranges()) locations.add(range);
  const auto parsed = parse_shared_locations(to_string(locations));
  RC_ASSERT(parsed.has_value());
  RC_ASSERT(*parsed == locations);
}

TEST(SharedLocations, PrintAsMemoriesAndHexadecimalBytes) {
  SharedLocations locations;
  locations.add({.memory = 1, .begin = 0, .end = 4});
  locations.add({.memory = 0, .begin = 0x10, .end = 0x18});
  EXPECT_EQ(to_string(locations), "memory0: 0x10-0x18\nmemory1: 0x0-0x4\n");
}

TEST(SharedLocations, AreNotParsedFromAnythingElse) {
  for (const char* text : {"memory0 0x10-0x18", "memory0: 16-24", "memory0: 0x18-0x10",
                           "memory0: 0x10-0x10", "memory: 0x1-0x2", "memory0: 0x1-0x2 "}) {
    const auto parsed = parse_shared_locations(std::string("memory0: 0x0-0x1\n") + text, "here");
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_EQ(parsed.error().span.line, 2U);
    EXPECT_EQ(parsed.error().span.file, "here");
  }
}

TEST(SharedLocations, HoldAccessesAtTheEndOfTheAddresses) {
  SharedLocations locations;
  locations.add({.memory = 0, .begin = ~std::uint64_t{7}, .end = ~std::uint64_t{0}});
  EXPECT_TRUE(locations.overlaps(byte(~std::uint64_t{3}), 8));
  EXPECT_FALSE(locations.overlaps(byte(0), 8));
}

TEST(PointMode, IsParsedAsItIsPrinted) {
  for (const PointMode mode : {PointMode::All, PointMode::Shared, PointMode::Sync}) {
    EXPECT_EQ(parse_point_mode(to_string(mode)), mode);
  }
  EXPECT_EQ(parse_point_mode("none"), std::nullopt);
}

TEST(Faults, AreSetByTheirNames) {
  Faults faults;
  EXPECT_TRUE(names_of(faults).empty());
  for (const char* name : {"memory_grow", "table_grow", "spawn", "collections", "call_depth",
                           "clock_jumps", "punctual_timeouts"}) {
    EXPECT_TRUE(set_fault(faults, name)) << name;
    EXPECT_EQ(names_of(faults).back(), name);
  }
  EXPECT_EQ(names_of(faults).size(), 7U);
  EXPECT_FALSE(set_fault(faults, "early_timeouts"));
}

}  // namespace
}  // namespace heddle::core
