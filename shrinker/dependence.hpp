// Dependence: which events of a trace must keep their order for each to find what it found.
//
// Two events depend on each other if they are the same agent's, or if they have an access to a
// common byte with a write among the two, or are both about one wait queue, or one starts, ends,
// wakes or joins the agent of the other (Mazurkiewicz 1977). Whatever order keeps that of dependent
// events ends in the same state. Calls and returns are no accesses: their order across agents may
// change, so a verdict on histories has to be asked for again.
//
// Of bulk operations only the beginning is looked at. Nobody relies on dependence: it proposes,
// and an execution decides.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/trace.hpp"

namespace heddle::shrinker {

struct Dependence {
  // Of each event, the events of other agents that it directly depends on; all are earlier.
  std::vector<std::vector<std::uint32_t>> before;
  // Of each event: another agent's conflicts with it, before or after.
  std::vector<bool> has_conflict;
};

[[nodiscard]] Dependence dependence_of(const core::Trace& trace);

// The causal slice: the events that happen before the targets, and these. No targets: all.
[[nodiscard]] std::vector<bool> causal_past(const core::Trace& trace, const Dependence& dependence,
                                            std::span<const core::EventId> targets);

// Whether the event is a step of its agent, which is chosen for it. The others come along with one.
[[nodiscard]] std::vector<bool> steps_of(const core::Trace& trace);

}  // namespace heddle::shrinker
