// The judges of how an execution ended: assertions, traps, limits.
//
// Rules: "assertion" (as the program reported it), "trap", "limit".
#pragma once

#include <string_view>

#include "harness/check/judge.hpp"

namespace heddle::harness {

// The program's own checks. Fails with the findings of the execution, as they are.
class AssertionJudge final : public Judge {
 public:
  [[nodiscard]] std::string_view name() const override { return "assertions"; }
  [[nodiscard]] core::Verdict judge(const core::Execution& execution) const override;
};

// No agent may trap, throw out of its outermost call, or exhaust a resource.
class TrapJudge final : public Judge {
 public:
  [[nodiscard]] std::string_view name() const override { return "traps"; }
  [[nodiscard]] core::Verdict judge(const core::Execution& execution) const override;
};

// An execution that was cut short says nothing about its end: Unknown, never Pass.
class LimitJudge final : public Judge {
 public:
  [[nodiscard]] std::string_view name() const override { return "limits"; }
  [[nodiscard]] core::Verdict judge(const core::Execution& execution) const override;
};

}  // namespace heddle::harness
