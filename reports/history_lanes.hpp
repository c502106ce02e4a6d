// The picture of a history: a lane for each process, time from left to right.
//
//   0        |-- 1. write 1 --|   |-- !! read -> 0 --|
//   1          |-- write 2 -> ? ........................
//   nemesis      * partition
//
// A bar goes from an invocation to its return. It ends in `|`, in `x` if the operation failed, or
// in dots if nobody knows when it took effect. A number says at which place a (longest partial)
// linearization has the operation; `!!` marks the one that has no place.
//
// Columns are the smallest ones that let every text fit. Invariants:
//   1. An end is left of another one if and only if it came earlier; equal ends at equal times
//      (two invocations, two returns) are below each other. So A precedes B if and only if A's bar
//      ends left of where B's begins.
//   2. A pure function of its argument; plain ASCII; no line is longer than `columns`. What is
//      wider goes on in further blocks; no text is cut by the end of a block.
//   3. At most operations_max operations are drawn, and the text says how many are not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/history.hpp"

namespace heddle::reports {

struct LanePicture {
  const core::History* history = nullptr;   // there is one
  std::vector<std::uint32_t> operations{};  // that are drawn; ascending
  std::vector<std::uint32_t> order{};       // the linearization; may be empty
  std::optional<std::uint32_t> unplaced{};  // the operation that it has no place for
  bool returns_first = false;               // of a return and an invocation at one time
  std::size_t columns = 100;                // at least 60 are taken
  std::size_t operations_max = 200;         // those around `unplaced`, else the first
};

[[nodiscard]] std::string draw_lanes(const LanePicture& picture);

}  // namespace heddle::reports
