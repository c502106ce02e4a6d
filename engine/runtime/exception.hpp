// Exceptions as objects: what references of the exn hierarchy refer to. Spec: exec/runtime,
// "Exception Instances".
//
// An exception becomes an object only when a clause asks for its reference: what is thrown and
// caught otherwise lives in its thread alone (ThreadState).
#pragma once

#include <bit>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "engine/runtime/instances.hpp"

namespace heddle::engine {

struct Exception {
  const TagInstance* tag = nullptr;
  std::uint32_t number = 0;  // in order of allocation in the store
  std::vector<Slot> values;  // the tag's parameters
};

[[nodiscard]] inline const Exception& exception_of(Slot reference) {
  return *std::bit_cast<const Exception*>(reference);
}

// The exceptions of a store.
class Exceptions {
 public:
  // `slots_max`: for the values of all, and kSlotsEach more for each.
  explicit Exceptions(std::uint64_t slots_max) : slots_left_(slots_max) {}

  // Null if there is no room left.
  [[nodiscard]] Slot add(const TagInstance& tag, std::span<const Slot> values) {
    const std::uint64_t slots = kSlotsEach + values.size();
    if (slots > slots_left_) return 0;
    slots_left_ -= slots;
    const auto number = static_cast<std::uint32_t>(all_.size());
    const Exception& made =
        all_.emplace_back(Exception{&tag, number, {values.begin(), values.end()}});
    return std::bit_cast<Slot>(&made);
  }

 private:
  static constexpr std::uint64_t kSlotsEach = 8;
  std::uint64_t slots_left_;
  std::deque<Exception> all_;
};

}  // namespace heddle::engine
