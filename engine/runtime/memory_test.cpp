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

MemoryType bytes_type(std::uint64_t min, std::optional<std::uint64_t> max,
                      AddressType address = AddressType::I32) {
  return {.limits = {.min = min, .max = max}, .address = address, .page_bytes_log2 = 0};
}

TEST(MemoryInstance, with_pages_of_one_byte_has_exactly_so_many_bytes) {
  MemoryInstance memory(bytes_type(3, 70'000), 0, kNoLimit);
  EXPECT_EQ(memory.pages(), 3U);
  EXPECT_EQ(memory.size_bytes(), 3U);
  EXPECT_EQ(memory.page_bytes(), 1U);
  EXPECT_EQ(memory.grow(5), 3U);
  EXPECT_EQ(memory.size_bytes(), 8U);
  std::byte* const base = memory.base();
  EXPECT_EQ(memory.grow(65'537), 8U) << "over the end of a page of the usual size";
  EXPECT_EQ(memory.base(), base);
  EXPECT_TRUE(is_zero(memory));
  std::ranges::fill(std::span(memory.base(), memory.size_bytes()), std::byte{1});
  EXPECT_EQ(memory.grow(70'000 - 65'545 + 1), std::nullopt);
  EXPECT_EQ(memory.grow(70'000 - 65'545), 65'545U);
}

TEST(MemoryInstance, with_pages_of_one_byte_is_zero_again_when_its_mapping_is_reused) {
  {
    MemoryInstance memory(bytes_type(5, 5), 0, kNoLimit);
    std::ranges::fill(std::span(memory.base(), memory.size_bytes()), std::byte{0xff});
  }
  EXPECT_TRUE(is_zero(MemoryInstance(type(1, 1), 0, kNoLimit)));
}

TEST(MemoryInstance, by_32_bits_never_has_a_size_that_32_bits_cannot_tell) {
  MemoryInstance memory(bytes_type(0, std::nullopt), 0, kNoLimit);
  EXPECT_FALSE(memory.can_grow(0x1'0000'0000));
  EXPECT_TRUE(memory.can_grow(0xffff'ffff));
  MemoryInstance wide(bytes_type(0, std::nullopt, AddressType::I64), 0, kNoLimit);
  EXPECT_TRUE(wide.can_grow(0x1'0000'0000));
  EXPECT_FALSE(wide.can_grow(0x1'0000'0001)) << "the engine's limit, in bytes";
}

TEST(MemoryInstance, with_a_huge_type_is_made_within_the_limit_or_not_at_all) {
  constexpr std::uint64_t kAll = ~std::uint64_t{0};
  for (const std::uint64_t limit : {std::uint64_t{4}, kAll}) {
    for (const std::uint8_t page_bytes_log2 : {std::uint8_t{0}, kPageBytesLog2}) {
      for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{1} << 48, kAll}) {
        const MemoryType huge{.limits = {.min = size, .max = kAll},
                              .address = AddressType::I64,
                              .page_bytes_log2 = page_bytes_log2};
        MemoryInstance memory(huge, 0, limit);
        if (limit == 4) EXPECT_EQ(memory.is_allocated(), size == 0);
        if (!memory.is_allocated()) continue;
        EXPECT_EQ(memory.grow(kAll), std::nullopt);
        EXPECT_EQ(memory.grow(1), 0U);
      }
    }
  }
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
