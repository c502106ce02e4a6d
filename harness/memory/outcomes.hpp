// All outcomes of a program that the memory model allows, each with a witness; and all that
// sequential consistency has.
//
// Values first: every agent is run with every answer that the known writes give to its reads, and
// what it writes is added to these, until nothing is new or every write can have passed on what it
// read. Then one trace of each agent at a time, where each cell read has a writer: is that
// candidate consistent? Outcomes that are known already are not asked for again.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "harness/memory/axioms.hpp"
#include "harness/memory/traces.hpp"

namespace heddle::harness {

struct OutcomeLimits {
  std::uint64_t traces_max = 1 << 18;  // of one agent
  std::uint64_t combinations_max = 10'000'000;
  std::uint64_t steps_max = 10'000'000;  // of one candidate's decision
};

// An outcome's execution: events, owned, and what makes them one.
struct Allowed {
  std::vector<std::vector<MemoryEvent>> agents{};
  Witness witness{};
};

struct Outcomes {
  std::map<std::string, Allowed> allowed{};
  std::set<std::string> refuted{};  // outcomes of candidates, none of which is consistent
  bool is_complete = true;          // false: a limit was met, there may be more
};

// Grounded: values come from writes. Seeded: also out of thin air, from the source's seeds.
enum class Values : std::uint8_t { Grounded, Seeded };

[[nodiscard]] Outcomes allowed_outcomes(const TraceSource& source,
                                        const MemoryModelSwitches& switches = {},
                                        Values values = Values::Grounded,
                                        const OutcomeLimits& limits = {});

// Of interleavings. The witnesses have the order alone.
[[nodiscard]] Outcomes sc_outcomes(const TraceSource& source, const OutcomeLimits& limits = {});

}  // namespace heddle::harness
