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
  [[nodiscard]] Slot add(const TagInstance& tag, std::span<const Slot> values) {
    const auto number = static_cast<std::uint32_t>(all_.size());
    const Exception& made =
        all_.emplace_back(Exception{&tag, number, {values.begin(), values.end()}});
    return std::bit_cast<Slot>(&made);
  }

 private:
  std::deque<Exception> all_;
};

}  // namespace heddle::engine
