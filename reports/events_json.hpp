// Events of a trace as JSON: the evidence of findings, and interleavings.
//
// docs/formats/report-json.md says what the keys mean. Where names and source lines are known
// (core::ModuleNames), they are told.
#pragma once

#include <cstddef>
#include <span>

#include "core/trace.hpp"
#include "core/verdict.hpp"
#include "reports/json.hpp"

namespace heddle::reports {

// Of a long trace, the first and the last.
inline constexpr std::size_t kJsonEventsMax = 1000;

[[nodiscard]] Json event_json(const core::Trace& trace, core::EventId event);
[[nodiscard]] Json findings_json(const core::Trace& trace, std::span<const core::Finding> findings);
[[nodiscard]] Json interleaving_json(const core::Trace& trace,
                                     std::size_t events_max = kJsonEventsMax);

}  // namespace heddle::reports
