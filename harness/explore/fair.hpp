// FairStrategy: another strategy, but random after so many points of one execution.
//
// Strategies that prefer some agents may never let the one step that a loop of another waits for.
// Uniformly random choices do, sooner or later, so that such loops end and what does not end under
// them is worth being reported.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "core/rng.hpp"
#include "harness/explore/strategy.hpp"

namespace heddle::harness {

class FairStrategy final : public Strategy {
 public:
  FairStrategy(std::unique_ptr<Strategy> inner, std::uint64_t seed, std::uint64_t unfair_max)
      : inner_(std::move(inner)), seed_(seed), unfair_max_(unfair_max), rng_(seed) {}

  [[nodiscard]] std::string_view name() const override { return inner_->name(); }
  [[nodiscard]] std::string_view decider() const override { return inner_->decider(); }
  [[nodiscard]] bool is_numbered() const override { return inner_->is_numbered(); }
  void seek(std::uint64_t number) override;
  [[nodiscard]] bool begin_execution() override;
  [[nodiscard]] core::Choice choose(const core::ChoicePoint& point) override;
  [[nodiscard]] core::Rule rule() override;
  [[nodiscard]] bool wants_stop() const override { return inner_->wants_stop(); }
  void end_execution(const core::Execution& execution) override {
    inner_->end_execution(execution);
  }
  [[nodiscard]] bool is_exhausted() const override { return inner_->is_exhausted(); }
  [[nodiscard]] Coverage coverage() const override { return inner_->coverage(); }
  [[nodiscard]] std::uint64_t execution_seed() const override { return inner_->execution_seed(); }

 private:
  [[nodiscard]] bool is_fair() const { return points_ >= unfair_max_; }

  std::unique_ptr<Strategy> inner_;
  std::uint64_t seed_;
  std::uint64_t unfair_max_;
  std::uint64_t next_ = 0;    // number of the next execution
  std::uint64_t points_ = 0;  // of the present one
  core::Rng rng_;
};

}  // namespace heddle::harness
