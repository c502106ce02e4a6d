// Which parts of a history convict the whole of it?
//
// A part that cannot be explained says nothing by itself: without the write of 3, a read of 3 is
// a violation in any history. A part convicts if, whatever the values are, an explanation of the
// whole gives one of the part, by leaving out what the part leaves out. That holds if
//   - with an element of a container or set, all that puts or takes it is in the part;
//   - with a value that is read, or expected and found, all that writes it is in the part;
//   - with an item that a log's reader saw, its append is in the part;
//   - of an acquisition and its release, both are in the part or neither;
//   - with an answer that depends on everything (a failed compare and set, a lock that was not
//     free), everything that has an effect is in the part;
//   - so is always what has an effect that is not known (a crashed take), and, for objects that
//     none of these rules know, all that has an effect.
// Calls without effect may always be left out.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/models/calls.hpp"

namespace heddle::harness {

class Convict {
 public:
  Convict(const Calls& calls, const Model& model);

  // `chosen`: indices into the calls, pairwise different.
  [[nodiscard]] bool is_telling(std::span<const std::uint32_t> chosen) const;

  // Those and all that they need, ascending.
  [[nodiscard]] std::vector<std::uint32_t> closure_of(std::span<const std::uint32_t> chosen) const;

  // Calls that can only be left out together; the first group cannot be left out.
  [[nodiscard]] const std::vector<std::vector<std::uint32_t>>& groups() const { return groups_; }

 private:
  friend class ConvictBuilder;

  std::vector<std::vector<std::uint32_t>> groups_;  // the first one is always needed
  std::vector<std::vector<std::uint32_t>> needs_;   // of each call: groups
};

}  // namespace heddle::harness
