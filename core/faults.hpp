// Faults: which of the things that may go wrong in an execution are left to the schedule.
//
// Everything here is permitted by the specification, or by the operating system below it, and does
// not happen by itself. Each flag makes a choice of it at every occasion; "no fault" is the first
// option, so that a schedule that always takes the first one meets none. Timeouts are late without
// a flag: one that is due is an option beside the steps of other agents, never the only one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heddle::core {

struct Faults {
  bool memory_grow = false;    // memory.grow of a shared memory fails (GrowSucceeds)
  bool table_grow = false;     // table.grow fails (GrowSucceeds)
  bool spawn = false;          // thread-spawn fails (SpawnSucceeds)
  bool collections = false;    // garbage is collected at an allocation (CollectGarbage)
  bool call_depth = false;     // a call to a new depth finds the call stack exhausted (Fault)
  bool clock_jumps = false;    // the clock has jumped forward when it is read (Fault)
  bool early_timeouts = true;  // a finite wait times out before its time (TimeoutFires)

  bool operator==(const Faults&) const = default;
};

// Operands of ChoiceKind::Fault.
enum class FaultKind : std::uint8_t { None, CallDepth, ClockJump };

// The names of the flags that are set ("memory_grow", ...), in the order above. early_timeouts,
// which is set by itself, is "punctual_timeouts" where it is not.
[[nodiscard]] std::vector<std::string> names_of(const Faults& faults);
// Sets one by its name. False: there is none of that name.
[[nodiscard]] bool set_fault(Faults& faults, std::string_view name);

}  // namespace heddle::core
