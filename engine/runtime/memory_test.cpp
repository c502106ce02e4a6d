#include "engine/runtime/memory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <span>

namespace heddle::engine {
namespace {

constexpr std::uint64_t kNoLimit = 65536;

MemoryType type(std::uint64_t min, std::optional<std::uint64_t> max) {
  return {.limits = {.min = min, .max = max}};
}

bool is_zero(const MemoryInstance& memory) {
  return std::ranges::all_of(std::span(memory.base(), memory.size_bytes()),
                             [](std::byte byte) { return byte == std::byte{0}; });
}

TEST(MemoryInstance, is_zero_when_made_and_where_it_grows) {
  MemoryInstance memory(type(1, 3), 0, kNoLimit);
  ASSERT_TRUE(memory.is_allocated());
  EXPECT_EQ(memory.size_bytes(), kPageBytes);
  EXPECT_EQ(memory.grow(2), 1U);
  EXPECT_EQ(memory.pages(), 3U);
  EXPECT_TRUE(is_zero(memory));
}

TEST(MemoryInstance, is_zero_again_when_its_mapping_is_reused) {
  for (int round = 0; round < 3; ++round) {
    MemoryInstance memory(type(2, 2), 0, kNoLimit);
    EXPECT_TRUE(is_zero(memory)) << "round " << round;
    std::ranges::fill(std::span(memory.base(), memory.size_bytes()), std::byte{0xff});
  }
  // Grown to the size of the next one.
  {
    MemoryInstance memory(type(1, 2), 0, kNoLimit);
    ASSERT_TRUE(memory.grow(1));
    std::ranges::fill(std::span(memory.base(), memory.size_bytes()), std::byte{0xff});
  }
  EXPECT_TRUE(is_zero(MemoryInstance(type(2, 2), 0, kNoLimit)));
}

TEST(MemoryInstance, grows_to_its_maximum_and_not_beyond) {
  MemoryInstance memory(type(1, 2), 0, kNoLimit);
  EXPECT_EQ(memory.grow(2), std::nullopt);
  EXPECT_EQ(memory.grow(~0ULL), std::nullopt);
  EXPECT_EQ(memory.grow(1), 1U);
  EXPECT_EQ(memory.grow(0), 2U);
  EXPECT_EQ(memory.grow(1), std::nullopt);
}

TEST(MemoryInstance, never_grows_beyond_the_limit_of_the_engine) {
  MemoryInstance memory(type(0, std::nullopt), 0, 4);
  EXPECT_EQ(memory.grow(5), std::nullopt);
  EXPECT_EQ(memory.grow(4), 0U);
}

TEST(MemoryInstance, keeps_its_base_when_it_grows) {
  MemoryInstance memory(type(0, 65536), 0, kNoLimit);
  std::byte* const base = memory.base();
  ASSERT_TRUE(memory.grow(100));
  EXPECT_EQ(memory.base(), base);
  base[100 * kPageBytes - 1] = std::byte{1};
}

TEST(MemoryInstance, is_not_allocated_beyond_the_limit) {
  EXPECT_FALSE(MemoryInstance(type(5, 5), 0, 4).is_allocated());
}

TEST(MemoryInstance, of_no_pages_is_allocated_and_empty) {
  MemoryInstance memory(type(0, 0), 0, kNoLimit);
  EXPECT_TRUE(memory.is_allocated());
  EXPECT_EQ(memory.size_bytes(), 0U);
  EXPECT_EQ(memory.grow(1), std::nullopt);
}

TEST(MemoryInstance, keeps_its_content_while_others_come_and_go) {
  auto first = std::make_unique<MemoryInstance>(type(1, 1), 0, kNoLimit);
  first->base()[7] = std::byte{42};
  {
    const MemoryInstance second(type(1, 1), 1, kNoLimit);
  }
  {
    const MemoryInstance third(type(1, 1), 2, kNoLimit);
  }
  EXPECT_EQ(first->base()[7], std::byte{42});
}

}  // namespace
}  // namespace heddle::engine
