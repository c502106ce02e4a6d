// Wide arithmetic, held against arithmetic with carries and halves of 32 bits.
#include <gmock/gmock.h>

#include "core/rng.hpp"
#include "engine/exec/thread_fixture.hpp"

namespace heddle::engine {
namespace {

struct Pair {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  bool operator==(const Pair&) const = default;
};

Pair add(Pair a, Pair b) {
  const std::uint64_t low = a.low + b.low;
  return {.low = low, .high = a.high + b.high + (low < a.low ? 1 : 0)};
}
Pair negate(Pair a) { return add({.low = ~a.low, .high = ~a.high}, {.low = 1}); }

// Long multiplication with digits of 32 bits.
Pair multiply(std::uint64_t a, std::uint64_t b) {
  Pair sum;
  for (int i = 0; i < 2; ++i) {
    for (int j = 0; j < 2; ++j) {
      const std::uint64_t product = (a >> 32 * i & 0xffff'ffff) * (b >> 32 * j & 0xffff'ffff);
      Pair shifted{.low = product};
      if (i + j == 1) shifted = {.low = product << 32, .high = product >> 32};
      if (i + j == 2) shifted = {.high = product};
      sum = add(sum, shifted);
    }
  }
  return sum;
}
Pair multiply_signed(std::uint64_t a, std::uint64_t b) {
  const bool is_negative = (a >> 63 ^ b >> 63) != 0;
  const Pair product = multiply(a >> 63 != 0 ? 0 - a : a, b >> 63 != 0 ? 0 - b : b);
  return is_negative ? negate(product) : product;
}

TEST(WideArithmetic, ComputesAsWithPairs) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(R"((module
    (func (export "add") (param i64 i64 i64 i64) (result i64 i64)
      (i64.add128 (local.get 0) (local.get 1) (local.get 2) (local.get 3)))
    (func (export "sub") (param i64 i64 i64 i64) (result i64 i64)
      (i64.sub128 (local.get 0) (local.get 1) (local.get 2) (local.get 3)))
    (func (export "mul_s") (param i64 i64) (result i64 i64)
      (i64.mul_wide_s (local.get 0) (local.get 1)))
    (func (export "mul_u") (param i64 i64) (result i64 i64)
      (i64.mul_wide_u (local.get 0) (local.get 1))))
  )");
  const auto run = [&](std::string_view name, const std::vector<Slot>& arguments) {
    const core::Outcome outcome = agent.call(instance, name, arguments);
    EXPECT_EQ(outcome.values.size(), 2U);
    return Pair{.low = outcome.values[0].low, .high = outcome.values[1].low};
  };
  core::Rng rng(1);
  const auto any = [&]() -> std::uint64_t {
    constexpr std::uint64_t kEdges[] = {
        0, 1, ~std::uint64_t{0}, std::uint64_t{1} << 63, ~(std::uint64_t{1} << 63), 0xffff'ffff};
    return rng.below(2) == 0 ? kEdges[rng.below(std::size(kEdges))] : rng.next();
  };
  for (int i = 0; i < 2000; ++i) {
    const Pair a{.low = any(), .high = any()};
    const Pair b{.low = any(), .high = any()};
    ASSERT_EQ(run("add", {a.low, a.high, b.low, b.high}), add(a, b));
    ASSERT_EQ(run("sub", {a.low, a.high, b.low, b.high}), add(a, negate(b)));
    ASSERT_EQ(run("mul_u", {a.low, b.low}), multiply(a.low, b.low));
    ASSERT_EQ(run("mul_s", {a.low, b.low}), multiply_signed(a.low, b.low));
  }
}

TEST(WideArithmetic, ResultsAndOperandsMayBeAnywhere) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(R"((module
    (func (export "low") (param i64) (result i64) (local $x i64) (local $y i64)
      (local.set $y (i64.const 100))
      (local.get $y)
      (i64.mul_wide_u (local.get 0) (i64.const 0x1_0000_0001))
      (drop)
      (local.set $x)
      (i64.add (local.get $x)))
    (func (export "chain") (param i64) (result i64 i64)
      (i64.add128 (i64.mul_wide_s (local.get 0) (i64.const -1)) (i64.const 5) (i64.const 0)))
    (func (export "high") (param i64) (result i64) (local $x i64)
      (i64.add128 (i64.const -1) (local.get 0) (i64.const 1) (i64.const 7))
      (local.tee $x) (i64.mul (i64.const 10)) (i64.add) (i64.add (local.get $x))))
  )");
  EXPECT_EQ(agent.run(instance, "low", {3}), "returned i64:12884901991");
  EXPECT_EQ(agent.run(instance, "chain", {3}), "returned i64:2 i64:0");
  EXPECT_EQ(agent.run(instance, "chain", {6}), "returned i64:-1 i64:-1");
  EXPECT_EQ(agent.run(instance, "high", {1}), "returned i64:99");
}

}  // namespace
}  // namespace heddle::engine
