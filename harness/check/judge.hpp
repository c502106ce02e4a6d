// Judge: says whether one execution kept one rule.
//
// Judges look at core values only, never at the machine, so that they cannot share its bugs.
// Invariants:
//   1. A verdict is a pure function of the execution and of the judge's own constructor arguments.
//   2. A judge that cannot decide says Unknown, with the reason.
//   3. The place of a finding is stable under other schedules; its message need not be.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/execution.hpp"
#include "core/verdict.hpp"

namespace heddle::harness {

class Judge {
 public:
  virtual ~Judge() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual core::Verdict judge(const core::Execution& execution) const = 0;
};

// For judges of events: Unknown if none were kept (core::Recording) of an execution that had some.
[[nodiscard]] std::optional<core::Verdict> unless_recorded(const core::Execution& execution,
                                                           std::string rule);

}  // namespace heddle::harness
