// LostWakeupJudge: no agent may sleep for ever because a notify came too early.
//
// Rule "lost-wakeup". An agent sleeps for ever on a location, and another one has notified that
// location, for at least one agent, and woken nobody, while the first had already begun to decide
// to sleep. An agent decides by what it reads: its decision are the events before the wait, as far
// back as it has written nothing, in the same call; a read-modify-write before them belongs to it
// (the exchange that finds a mutex taken).
//
// Such an execution is a deadlock, too; this says why. Where a program asks for this check, it is
// the first finding, and otherwise it follows the deadlock's. The place is that of the notify and
// of the wait, sorted.
#pragma once

#include <string_view>

#include "harness/check/judge.hpp"

namespace heddle::harness {

class LostWakeupJudge final : public Judge {
 public:
  [[nodiscard]] std::string_view name() const override { return "lost-wakeups"; }
  [[nodiscard]] core::Verdict judge(const core::Execution& execution) const override;
};

}  // namespace heddle::harness
