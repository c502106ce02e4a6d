// FairStrategy: another strategy, but random after so many points of one execution.
//
// Strategies that prefer some agents may never let the one step that a loop of another waits for.
// Uniformly random choices do, sooner or later, so that such loops end and what does not end under
// them is worth being reported.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "harness/explore/wrapped.hpp"

namespace heddle::harness {

class FairStrategy final : public WrappedStrategy {
 public:
  FairStrategy(std::unique_ptr<Strategy> inner, std::uint64_t seed, std::uint64_t unfair_max);

  [[nodiscard]] bool begin_execution() override;
  [[nodiscard]] core::Choice choose(const core::ChoicePoint& point) override;
  [[nodiscard]] core::Rule rule() override;
  [[nodiscard]] Coverage coverage() const override { return inner().coverage(); }
  // What was chosen fairly belongs to the number of the execution.
  [[nodiscard]] std::uint64_t execution_seed() const override {
    return is_fair() ? 0 : inner().execution_seed();
  }

 private:
  [[nodiscard]] bool is_fair() const { return points_ >= unfair_max_; }

  std::uint64_t unfair_max_;
  std::uint64_t points_ = 0;  // of the present execution
};

}  // namespace heddle::harness
