// Histories as lines `method value start end`: what fastlin and other monitors read.
//
//   # queue
//   enq 1 1 16
//   deq -1 2 5
//
// The value is what the method was given, or what it returned (function_names.hpp);
// `contains_true 5` and `contains_false 5` say both. Times are any integers from 0, an end not
// before its start; they stay as they are, ties included. `#` begins a comment. The lines have any
// order.
//
// There are no processes in such a file: each operation gets the first one that is free before its
// start, in the order of starts.
#pragma once

#include "core/history.hpp"
#include "core/result.hpp"

namespace heddle::histories {

[[nodiscard]] core::Result<core::History> read_intervals(const core::Source& source);

}  // namespace heddle::histories
