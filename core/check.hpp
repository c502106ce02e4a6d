// HEDDLE_CHECK: a statement about Heddle itself that must hold, in release builds too.
//
// A failure is a bug of Heddle's own, never of its input. It prints the condition, the place and
// the schedule that was being executed (so that the bug can be replayed), then aborts.
#pragma once

#include <string>
#include <string_view>

namespace heddle::core {

// Called to learn what was being executed when a check fails; set by whoever executes a program.
// The returned text is printed after the failed condition. Not thread safe: set before starting.
using CrashContext = std::string (*)();
void set_crash_context(CrashContext context);

[[noreturn]] void check_failed(std::string_view condition, std::string_view file, int line);

}  // namespace heddle::core

#define HEDDLE_CHECK(condition)                                     \
  do {                                                              \
    if (!(condition)) [[unlikely]] {                                \
      ::heddle::core::check_failed(#condition, __FILE__, __LINE__); \
    }                                                               \
  } while (false)
