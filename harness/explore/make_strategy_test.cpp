#include "harness/explore/make_strategy.hpp"

#include <gtest/gtest.h>

#include "core/toy_machine.hpp"

namespace heddle::harness {
namespace {

TEST(MakeStrategy, every_listed_name_makes_a_strategy_of_that_name) {
  for (const std::string_view name : strategy_names()) {
    const auto strategy = make_strategy(name, {});
    ASSERT_TRUE(strategy.has_value()) << name;
    EXPECT_EQ((*strategy)->name(), name);
  }
}

TEST(MakeStrategy, the_error_for_an_unknown_name_lists_the_known_ones) {
  const auto strategy = make_strategy("lucky", {});
  ASSERT_FALSE(strategy.has_value());
  EXPECT_EQ(strategy.error().message,
            "unknown strategy 'lucky': known are portfolio, random, pct, pos, urw, surw, chaos, "
            "delay, preemption, bounded, exhaustive, naive, bytes, replay");
}

std::uint64_t executions_of(std::string_view name, std::optional<std::uint64_t> preemptions_max) {
  const core::toy::Program program{
      .agents = {core::toy::racy_increments(2), core::toy::racy_increments(2)}};
  const auto strategy = make_strategy(name, {.seed = 0, .preemptions_max = preemptions_max});
  std::uint64_t executions = 0;
  while ((*strategy)->begin_execution()) {
    (*strategy)->end_execution(core::toy::run(program, **strategy));
    ++executions;
  }
  return executions;
}

TEST(MakeStrategy, bounded_without_a_number_permits_two_preemptions) {
  EXPECT_EQ(executions_of("bounded", std::nullopt), executions_of("bounded", 2));
  EXPECT_LT(executions_of("bounded", 1), executions_of("bounded", 2));
  EXPECT_LT(executions_of("bounded", 2), executions_of("naive", std::nullopt));
}

}  // namespace
}  // namespace heddle::harness
