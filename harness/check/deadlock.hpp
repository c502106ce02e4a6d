// DeadlockJudge: at the end, no agent may be blocked.
//
// Rule "deadlock". The message says who waits for what; agents that only wait for another blocked
// agent follow from it, so the place is that of the others: those on a wait queue, and those in a
// cycle of joins.
#pragma once

#include <string_view>

#include "harness/check/judge.hpp"

namespace heddle::harness {

class DeadlockJudge final : public Judge {
 public:
  [[nodiscard]] std::string_view name() const override { return "deadlock"; }
  [[nodiscard]] core::Verdict judge(const core::Execution& execution) const override;
};

}  // namespace heddle::harness
