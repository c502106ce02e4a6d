// Identifiers are types of their own, so that an agent cannot be passed where an event is meant.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace heddle::core {

// An agent: the specification's word for a thread of execution. Agents are numbered in the order of
// their creation in one execution; the first, which runs the script or the set-up, is 0.
struct AgentId {
  std::uint32_t index = 0;
  auto operator<=>(const AgentId&) const = default;
};

// A position in a Trace's list of events.
struct EventId {
  std::uint32_t index = 0;
  auto operator<=>(const EventId&) const = default;
};

}  // namespace heddle::core

template <>
struct std::hash<heddle::core::AgentId> {
  std::size_t operator()(heddle::core::AgentId id) const noexcept { return id.index; }
};
