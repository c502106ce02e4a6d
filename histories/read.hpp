// read_history: a history from a file of any known form.
//
// The form is told by the content (detect_format), or named. docs/formats/histories.md describes
// all of them for users. Errors have the line and column.
#pragma once

#include <optional>
#include <string_view>

#include "core/history.hpp"
#include "core/result.hpp"
#include "histories/jepsen_events.hpp"

namespace heddle::histories {

enum class Format : std::uint8_t {
  Edn,        // Jepsen's: maps of operations, in a row or in a vector or list
  Json,       // the same keys: an array, or one object after the other (JSON lines)
  JepsenLog,  // of jepsen.util
  Intervals,  // method value start end
  Calls,      // [1] call push(3)
};
[[nodiscard]] std::string_view to_string(Format format);  // "edn", "json", "jepsen-log", ...
[[nodiscard]] std::optional<Format> format_named(std::string_view name);

struct ReadOptions {
  std::optional<Format> format{};  // nothing: told by the content
  Keyed keyed = Keyed::Auto;
};

[[nodiscard]] core::Result<core::History> read_history(const core::Source& source,
                                                       const ReadOptions& options = {});

// The events of one line of a form in which every line has its own: all but Format::Intervals. An
// array or vector may begin in the first line and end in the last.
[[nodiscard]] core::Result<void> add_event_line(Format format, std::string_view line,
                                                std::uint32_t number, JepsenEvents& events);

// Nothing: it looks like none of them.
[[nodiscard]] std::optional<Format> detect_format(std::string_view text);

// What the comments of a text form say that the object is: "queue" of "# queue" and of
// "# @object atomic-queue". Empty: they do not.
[[nodiscard]] std::string_view declared_object(std::string_view text);

}  // namespace heddle::histories
