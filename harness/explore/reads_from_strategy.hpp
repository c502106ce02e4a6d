// ReadsFromStrategy: exhaustive search, one execution of each reads-from class, one after the
// other. See reads_from_search.hpp for what that means and why it is true.
#pragma once

#include <memory>
#include <string_view>

#include "harness/explore/reads_from_search.hpp"
#include "harness/explore/strategy.hpp"

namespace heddle::harness {

class ReadsFromStrategy final : public Strategy {
 public:
  explicit ReadsFromStrategy(const ReadsFromOptions& options = {});

  [[nodiscard]] std::string_view name() const override { return "exhaustive"; }
  [[nodiscard]] bool begin_execution() override;
  [[nodiscard]] core::Choice choose(const core::ChoicePoint& point) override {
    return follower_.choose(point);
  }
  [[nodiscard]] bool wants_stop() const override { return follower_.wants_stop(); }
  void end_execution(const core::Execution& execution) override;
  [[nodiscard]] bool is_exhausted() const override { return search_->round_size() == 0; }
  [[nodiscard]] Coverage coverage() const override;
  [[nodiscard]] bool is_redundant() const override { return is_redundant_; }
  [[nodiscard]] double estimate() const override { return search_->estimate(); }
  [[nodiscard]] std::string gap() const override { return search_->gap(); }

  // For whoever runs several executions at a time.
  [[nodiscard]] ReadsFromSearch& search() { return *search_; }

 private:
  std::unique_ptr<ReadsFromSearch> search_;
  std::unique_ptr<ReadsFromAnalysis> analysis_;
  PlanFollower follower_;
  std::size_t number_ = 0;  // in the round
  bool is_redundant_ = false;
};

}  // namespace heddle::harness
