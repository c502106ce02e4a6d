// Random programs: the compiled code does what a plain stack machine does.
#include "engine/exec/random_program.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "engine/exec/stack_machine.hpp"
#include "engine/exec/thread_fixture.hpp"

namespace heddle::engine {
namespace {

constexpr std::int64_t kFuel = 1'000'000;

// True if the program ended in the stack machine, and so was compared.
bool compare_once(std::uint64_t seed) {
  const auto module = std::make_shared<const Module>(RandomProgram(seed).module());
  const auto valid = validate(module);
  EXPECT_TRUE(valid) << valid.error().message;
  const std::vector<std::uint64_t> arguments{12, 0xffff'fff0, 7, 0x8765'4321'0fed'cba9,
                                             std::bit_cast<std::uint64_t>(-2.75)};
  StackMachine machine(*module);
  const std::vector<std::uint64_t> expected = machine.call(2, arguments);
  if (machine.steps > StackMachine::kStepsMax) return false;
  OneAgent agent;
  std::string error;
  Instance* instance = agent.link(module, error);
  EXPECT_NE(instance, nullptr) << error;
  agent.start(*instance, "run", arguments);
  agent.context.fuel = kFuel;
  EXPECT_EQ(agent.go_on(), Stop::Returned) << agent.thread.message();
  const auto results = agent.thread.results();
  EXPECT_EQ(std::vector<std::uint64_t>(results.begin(), results.end()), expected);
  EXPECT_EQ(std::memcmp(instance->memories[0]->base(), machine.memory.data(), kPageBytes), 0);
  for (std::size_t i = 0; i < machine.globals.size(); ++i) {
    EXPECT_EQ(instance->globals[i]->value, machine.globals[i]);
  }
  return true;
}

TEST(RandomProgram, ComputesWhatAStackMachineComputes) {
  int compared = 0;
  constexpr int kPrograms = 2000;
  for (std::uint64_t seed = 1; seed <= kPrograms && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    if (compare_once(seed)) ++compared;
  }
  EXPECT_GT(compared, kPrograms * 9 / 10);
}

RC_GTEST_PROP(RandomProgram, ComputesWhatAStackMachineComputesForAnySeed, (std::uint64_t seed)) {
  compare_once(seed);
  RC_ASSERT(!testing::Test::HasFailure());
}

}  // namespace
}  // namespace heddle::engine
