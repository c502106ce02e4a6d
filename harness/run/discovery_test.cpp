#include "harness/run/discovery.hpp"

#include <gtest/gtest.h>

#include "harness/explore/naive.hpp"
#include "harness/run/run_fixture.hpp"

namespace heddle::harness {
namespace {

// All executions of a program.
reports::Coverage discover(const Program& program) {
  NaiveStrategy strategy(1000);
  Discovery discovery;
  while (strategy.begin_execution()) {
    const core::Execution execution = program.execute(strategy, {});
    strategy.end_execution(execution);
    discovery.add(execution.trace);
  }
  return discovery.finish();
}

std::string processes(std::string_view functions, std::string_view list) {
  return "name: n\nmodule: |\n  (module\n    (import \"env\" \"memory\" (memory 1 1 shared))\n" +
         std::string(functions) + "  )\nprocesses:\n" + std::string(list) + "expect: pass\n";
}

constexpr std::string_view kFunctions = R"(
    (func (export "w0") (i32.store (i32.const 0) (i32.const 1)))
    (func (export "w8") (i32.store (i32.const 8) (i32.const 1)))
    (func (export "wide") (i64.store (i32.const 0) (i64.const 1)))
    (func (export "r0") (result i32) (i32.load (i32.const 0)))
    (func (export "r4") (result i32) (i32.load (i32.const 4)))
)";

TEST(Discovery, counts_interleavings_and_what_they_differ_in) {
  // Writes to different places: two interleavings, which nobody can tell apart.
  const auto apart = discover(*scenario(
      processes(kFunctions, "  - operations: [{call: w0}]\n  - operations: [{call: w8}]\n")));
  EXPECT_EQ(apart.counts.interleavings, 2U);
  EXPECT_EQ(apart.counts.classes, 1U);
  EXPECT_EQ(apart.counts.reads_from, 0U);
  EXPECT_EQ(apart.counts.hand_offs, 2U);  // either first

  // Two writers, one reader: the reader sees one of three writes; 6 interleavings.
  const auto race = discover(*scenario(processes(
      kFunctions, "  - {count: 2, operations: [{call: w0}]}\n  - operations: [{call: r0}]\n")));
  EXPECT_EQ(race.counts.interleavings, 6U);
  EXPECT_EQ(race.counts.classes, 3U);
  EXPECT_EQ(race.counts.reads_from, 2U);  // nobody's write, and that of the one instruction
}

TEST(Discovery, a_wide_write_is_read_from_by_a_narrow_read) {
  const auto found = discover(*scenario(
      processes(kFunctions, "  - operations: [{call: wide}]\n  - operations: [{call: r4}]\n")));
  EXPECT_EQ(found.counts.classes, 2U);
  EXPECT_EQ(found.counts.reads_from, 2U);
}

TEST(Discovery, the_curve_has_the_counts_at_powers_of_two_and_at_the_end) {
  const auto found = discover(*scenario(processes(
      kFunctions, "  - {count: 2, operations: [{call: w0}]}\n  - operations: [{call: r0}]\n")));
  ASSERT_EQ(found.curve.size(), 4U);  // 1, 2, 4, 6
  EXPECT_EQ(found.curve.front().schedules, 1U);
  EXPECT_EQ(found.curve.back(), found.counts);
  for (std::size_t i = 1; i < found.curve.size(); ++i) {
    EXPECT_GE(found.curve[i].classes, found.curve[i - 1].classes);
  }
}

TEST(Discovery, saturation_is_half_of_all_schedules_without_anything_new) {
  const auto program = scenario(std::string(kAtomicUpdate));
  Discovery discovery;
  for (std::uint64_t i = 0; i < Discovery::kSaturationMin; ++i) {
    EXPECT_FALSE(discovery.is_saturated()) << i;
    discovery.add(execute(*program, i).trace);
  }
  EXPECT_TRUE(discovery.is_saturated());
  // Something new: as many again without anything are needed.
  discovery.add(execute(*scenario(std::string(kLostUpdate)), 1).trace);
  EXPECT_FALSE(discovery.is_saturated());
}

}  // namespace
}  // namespace heddle::harness
