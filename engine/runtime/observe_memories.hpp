// What the shared memories of a store hold, as text: equal contents give equal texts.
//
//   memory0: [0x0]=1 [0x18]=42
//
// One line per shared memory, in order of allocation: its aligned 32-bit words that are not zero,
// at most kWordsShown of them. Where there are more, a digest of the whole content follows. A
// memory that has grown says its size, since programs can see it.
#pragma once

#include <cstddef>
#include <string>

#include "engine/runtime/store.hpp"

namespace heddle::engine {

inline constexpr std::size_t kWordsShown = 64;

[[nodiscard]] std::string observe_memories(const Store& store);

}  // namespace heddle::engine
