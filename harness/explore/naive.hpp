// NaiveStrategy: every execution, depth first, each once (`naive`); or only those with few
// preemptions (`bounded`).
//
// Stateless search: an execution is the path from the root of the tree of choices to a leaf. The
// path of the last execution is kept; its deepest choice that has an untried option is changed, and
// the path up to there is replayed.
//
// Most bugs need one or two preemptions (Musuvathi and Qadeer, PLDI 2007), and with at most c of
// them the number of executions is polynomial in the number of steps. A timeout that fires while
// the previous agent could go on counts as a preemption (core::is_preemption).
//
// No reduction: two executions that differ only in the order of independent steps are both run.
// Swapping such steps leaves the memory as it was, but not the order of calls and returns, which
// linearizability is about, so sleep sets over locations alone would hide failures.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "harness/explore/strategy.hpp"

namespace heddle::harness {

class NaiveStrategy final : public Strategy {
 public:
  // Without `preemptions_max`: all executions.
  explicit NaiveStrategy(std::optional<std::uint64_t> preemptions_max = std::nullopt)
      : preemptions_max_(preemptions_max) {}

  [[nodiscard]] std::string_view name() const override {
    return preemptions_max_ ? "bounded" : "naive";
  }
  [[nodiscard]] bool begin_execution() override;
  [[nodiscard]] core::Choice choose(const core::ChoicePoint& point) override;
  void end_execution(const core::Execution& execution) override;
  [[nodiscard]] bool is_exhausted() const override { return is_exhausted_; }
  [[nodiscard]] Coverage coverage() const override;
  [[nodiscard]] double estimate() const override;

 private:
  struct Option {
    core::Choice choice;
    bool is_preemption = false;
  };
  // One choice on the path.
  struct Node {
    std::vector<Option> options;  // that the bound permits; all before `chosen` are done
    std::size_t chosen = 0;
  };

  [[nodiscard]] Node open(const core::ChoicePoint& point);

  std::optional<std::uint64_t> preemptions_max_;
  std::vector<Node> path_;
  std::uint64_t executions_ = 0;
  std::size_t depth_ = 0;            // choices made in the present execution
  std::uint64_t preemptions_ = 0;    // of the present execution, so far
  bool bound_excluded_any_ = false;  // some option was left out because of the bound
  bool is_exhausted_ = false;
};

}  // namespace heddle::harness
