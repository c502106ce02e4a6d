// Vectors in a frame: see compile/slots.hpp. The low half is in the slot that a cell names.
#pragma once

#include <cstring>

#include "engine/exec/thread_state.hpp"
#include "engine/exec/vector_numerics.hpp"

namespace heddle::engine {

[[nodiscard]] inline V128 vector_at(const Slot* fp, std::uint32_t slot) {
  V128 vector;
  std::memcpy(&vector, fp + slot, sizeof vector);
  return vector;
}

inline void put_vector(Slot* fp, std::uint32_t slot, V128 vector) {
  std::memcpy(fp + slot, &vector, sizeof vector);
}

}  // namespace heddle::engine
