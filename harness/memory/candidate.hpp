// A candidate execution: what each agent did, with all values, before anyone asks whether the
// memory model allows it.
//
// Spec: exec/runtime, "Events", of the threads proposal; names are its own. Invariants:
//   1. An event is one instruction's actions; it has at most one access per region.
//   2. An access covers cells. A cell is a byte of memory; a length, a global, a table slot and a
//      field are one cell each, which no access can split.
//   3. Events are numbered: first those of initialisation, then each agent's in program order.
//   4. A failed compare-exchange is a read. What reads has as many values as cells.
//   5. The event that ends a wait is its agent's next one.
// The candidate does not say who read from whom, nor what happened before what: that is what
// axioms.hpp checks and consistency.hpp finds.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "core/event.hpp"
#include "core/ids.hpp"
#include "harness/memory/switches.hpp"

namespace heddle::harness {

using Cell = std::uint64_t;
using EventIndex = std::uint32_t;
inline constexpr EventIndex kNoEvent = 0xffff'ffff;

// Whether a plain access may be seen in parts.
enum class Tearing : std::uint8_t {
  TearFree,  // the specification's `notears`: an integer of at most 32 bits, aligned
  Float,     // aligned, at most 32 bits, but a float
  Torn,      // anything else
  Bulk,      // initialisation, and the zeros of a grown memory
};

struct MemoryAccess {
  core::ActionKind kind = core::ActionKind::Read;  // Read, Write or ReadModifyWrite
  core::Ordering ordering = core::Ordering::Unordered;
  Tearing tearing = Tearing::TearFree;
  core::Location location{};  // of its first cell
  std::uint64_t size = 1;     // in cells
  std::vector<Cell> read{};
  std::vector<Cell> written{};  // empty, if it writes: all zeros

  bool operator==(const MemoryAccess&) const = default;
};

// On the wait queue of a location. `woken` and `limit` are of a notify.
struct QueueAction {
  core::ActionKind kind = core::ActionKind::Wait;  // Wait, Woken, TimedOut or Notify
  core::Location location{};
  std::uint64_t woken = 0;
  std::uint64_t limit = 0;
};

struct MemoryEvent {
  std::vector<MemoryAccess> accesses{};
  std::optional<QueueAction> queue{};
  std::optional<core::AgentId> spawned{};
  std::optional<core::AgentId> joined{};
  bool is_fence = false;
};

// A view: the events belong to someone else.
struct Candidate {
  std::span<const MemoryEvent> initial{};
  std::vector<std::span<const MemoryEvent>> agents{};  // by AgentId; each in program order
};

// The events by number.
[[nodiscard]] std::vector<const MemoryEvent*> events_of(const Candidate& candidate);

// What happens before what, whoever reads from whom: program order, spawn and join (if the switches
// say that it counts), initialisation before all that it overlaps. Not closed.
[[nodiscard]] std::vector<std::pair<EventIndex, EventIndex>> given_order(
    const Candidate& candidate, const MemoryModelSwitches& switches);

// The one access to that region, or null.
[[nodiscard]] const MemoryAccess* access_to(const MemoryEvent& event,
                                            const core::Location& location);

[[nodiscard]] bool same_region(const MemoryAccess& a, const MemoryAccess& b);
[[nodiscard]] bool same_range(const MemoryAccess& a, const MemoryAccess& b);
[[nodiscard]] bool overlap(const MemoryAccess& a, const MemoryAccess& b);
// The cell by its offset in the region.
[[nodiscard]] bool covers(const MemoryAccess& access, std::uint64_t offset);
[[nodiscard]] Cell written_at(const MemoryAccess& access, std::uint64_t offset);

[[nodiscard]] bool is_tear_free(const MemoryAccess& access, const MemoryModelSwitches& switches);
// exec/relaxed, "synchronises": both sequentially consistent and of the same range. It is what the
// clauses about the total order speak of.
[[nodiscard]] bool synchronises(const MemoryAccess& a, const MemoryAccess& b,
                                const MemoryModelSwitches& switches);
// Whether reading from the write orders it before the read: they synchronise, or are a release and
// an acquire.
[[nodiscard]] bool publishes(const MemoryAccess& write, const MemoryAccess& read,
                             const MemoryModelSwitches& switches);

}  // namespace heddle::harness
