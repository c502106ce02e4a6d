#include "engine/runtime/observe_memories.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace heddle::engine {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

MemoryInstance& add_shared(Store& store) {
  return *store.add_memory({.limits = {.min = 1, .max = 2}, .shared = true});
}

TEST(ObserveMemories, lists_the_words_that_are_not_zero) {
  Store store;
  const MemoryInstance& memory = add_shared(store);
  memory.base()[0] = std::byte{1};
  memory.base()[0x18] = std::byte{42};
  memory.base()[0x41] = std::byte{1};
  memory.base()[65535] = std::byte{2};
  EXPECT_EQ(observe_memories(store), "memory0: [0x0]=1 [0x18]=42 [0x40]=256 [0xfffc]=33554432");
}

TEST(ObserveMemories, says_nothing_of_memories_that_are_not_shared) {
  Store store;
  store.add_memory({.limits = {.min = 1, .max = 1}})->base()[0] = std::byte{1};
  EXPECT_EQ(observe_memories(store), "");
  (void)add_shared(store);
  EXPECT_EQ(observe_memories(store), "memory1:");
}

TEST(ObserveMemories, gives_each_memory_a_line) {
  Store store;
  (void)add_shared(store);
  add_shared(store).base()[4] = std::byte{3};
  EXPECT_EQ(observe_memories(store), "memory0:\nmemory1: [0x4]=3");
}

TEST(ObserveMemories, shows_that_a_memory_has_grown) {
  Store store;
  ASSERT_TRUE(add_shared(store).grow(1));
  EXPECT_EQ(observe_memories(store), "memory0: 2 pages");
}

// All differ, the last only in a word that is not shown.
TEST(ObserveMemories, digests_what_it_does_not_show) {
  const auto observe = [](std::size_t words, std::byte last) {
    Store store;
    const MemoryInstance& memory = add_shared(store);
    for (std::size_t i = 0; i < words; ++i) memory.base()[4 * i] = std::byte{1};
    memory.base()[65535] = last;
    return observe_memories(store);
  };
  EXPECT_THAT(observe(63, std::byte{1}), Not(HasSubstr("digest")));
  EXPECT_THAT(observe(64, std::byte{1}), HasSubstr(" ... digest "));
  EXPECT_NE(observe(64, std::byte{1}), observe(64, std::byte{2}));
  EXPECT_EQ(observe(64, std::byte{1}), observe(64, std::byte{1}));
}

}  // namespace
}  // namespace heddle::engine
