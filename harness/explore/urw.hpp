// UrwStrategy: uniform random walk.
//
// The agent that steps is drawn in proportion to the steps that it still has before it. If the
// profile's numbers are right and nobody blocks, each interleaving is equally likely; a plain
// random walk favours those in which agents with few steps end early. A timeout weighs as one step.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "harness/explore/sampled.hpp"
#include "harness/explore/weights.hpp"

namespace heddle::harness {

class UrwStrategy final : public SampledStrategy {
 public:
  UrwStrategy(std::uint64_t seed, std::shared_ptr<Profile> profile)
      : SampledStrategy(seed, std::move(profile)) {}

  [[nodiscard]] std::string_view name() const override { return "urw"; }

 private:
  void begin() override { weights_.begin(profile().steps_with_descendants()); }
  [[nodiscard]] std::size_t choose_lane(const core::ChoicePoint& point) override;

  Weights weights_;
};

}  // namespace heddle::harness
