// The evidence that a history is not linearizable: the first operation without a place, the
// smallest part that convicts (harness/linear/convict.hpp) and what the object could have been.
#pragma once

#include "core/history.hpp"
#include "harness/linear/decision.hpp"
#include "harness/run/check_history.hpp"
#include "reports/history_report.hpp"

namespace heddle::harness {

[[nodiscard]] reports::HistoryFailure convict_history(const core::History& history,
                                                      const Calls& calls, const Model& model,
                                                      const Decision& decision,
                                                      const CheckOptions& options);

}  // namespace heddle::harness
