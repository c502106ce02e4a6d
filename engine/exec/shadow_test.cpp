#include "engine/exec/shadow.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <vector>

namespace heddle::engine {
namespace {

constexpr core::AgentId kMain{0};
constexpr core::AgentId kFirst{1};
constexpr core::AgentId kSecond{2};

struct Fixture {
  Shadow shadow;
  core::SharedLocations found;

  void read(core::AgentId agent, std::uint64_t begin, std::uint64_t size = 4) {
    shadow.use({.agent = agent, .begin = begin, .size = size}, nullptr, found);
  }
  void write(core::AgentId agent, std::uint64_t begin, std::uint64_t size = 4) {
    shadow.use({.agent = agent, .begin = begin, .size = size, .writes = true}, nullptr, found);
  }
  [[nodiscard]] std::string text() const { return to_string(found); }
};

TEST(Shadow, shares_what_two_agents_use_and_one_writes) {
  Fixture f;
  f.shadow.spawn(kMain, kFirst);
  f.shadow.spawn(kMain, kSecond);
  f.write(kFirst, 8);
  f.read(kSecond, 10, 1);
  EXPECT_EQ(f.text(), "memory0: 0xa-0xb\n");
  f.read(kFirst, 32);
  f.write(kSecond, 34, 8);
  EXPECT_EQ(f.text(), "memory0: 0xa-0xb\nmemory0: 0x22-0x24\n");
}

TEST(Shadow, does_not_share_what_is_only_read_or_used_by_one) {
  Fixture f;
  f.shadow.spawn(kMain, kFirst);
  for (const core::AgentId agent : {kMain, kFirst, kMain}) f.read(agent, 0);
  f.write(kFirst, 8);
  f.read(kFirst, 8);
  f.write(kMain, 12);
  EXPECT_EQ(f.text(), "");
}

TEST(Shadow, does_not_share_what_spawning_and_joining_order) {
  Fixture f;
  f.write(kMain, 0);
  f.shadow.spawn(kMain, kFirst);
  f.write(kFirst, 0);
  f.write(kMain, 4);  // for the second
  f.shadow.spawn(kMain, kSecond);
  f.read(kSecond, 4);
  f.write(kSecond, 8);
  f.read(kFirst, 16);
  f.read(kSecond, 16);
  f.shadow.join(kMain, kFirst);
  f.read(kMain, 0);
  EXPECT_EQ(f.text(), "");
  f.write(kMain, 8);  // the second has not been joined
  EXPECT_EQ(f.text(), "memory0: 0x8-0xc\n");
  f.shadow.join(kMain, kSecond);
  f.write(kMain, 16);  // both readers have been
  EXPECT_EQ(f.text(), "memory0: 0x8-0xc\n");
}

TEST(Shadow, shares_what_a_parent_uses_after_spawning) {
  Fixture f;
  f.shadow.spawn(kMain, kFirst);
  f.write(kMain, 4);
  f.read(kFirst, 4);
  EXPECT_EQ(f.text(), "memory0: 0x4-0x8\n");
}

TEST(Shadow, does_not_report_what_is_known) {
  Fixture f;
  core::SharedLocations known;
  known.add({.memory = 0, .begin = 0, .end = 2});
  f.shadow.spawn(kMain, kFirst);
  f.write(kMain, 0);
  f.shadow.use({.agent = kFirst, .begin = 0, .size = 4}, &known, f.found);
  EXPECT_EQ(f.text(), "memory0: 0x2-0x4\n");
}

TEST(Shadow, forgets_when_it_is_reset) {
  Fixture f;
  f.shadow.spawn(kMain, kFirst);
  f.write(kMain, 0);
  f.shadow.reset();
  f.shadow.spawn(kMain, kFirst);
  f.read(kFirst, 0);
  EXPECT_EQ(f.text(), "");
}

TEST(Shadow, finds_all_that_is_shared_in_much_more_memory_than_it_takes) {
  Fixture f;
  f.shadow.spawn(kMain, kFirst);
  f.write(kMain, 64, 4);
  f.write(kMain, std::uint64_t{1} << 26, std::uint64_t{1} << 26);
  f.read(kFirst, 65, 1);
  f.read(kFirst, (std::uint64_t{1} << 26) + 12345, 1);
  f.read(kFirst, std::uint64_t{1} << 30, 1);
  EXPECT_TRUE(f.found.contains({.region = core::RegionKind::Memory, .offset = 65}, 1));
  EXPECT_TRUE(f.found.contains(
      {.region = core::RegionKind::Memory, .offset = (std::uint64_t{1} << 26) + 12345}, 1));
  EXPECT_LT(f.found.size_bytes(), std::uint64_t{1} << 16);
}

// Against all pairs of accesses.
RC_GTEST_PROP(Shadow, shares_the_bytes_of_unordered_pairs_with_a_write, ()) {
  struct Step {
    core::AgentId agent;
    std::uint64_t byte;
    bool writes;
    std::size_t number;
  };
  const auto script = *rc::gen::container<std::vector<std::tuple<int, int, bool>>>(
      rc::gen::tuple(rc::gen::inRange(0, 3), rc::gen::inRange(0, 12), rc::gen::arbitrary<bool>()));
  Fixture f;
  // Main spawns the first before a third of the script, the second before two thirds, and joins the
  // first before the last access.
  const std::size_t third = script.size() / 3;
  std::vector<Step> steps;
  std::set<std::uint64_t> expected;
  std::set<std::uint64_t> writers;
  std::map<std::uint64_t, std::set<core::AgentId>> users;
  bool has_many = false;
  const auto ordered = [&](const Step& before, const Step& after) {
    if (before.agent == after.agent) return true;
    if (before.agent == kMain) return before.number < (after.agent == kFirst ? third : 2 * third);
    return before.agent == kFirst && after.agent == kMain && after.number + 1 == script.size();
  };
  for (std::size_t i = 0; i < script.size(); ++i) {
    if (i == third) f.shadow.spawn(kMain, kFirst);
    if (i == 2 * third) f.shadow.spawn(kMain, kSecond);
    if (i + 1 == script.size() && i >= 2 * third) f.shadow.join(kMain, kFirst);
    const auto [who, byte, writes] = script[i];
    const std::uint32_t agents = 1U + (i >= third ? 1U : 0U) + (i >= 2 * third ? 1U : 0U);
    const Step step{.agent = {static_cast<std::uint32_t>(who) % agents},
                    .byte = static_cast<std::uint64_t>(byte),
                    .writes = writes,
                    .number = i};
    if (step.writes) writers.insert(step.byte);
    users[step.byte].insert(step.agent);
    for (const Step& other : steps) {
      has_many = has_many || (other.byte == step.byte && !ordered(other, step));
      if (other.byte == step.byte && (other.writes || step.writes) && !ordered(other, step)) {
        expected.insert(step.byte);
      }
    }
    steps.push_back(step);
    f.shadow.use({.agent = step.agent, .begin = step.byte, .size = 1, .writes = step.writes},
                 nullptr, f.found);
  }
  std::set<std::uint64_t> found;
  for (const core::MemoryRange& range : f.found.ranges()) {
    for (std::uint64_t i = range.begin; i < range.end; ++i) found.insert(i);
  }
  // Of several readers, all must have been joined before a write: that may be too many.
  RC_ASSERT(std::ranges::includes(found, expected));
  for (const std::uint64_t byte : found) {
    RC_ASSERT(writers.contains(byte));
    RC_ASSERT(users[byte].size() > 1);
  }
  if (!has_many) RC_ASSERT(found == expected);
}

}  // namespace
}  // namespace heddle::engine
