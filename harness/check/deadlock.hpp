// DeadlockJudge and LivelockJudge: at the end, no agent may be blocked.
//
// Rule "deadlock" if all that are blocked sleep or join; "livelock" if some spin: they go round in
// a loop whose reads would have to find something else, and nobody is left to write it. The message
// says who waits for what and who wrote it last; the place is that of those whom nobody else keeps
// waiting. See blocked.hpp.
#pragma once

#include <string_view>

#include "harness/check/judge.hpp"

namespace heddle::harness {

class DeadlockJudge final : public Judge {
 public:
  [[nodiscard]] std::string_view name() const override { return "deadlock"; }
  [[nodiscard]] core::Verdict judge(const core::Execution& execution) const override;
};

class LivelockJudge final : public Judge {
 public:
  [[nodiscard]] std::string_view name() const override { return "livelock"; }
  [[nodiscard]] core::Verdict judge(const core::Execution& execution) const override;
};

}  // namespace heddle::harness
