// PlainHistory: operations with their intervals, as linearizability checkers see them.
//
// Either projected from a Trace (times are positions of events) or read from a file. Herlihy and
// Wing 1990: operation A precedes B iff A's return is before B's invocation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/trace.hpp"

namespace heddle::harness {

struct PlainOperation {
  std::uint64_t process = 0;
  std::string name{};  // of the specification's operation: "read", "fetch_add"
  std::vector<std::int64_t> arguments{};
  std::optional<std::int64_t> result{};  // none: no result, or it never returned
  std::uint64_t call = 0;                // time of the invocation
  std::optional<std::uint64_t> ret{};    // time of the return; none: pending, it may or may not
                                         // have taken effect

  bool operator==(const PlainOperation&) const = default;
};

struct PlainHistory {
  std::vector<PlainOperation> operations{};  // ordered by `call`

  bool operator==(const PlainHistory&) const = default;
};

}  // namespace heddle::harness
