// DelayStrategy: delay bounding (Emmi, Qadeer and Rakamaric, POPL 2011), at random.
//
// The scheduler underneath is deterministic: an agent goes on until it cannot, then the next one by
// number. A delay passes over the agent that would step, and the next one in turn does. One to
// `delays_max` delays are placed at random points of each execution. With few delays few orders are
// possible, however many agents there are, and most bugs need one or two. Placed at random, because
// an enumeration of all placements spends its time on delays near the end of long executions; for
// all of few switches there is `preemption`.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "harness/explore/sampled.hpp"

namespace heddle::harness {

class DelayStrategy final : public SampledStrategy {
 public:
  DelayStrategy(std::uint64_t seed, std::shared_ptr<Profile> profile, std::uint64_t delays_max)
      : SampledStrategy(seed, std::move(profile)), delays_max_(delays_max) {}

  [[nodiscard]] std::string_view name() const override { return "delay"; }

 private:
  void begin() override;
  [[nodiscard]] std::size_t choose_lane(const core::ChoicePoint& point) override;

  std::uint64_t delays_max_;
  std::vector<std::uint64_t> delays_;  // points
  std::uint64_t points_ = 0;
};

}  // namespace heddle::harness
