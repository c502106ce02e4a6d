#include "core/sketch.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace heddle::core {
namespace {

Sketch sketch_of(std::uint64_t first, std::uint64_t count) {
  Sketch sketch;
  for (std::uint64_t i = 0; i < count; ++i) sketch.add(mix(first + i));
  return sketch;
}

TEST(Sketch, is_the_set_itself_while_that_is_small) {
  Sketch sketch;
  EXPECT_TRUE(sketch.add(5));
  EXPECT_FALSE(sketch.add(5));
  EXPECT_TRUE(sketch.add(0));
  EXPECT_FALSE(sketch.add(0));
  EXPECT_EQ(sketch.size(), 2U);
  EXPECT_EQ(sketch_of(0, Sketch::kExactMax).size(), Sketch::kExactMax);
  EXPECT_TRUE(sketch_of(0, Sketch::kExactMax).is_exact());
}

TEST(Sketch, estimates_the_size_of_a_large_set) {
  for (const std::uint64_t count : {10'000U, 100'000U, 1'000'000U}) {
    const Sketch sketch = sketch_of(7, count);
    EXPECT_FALSE(sketch.is_exact());
    EXPECT_EQ(sketch.kept().size(), Sketch::kExactMax);
    EXPECT_NEAR(static_cast<double>(sketch.size()) / static_cast<double>(count), 1.0, 0.06);
  }
}

Sketch any_sketch() {
  const auto size = *rc::gen::element<std::uint64_t>(0, 3, 1000, 4095, 4096, 4097, 9000, 20'000);
  return sketch_of(*rc::gen::inRange<std::uint64_t>(0, 20'000), size);
}

Sketch sum(Sketch left, const Sketch& right) {
  left.add(right);
  return left;
}

RC_GTEST_PROP(Sketch, union_is_associative_commutative_and_idempotent, ()) {
  const Sketch a = any_sketch();
  const Sketch b = any_sketch();
  const Sketch c = any_sketch();
  RC_ASSERT(sum(a, b) == sum(b, a));
  RC_ASSERT(sum(sum(a, b), c) == sum(a, sum(b, c)));
  RC_ASSERT(sum(a, a) == a);
  RC_ASSERT(sum(sum(a, b), b) == sum(a, b));
}

RC_GTEST_PROP(Sketch, of_a_union_is_the_union_of_the_sketches, ()) {
  const auto count = *rc::gen::inRange<std::uint64_t>(0, 12'000);
  const auto cut = *rc::gen::inRange<std::uint64_t>(0, count + 1);
  RC_ASSERT(sum(sketch_of(0, cut), sketch_of(cut, count - cut)) == sketch_of(0, count));
}

RC_GTEST_PROP(Sketch, is_made_again_from_what_it_keeps, ()) {
  const Sketch sketch = any_sketch();
  RC_ASSERT(Sketch::of(sketch.kept(), sketch.is_exact()) == sketch);
}

}  // namespace
}  // namespace heddle::core
