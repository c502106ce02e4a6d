// What a failing part of a history looks like from inside: how much of it has an order, what the
// object could be then, and what the first call without a place could have returned.
#pragma once

#include "core/history.hpp"
#include "harness/linear/decision.hpp"
#include "reports/history_report.hpp"

namespace heddle::harness {

// Fills in everything of `failure` that is about `part`.
void explain_part(const core::History& history, const Calls& part, const Model& model,
                  const DecideOptions& options, reports::HistoryFailure& failure);

}  // namespace heddle::harness
