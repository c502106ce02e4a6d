// The two forms of histories in which a line of text is an event.
//
// read_jepsen_log: what jepsen.util wrote to its log; other lines are passed over:
//   INFO  jepsen.util - 4<TAB>:invoke<TAB>:cas<TAB>[1 2]
// read_calls: what LiMo and other monitors write (`ret` and `return` are the same):
//   [1] call push(3)
//   [2] call pop
//   [1] return
//   [2] return 3
// `#` begins a comment there, `[3] crash` ends a process.
#pragma once

#include "core/history.hpp"
#include "core/result.hpp"
#include "histories/jepsen_events.hpp"

namespace heddle::histories {

[[nodiscard]] core::Result<core::History> read_jepsen_log(const core::Source& source, Keyed keyed);
[[nodiscard]] core::Result<core::History> read_calls(const core::Source& source, Keyed keyed);

// The event of one line, which begins at `place`; a line that has none is passed over.
[[nodiscard]] core::Result<void> add_log_line(std::string_view line, Place place,
                                              JepsenEvents& events);
[[nodiscard]] core::Result<void> add_call_line(std::string_view line, Place place,
                                               JepsenEvents& events);

// What every line of such a log has.
inline constexpr std::string_view kJepsenLogMark = "jepsen.util - ";

}  // namespace heddle::histories
