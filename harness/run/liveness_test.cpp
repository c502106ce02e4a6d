// The rule `liveness`: faults, then a quiet period in which everything that has begun must end.
#include <gtest/gtest.h>

#include "harness/run/campaign.hpp"
#include "harness/run/run_fixture.hpp"

namespace heddle::harness {
namespace {

// A process grows a memory; another one works until it has grown, which changes it each time.
std::string growing(std::string_view grow, std::string_view faults) {
  std::string text = R"(name: growing
module: |
  (module
    (import "env" "memory" (memory 1 2 shared))
    (func (export "grow")
      )";
  text += grow;
  text += R"()
    (func (export "work")
      (loop $again
        (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
        (br_if $again (i32.eq (memory.size) (i32.const 1))))))
processes:
  - operations: [{call: grow}]
  - operations: [{call: work}]
limits: {steps: 4000}
)";
  text += faults;
  return text + "expect: pass\n";
}

constexpr std::string_view kOnce = "(drop (memory.grow (i32.const 1)))";
constexpr std::string_view kUntilItGrows =
    "(loop $again (br_if $again (i32.lt_s (memory.grow (i32.const 1)) (i32.const 0))))";
constexpr std::string_view kFaults = "faults: {grow: 1, quiet_after: 100}\n";

reports::ExploreReport explore_it(const std::string& text) {
  const auto program = scenario(text);
  CampaignOptions options = campaign_defaults(*program, {.strategy = "random", .schedules = 20});
  options.shrinks = false;
  return *explore(*program, options);
}

TEST(Liveness, FailsIfAFaultIsNotMadeUpForInTheQuietPeriod) {
  const auto report = explore_it(growing(kOnce, kFaults));
  ASSERT_EQ(report.failures.size(), 1U);
  EXPECT_EQ(report.failures.front().signature.rule, "liveness");
  EXPECT_EQ(report.failures.front().message,
            "not everything has ended within 3900 steps without faults");
}

TEST(Liveness, PassesIfWhatHasFailedIsTriedAgain) {
  const auto report = explore_it(growing(kUntilItGrows, kFaults));
  EXPECT_TRUE(report.failures.empty());
  EXPECT_EQ(report.unfinished, 0U);
}

// Nothing need end while things go wrong: that is unknown.
TEST(Liveness, IsNotAskedForWithoutAQuietPeriod) {
  const auto report = explore_it(growing(kUntilItGrows, "faults: {grow: 1}\n"));
  EXPECT_TRUE(report.failures.empty());
  EXPECT_EQ(report.unfinished, 20U);
}

}  // namespace
}  // namespace heddle::harness
