// The collector's roots. Spec: none; when objects that cannot be reached are freed cannot be seen.
//
// A collection happens while no agent runs: one has stopped before an allocation, all others before
// visible actions, or are not in a call at all. What can be reached begins at globals, tables,
// element segments, and the frames of all threads, of which stack maps say where references are
// (see engine/compile/stack_map.hpp). Nothing else holds references: what agents' bodies know of
// objects are their numbers, and host functions keep none.
#pragma once

#include <span>

#include "engine/exec/thread.hpp"
#include "engine/runtime/store.hpp"

namespace heddle::engine {

// Frees all objects of the store that cannot be reached. `threads`: all that may be in a call.
void collect_garbage(Store& store, std::span<const Thread* const> threads);

}  // namespace heddle::engine
