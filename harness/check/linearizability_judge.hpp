// LinearizabilityJudge: the calls of an execution must be explained by a sequential model.
//
// Rule "linearizability". The place is the model's name: which call cannot be explained depends on
// the schedule, the broken object does not.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "harness/check/history_of.hpp"
#include "harness/check/judge.hpp"
#include "harness/linear/decision.hpp"
#include "harness/models/model.hpp"

namespace heddle::harness {

class LinearizabilityJudge final : public Judge {
 public:
  // An execution is judged in a moment or not at all: a schedule more is worth more.
  static constexpr std::uint64_t kNodesMax = 1'000'000;

  LinearizabilityJudge(std::shared_ptr<const Model> model,
                       const std::vector<OperationSpec>& operations,
                       std::uint64_t nodes_max = kNodesMax);

  [[nodiscard]] std::string_view name() const override { return "linearizability"; }
  [[nodiscard]] core::Verdict judge(const core::Execution& execution) const override;

 private:
  std::shared_ptr<const Model> model_;
  Projection projection_;
  DecideOptions options_;
};

}  // namespace heddle::harness
