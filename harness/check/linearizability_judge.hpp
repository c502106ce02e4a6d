// LinearizabilityJudge: the calls of an execution must be explained by a sequential model.
//
// Rule "linearizability". The place is the model's name: which call cannot be explained depends on
// the schedule, the broken object does not.
#pragma once

#include <string_view>
#include <vector>

#include "harness/check/history_of.hpp"
#include "harness/check/judge.hpp"
#include "harness/check/linearizability.hpp"
#include "harness/check/model.hpp"

namespace heddle::harness {

class LinearizabilityJudge final : public Judge {
 public:
  LinearizabilityJudge(PlainModel model, std::vector<OperationSpec> operations,
                       LinearizabilityOptions options = {});

  [[nodiscard]] std::string_view name() const override { return "linearizability"; }
  [[nodiscard]] core::Verdict judge(const core::Execution& execution) const override;

 private:
  PlainModel model_;
  std::vector<OperationSpec> operations_;
  LinearizabilityOptions options_;
};

}  // namespace heddle::harness
