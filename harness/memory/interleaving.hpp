// Sequential consistency of a candidate: can its events be done one after the other, each read
// seeing the latest write?
//
// A search over the agents' positions, with what every cell holds and who waits. A step that
// changes nothing for others and is possible now is taken at once: it could only be harmed by
// waiting. States are visited once.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "harness/memory/candidate.hpp"

namespace heddle::harness {

struct Interleaving {
  std::optional<std::vector<EventIndex>> order{};  // nothing: there is none (if it is complete)
  bool is_complete = true;
};

[[nodiscard]] Interleaving find_interleaving(const Candidate& candidate,
                                             std::uint64_t steps_max = 10'000'000);

}  // namespace heddle::harness
