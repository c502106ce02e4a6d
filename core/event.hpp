// Event: what one instruction does to state that other agents can see, in one indivisible step.
//
// Spec: exec/runtime, "Events", of the threads proposal. An event is a set of actions. Names are
// the specification's: rd, wr and rmw on a location with an ordering; wait, woken, timeout and
// notify on a wait queue; fence; spawn and (Heddle's addition) join; host actions.
//
// Heddle's own bookkeeping of calls (`Invoke`, `Return`) and of agents' ends are host actions too,
// so that a History is a function of a Trace and nothing else.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/ids.hpp"

namespace heddle::core {

enum class ActionKind : std::uint8_t {
  Read,
  Write,
  ReadModifyWrite,  // always sequentially consistent
  Wait,             // the agent joins the queue of `location`; `size_bytes` is 4 or 8
  Woken,            // emitted right after the Notify that caused it
  TimedOut,
  Notify,  // `read_value`: agents woken, `written_value`: the limit asked for
  Fence,
  Spawn,   // `written_value`: the new agent
  Join,    // `written_value`: the agent that had ended
  Invoke,  // host: a call begins; `written_value`: index into Trace::calls
  Return,  // host: the call ends;  `written_value`: index into Trace::calls
  End,     // host: the agent has ended
  Host,    // any other visible effect; at kYield: the agent lets others go on (sched_yield)
};
[[nodiscard]] std::string_view to_string(ActionKind kind);

enum class Ordering : std::uint8_t { Unordered, AcqRel, SeqCst, Init };
[[nodiscard]] std::string_view to_string(Ordering ordering);

enum class RegionKind : std::uint8_t {
  None,
  Memory,        // offset: byte
  MemoryLength,  // offset 0; values in pages
  Global,
  Table,
  TableLength,
  Field,  // struct field or array element
  TlsCell,
};

// A region (numbered in order of allocation within its kind) and an offset in it.
struct Location {
  RegionKind region = RegionKind::None;
  std::uint32_t number = 0;
  std::uint64_t offset = 0;

  auto operator<=>(const Location&) const = default;
};

// Where an action of kind Host is that lets others go on, and does nothing else.
inline constexpr Location kYield{.region = RegionKind::None, .number = 1};
[[nodiscard]] constexpr bool is_yield(ActionKind kind, const Location& location) {
  return kind == ActionKind::Host && location == kYield;
}

// "memory0+0x18", "length of memory0": for reports.
[[nodiscard]] std::string to_string(const Location& location);

// The instruction an event belongs to. `module` numbers the program's distinct modules in order of
// first instantiation (see Trace::modules); `offset` is Instruction::offset. Events of host code
// have `function` = kNoFunction.
struct CodeLocation {
  static constexpr std::uint32_t kNoFunction = 0xffff'ffff;
  std::uint32_t module = 0;
  std::uint32_t function = kNoFunction;
  std::uint32_t offset = 0;

  auto operator<=>(const CodeLocation&) const = default;
};

// What an agent does, in the same event, if it reads `compared_value`.
enum class Condition : std::uint8_t { None, Write, Wait };

struct Action {
  ActionKind kind = ActionKind::Host;
  Ordering ordering = Ordering::Unordered;
  bool is_torn_allowed = false;  // false: the specification's `notears`
  Condition condition = Condition::None;
  Location location{};
  std::uint64_t size_bytes = 0;  // may be large for bulk operations; values are then digests
  std::uint64_t read_value = 0;  // little-endian, zero-extended
  std::uint64_t written_value = 0;
  std::uint64_t compared_value = 0;  // of a conditional action; not part of the digest

  bool operator==(const Action&) const = default;
};

struct Event {
  AgentId agent{};
  CodeLocation where{};
  std::uint32_t first_action = 0;  // into Trace::actions
  std::uint32_t action_count = 0;

  bool operator==(const Event&) const = default;
};

}  // namespace heddle::core
