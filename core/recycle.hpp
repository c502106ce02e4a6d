// Buffers of executions that nobody needs any more, for executions to come.
//
// An execution may have millions of events and choices. Fresh memory for them costs more than
// recording them: the system clears each page when it is first touched. Who runs many executions
// gives them back here when they have been judged.
//
// Invariants:
//   1. Each thread of the process keeps the buffers of one execution, of at most kKeptBytesMax.
//   2. What is reused is empty: executions do not depend on it.
#pragma once

#include <cstddef>

#include "core/execution.hpp"

namespace heddle::core {

inline constexpr std::size_t kKeptBytesMax = std::size_t{1} << 28;

// The execution has no events and choices afterwards.
void recycle(Execution& execution);

// Gives an execution that has no events and choices yet the buffers of one that was recycled.
void reuse_buffers(Execution& execution);

// Of an execution that is kept: no more memory than it needs.
void shrink_buffers(Execution& execution);

}  // namespace heddle::core
