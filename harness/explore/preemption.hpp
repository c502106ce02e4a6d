// PreemptionStrategy: iterative context bounding (Musuvathi and Qadeer, PLDI 2007): all executions
// without preemptions, then all with at most one, with at most two, and so on: the first failure
// found has the fewest preemptions that a failure can have.
//
// Executions below the present bound are repeated with each next one: they are fewer by a factor of
// the number of steps, and a list of what was put off would need memory without bound.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "harness/explore/naive.hpp"

namespace heddle::harness {

class PreemptionStrategy final : public Strategy {
 public:
  // Without `preemptions_max`: on to all executions.
  explicit PreemptionStrategy(std::optional<std::uint64_t> preemptions_max = std::nullopt)
      : preemptions_max_(preemptions_max), search_(0) {}

  [[nodiscard]] std::string_view name() const override { return "preemption"; }
  [[nodiscard]] bool begin_execution() override;
  [[nodiscard]] core::Choice choose(const core::ChoicePoint& point) override {
    return search_.choose(point);
  }
  void end_execution(const core::Execution& execution) override {
    search_.end_execution(execution);
  }
  [[nodiscard]] bool is_exhausted() const override;
  [[nodiscard]] Coverage coverage() const override;

 private:
  std::optional<std::uint64_t> preemptions_max_;
  std::uint64_t preemptions_ = 0;  // the present bound
  NaiveStrategy search_;
};

}  // namespace heddle::harness
