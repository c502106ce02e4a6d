// FaultRates: how often what may go wrong does go wrong, in one execution, and for how long.
//
// A rate is a probability at each occasion. Pauses and starvation are no choices of their own: they
// are seen in which agents are not chosen. The others switch on the choices of core/faults.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "core/faults.hpp"

namespace heddle::core {

struct FaultRates {
  double pause = 0;          // an agent stands still for 1 to 2,048 points
  double starve = 0;         // an agent stands still for 256 to 16,384 points
  double timeout_early = 0;  // a wait times out although other agents could go on
  double timeout_late = 0;   // where only time can help: not the earliest wait times out
  double grow = 0;           // memory.grow of a shared memory fails
  double table_grow = 0;     // table.grow fails
  double spawn = 0;          // spawning fails
  double collect = 0;        // garbage is collected at an allocation
  double depth = 0;          // a call finds the call stack exhausted
  double clock = 0;          // the clock has jumped forward when it is read
  // From this step on nothing goes wrong any more, and everything that has begun must end: reaching
  // the limit of steps is then a failure of the rule `liveness`. 0: faults never stop.
  std::uint64_t quiet_after = 0;

  bool operator==(const FaultRates&) const = default;
};

struct FaultRateName {
  std::string_view name;
  double FaultRates::* rate;
};
inline constexpr std::array kFaultRateNames{
    FaultRateName{"pause", &FaultRates::pause},
    FaultRateName{"starve", &FaultRates::starve},
    FaultRateName{"timeout_early", &FaultRates::timeout_early},
    FaultRateName{"timeout_late", &FaultRates::timeout_late},
    FaultRateName{"grow", &FaultRates::grow},
    FaultRateName{"table_grow", &FaultRates::table_grow},
    FaultRateName{"spawn", &FaultRates::spawn},
    FaultRateName{"collect", &FaultRates::collect},
    FaultRateName{"depth", &FaultRates::depth},
    FaultRateName{"clock", &FaultRates::clock},
};

// The choices that these rates need.
[[nodiscard]] constexpr Faults faults_of(const FaultRates& rates) {
  return {.memory_grow = rates.grow > 0,
          .table_grow = rates.table_grow > 0,
          .spawn = rates.spawn > 0,
          .collections = rates.collect > 0,
          .call_depth = rates.depth > 0,
          .clock_jumps = rates.clock > 0,
          .early_timeouts = rates.timeout_early > 0};
}

}  // namespace heddle::core
