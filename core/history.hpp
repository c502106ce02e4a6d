// History: what processes asked of an object and what they were told, with the times.
//
// Read from a file (histories/), projected from a Trace (design, law 4) or recorded on another
// engine. The vocabulary is Jepsen's: a process is sequential; an operation begins with an
// invocation and ends with `ok` (it happened), `fail` (it did not, or saw what it did not want)
// or `info` (nobody knows: it may have happened at any time after its invocation, or never; the
// process never speaks again). Herlihy and Wing 1990: operation A precedes B iff A's return is
// before B's invocation.
//
// Invariants:
//   1. `operations` are ordered by `call`.
//   2. Operations of one process do not overlap: call <= ret, and the next call is not before ret.
//   3. An operation without a return is Info. An operation with a return may be Info too: its
//      return says only when its process gave it up.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/datum.hpp"

namespace heddle::core {

enum class Completion : std::uint8_t { Ok, Fail, Info };
[[nodiscard]] std::string_view to_string(Completion completion);  // "ok", "fail", "info"

inline constexpr std::uint64_t kNeverReturned = UINT64_MAX;

struct Operation {
  std::int64_t process = 0;
  std::uint32_t function = 0;  // index into History::functions
  Completion completion = Completion::Info;
  // Of what object: only of keyed histories (jepsen.independent's [k v], or a declared key).
  Datum key = kUnknown;
  // Of the invocation: nil, one argument, or a vector of several. kUnknown: the file has none.
  Datum input = kUnknown;
  // Of the completion: what was returned, or (as Jepsen does) the arguments once more.
  Datum output = kUnknown;
  std::uint64_t call = 0;              // in any unit: only the order counts
  std::uint64_t ret = kNeverReturned;  // of Ok and Fail
  std::uint32_t line = 0;              // of the invocation, in the file; from 1, 0: no file
  std::uint32_t column = 0;

  bool operator==(const Operation&) const = default;
};

// Something that is no operation of a client: a fault, or a word of the nemesis.
struct Annotation {
  std::string lane{};      // "nemesis"
  std::string text{};      // "start partition [n1 n2]"
  std::uint64_t time = 0;  // on the scale of Operation::call

  bool operator==(const Annotation&) const = default;
};

// When, by the clock of the recorder.
struct WallTimes {
  std::int64_t call_ns = 0;
  std::int64_t ret_ns = 0;  // of operations with a completion

  bool operator==(const WallTimes&) const = default;
};

struct History {
  Data data{};
  std::vector<std::string> functions{};  // pairwise different: "read", "cas"
  std::vector<Operation> operations{};
  std::vector<Annotation> annotations{};  // ordered by time
  std::vector<WallTimes> wall_times{};    // of each operation; empty if the file has none

  // The index of a function's name, which is added if it is new.
  std::uint32_t function_of(std::string_view name);
  [[nodiscard]] const std::string& name_of(const Operation& operation) const {
    return functions[operation.function];
  }
};

// "4: cas [1 2]", "2: read -> 3", "0: write 1 -> ?" (nobody knows), "1: cas [0 1] -> failed".
[[nodiscard]] std::string to_string(const History& history, const Operation& operation);

}  // namespace heddle::core
