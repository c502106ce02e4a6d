// PosStrategy: partial order sampling (Yuan et al., CAV 2018).
//
// Each pending event gets a random priority when it becomes pending, and the highest one happens.
// It takes with it the priorities of its successor and of all pending events that race with it:
// these are drawn anew, so that the order of each pair of racing events is drawn by itself.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "harness/explore/sampled.hpp"

namespace heddle::harness {

class PosStrategy final : public SampledStrategy {
 public:
  PosStrategy(std::uint64_t seed, std::shared_ptr<Profile> profile)
      : SampledStrategy(seed, std::move(profile)) {}

  [[nodiscard]] std::string_view name() const override { return "pos"; }

 private:
  void begin() override;
  [[nodiscard]] std::size_t choose_lane(const core::ChoicePoint& point) override;

  Table<std::uint64_t> priorities_;  // 0: to be drawn
  PendingCache pending_;
};

}  // namespace heddle::harness
