#include "core/rng.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <vector>

namespace heddle::core {
namespace {

using testing::ElementsAre;

std::vector<std::uint64_t> draw(Rng rng, int count) {
  std::vector<std::uint64_t> numbers;
  for (int i = 0; i < count; ++i) numbers.push_back(rng.next());
  return numbers;
}

// Computed by an independent implementation from the papers; seed 0 is also what other libraries'
// seed_from_u64(0) of xoshiro256** gives. These numbers may never change.
TEST(Rng, sequence_of_a_seed_is_that_of_xoshiro256_starstar_seeded_by_splitmix64) {
  EXPECT_THAT(draw(Rng(0), 4), ElementsAre(11091344671253066420U, 13793997310169335082U,
                                           1900383378846508768U, 7684712102626143532U));
  EXPECT_THAT(draw(Rng(42), 4), ElementsAre(1546998764402558742U, 6990951692964543102U,
                                            12544586762248559009U, 17057574109182124193U));
}

TEST(Rng, bounded_numbers_of_a_seed_never_change) {
  Rng rng(7);
  std::vector<std::uint64_t> numbers;
  for (int i = 0; i < 12; ++i) numbers.push_back(rng.below(10));
  EXPECT_THAT(numbers, ElementsAre(7, 2, 8, 9, 9, 8, 0, 1, 4, 1, 5, 7));
}

// With this bound almost half of all draws must be rejected.
TEST(Rng, bounded_numbers_reject_the_surplus_that_would_bias_them) {
  Rng rng(7);
  const std::uint64_t bound = (std::uint64_t{1} << 63) + 1;
  EXPECT_EQ(rng.below(bound), 6461677535414237997U);
  EXPECT_EQ(rng.below(bound), 7744196453246319819U);
  EXPECT_EQ(rng.below(bound), 9049029322324588832U);
  EXPECT_EQ(rng.below(bound), 9139072988219048332U);
}

TEST(Rng, streams_of_a_seed_never_change) {
  EXPECT_EQ(Rng::stream_seed(1, 1), 6791897765849424158U);
  EXPECT_EQ(Rng::stream_seed(1, 2), 17405687883870564846U);
}

RC_GTEST_PROP(Rng, bounded_numbers_are_below_their_bound, (std::uint64_t seed)) {
  const auto bound = *rc::gen::suchThat<std::uint64_t>([](std::uint64_t n) { return n != 0; });
  Rng rng(seed);
  for (int i = 0; i < 20; ++i) RC_ASSERT(rng.below(bound) < bound);
}

RC_GTEST_PROP(Rng, stream_zero_is_the_seed_itself, (std::uint64_t seed)) {
  RC_ASSERT(draw(Rng::stream(seed, 0), 4) == draw(Rng(seed), 4));
}

RC_GTEST_PROP(Rng, equal_streams_are_equal_and_others_differ,
              (std::uint64_t seed, std::uint64_t stream)) {
  RC_ASSERT(draw(Rng::stream(seed, stream), 4) == draw(Rng::stream(seed, stream), 4));
  RC_ASSERT(draw(Rng::stream(seed, stream), 4) != draw(Rng::stream(seed, stream + 1), 4));
  RC_ASSERT(draw(Rng::stream(seed, stream), 4) != draw(Rng(Rng::stream_seed(seed, stream) + 1), 4));
}

}  // namespace
}  // namespace heddle::core
