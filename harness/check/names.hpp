// What findings call agents and places.
#pragma once

#include <string>
#include <vector>

#include "core/event.hpp"
#include "core/ids.hpp"
#include "core/trace.hpp"

namespace heddle::harness {

// The agent's name, or "agent 3" if it has none.
[[nodiscard]] std::string agent_name(const core::Trace& trace, core::AgentId agent);

// "module.function+0x1f": the instruction, in words that do not depend on the schedule. Functions
// and modules without a name are numbered; host code is "host".
[[nodiscard]] std::string place_of(const core::Trace& trace, const core::CodeLocation& where);

// The same for messages: "in push at queue.c:31 (i32.store offset=4)", or else "at " and the place.
[[nodiscard]] std::string whereabouts(const core::Trace& trace, const core::CodeLocation& where);

// "a writes memory0+0x18 (4 bytes)", "b atomically reads ...".
[[nodiscard]] std::string describe_access(const core::Trace& trace, core::AgentId agent,
                                          const core::Action& action);

// As the evidence of a finding: one event, or none if the agent made none.
[[nodiscard]] std::vector<core::EventId> last_event_of(const core::Trace& trace,
                                                       core::AgentId agent);

}  // namespace heddle::harness
