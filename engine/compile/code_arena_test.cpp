#include "engine/compile/code_arena.hpp"

#include <gmock/gmock.h>

#include <cstdint>

namespace heddle::engine {
namespace {

TEST(CodeArena, keeps_what_was_copied_where_it_was) {
  CodeArena arena;
  std::vector<std::span<const std::uint64_t>> copies;
  for (std::uint64_t size = 0; size < 700; ++size) {
    copies.push_back(arena.copy(std::span<const std::uint64_t>(std::vector(size, size))));
  }
  for (std::uint64_t size = 0; size < copies.size(); ++size) {
    ASSERT_THAT(copies[size], testing::SizeIs(size));
    ASSERT_THAT(copies[size], testing::Each(size));
  }
}

TEST(CodeArena, aligns_arrays_of_any_item) {
  CodeArena arena;
  for (int i = 0; i < 10; ++i) {
    const std::vector<std::uint8_t> bytes(static_cast<std::size_t>(i) + 1, 7);
    EXPECT_THAT(arena.copy(std::span<const std::uint8_t>(bytes)), testing::Each(7));
    const auto words = arena.copy(std::span<const std::uint64_t>(std::vector<std::uint64_t>(1, 9)));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(words.data()) % alignof(std::uint64_t), 0U);
  }
}

TEST(CodeArena, uses_the_blocks_of_arenas_that_are_gone) {
  const std::vector<std::uint64_t> items(2000, 3);
  const auto fill = [&] {
    CodeArena arena;
    return arena.copy(std::span<const std::uint64_t>(items)).data();
  };
  const std::uint64_t* const first = fill();
  EXPECT_EQ(fill(), first);
}

TEST(CodeArena, holds_arrays_larger_than_its_blocks) {
  CodeArena arena;
  const std::vector<std::uint64_t> large(100'000, 3);
  EXPECT_THAT(arena.copy(std::span<const std::uint64_t>(large)), testing::ElementsAreArray(large));
}

}  // namespace
}  // namespace heddle::engine
