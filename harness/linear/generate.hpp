// Histories to order: linearizable ones of any length, for tests and benchmarks.
//
// Processes take turns at random: one calls, its call takes effect on a model's state, it returns.
// Every written value and every element is new, so that the near-linear monitors apply. The same
// options give the same calls everywhere.
#pragma once

#include <cstdint>

#include "harness/models/calls.hpp"

namespace heddle::harness {

struct GenerateOptions {
  std::uint32_t calls = 1000;
  std::uint32_t processes = 4;
  std::uint64_t seed = 1;
  bool has_peeks = false;   // of containers
  bool has_empties = true;  // likewise: calls that find nothing
};

// Calls of a model of family Register, Set, Queue, Stack or PriorityQueue. Calls::data is null.
[[nodiscard]] Calls generate_calls(const Model& model, const GenerateOptions& options);

}  // namespace heddle::harness
