// Which kinds of action are alike, for whoever reads a trace.
#pragma once

#include "core/event.hpp"

namespace heddle::core {

// Of the value of a location. A modification does both.
[[nodiscard]] constexpr bool reads(ActionKind kind) {
  return kind == ActionKind::Read || kind == ActionKind::ReadModifyWrite;
}
[[nodiscard]] constexpr bool writes(ActionKind kind) {
  return kind == ActionKind::Write || kind == ActionKind::ReadModifyWrite;
}
[[nodiscard]] constexpr bool is_access(ActionKind kind) { return reads(kind) || writes(kind); }

// Of the wait queue of a location.
[[nodiscard]] constexpr bool is_queue_action(ActionKind kind) {
  return kind == ActionKind::Wait || kind == ActionKind::Woken || kind == ActionKind::TimedOut ||
         kind == ActionKind::Notify;
}

// Whether an event that begins with it is a step of its own: not bookkeeping of calls and agents,
// nor what another agent's notify has brought about.
[[nodiscard]] constexpr bool is_step(ActionKind kind) {
  return is_access(kind) || (is_queue_action(kind) && kind != ActionKind::Woken) ||
         kind == ActionKind::Fence || kind == ActionKind::Host;
}

}  // namespace heddle::core
