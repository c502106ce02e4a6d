// JepsenEvents: from invocations and completions, in the order of a file, to a History.
//
// The one place that knows what the events of Jepsen mean, for all forms in which they are written.
// The rules (docs/formats/histories.md):
//   1. An event's time is its place in the order, so that no two are at the same time; `:time` is
//      what the recorder's clock said.
//   2. A process is sequential. A second invocation, and an `ok` or `fail` without an invocation,
//      is an error; an `info` without one is noise.
//   3. What is not done by a process with a number is an annotation, as is the nemesis.
//   4. Processes may be left out in a file of one process.
//   5. A value that only the completion has is the result of what only gives (read, dequeue, ...),
//      and else the argument as well.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/history.hpp"
#include "core/result.hpp"
#include "histories/text_cursor.hpp"

namespace heddle::histories {

// Are values [k v] those of many objects?
enum class Keyed : std::uint8_t {
  Auto,  // if all values are pairs, and one of an invocation is [k nil]
  Yes,
  No,
};

// The values of one event's keys; unknown: it has no such key.
struct EventFields {
  core::Datum type = core::kUnknown;
  core::Datum process = core::kUnknown;
  core::Datum function = core::kUnknown;
  core::Datum value = core::kUnknown;
  core::Datum key = core::kUnknown;
  core::Datum time = core::kUnknown;

  // Where the value of this key goes; null: it does not count.
  [[nodiscard]] core::Datum* slot_of(std::string_view name);
};

// What an event has done to the history.
struct EventChange {
  bool is_end = false;  // of an operation; else its beginning
  std::uint32_t operation = 0;
};

class JepsenEvents {
 public:
  // `is_live`: changes are noted, for those who follow a history that is being written.
  explicit JepsenEvents(bool is_live = false) : is_live_(is_live) {}

  // Of what the events' values are made.
  [[nodiscard]] core::Data& data() { return history_.data; }

  [[nodiscard]] core::Result<void> add(const EventFields& event, Place place);

  [[nodiscard]] core::Result<core::History> finish(Keyed keyed) &&;

  // So far; keys of [k v] are not split.
  [[nodiscard]] const core::History& history() const { return history_; }
  // Since the last call.
  [[nodiscard]] std::vector<EventChange> take_changes() { return std::exchange(changes_, {}); }
  [[nodiscard]] bool is_quiescent() const { return open_.empty(); }
  // Drops all operations, of which none is open. The values' words stay valid.
  void forget_operations();

 private:
  enum class Type : std::uint8_t { Invoke, Ok, Fail, Info };

  [[nodiscard]] core::Result<Type> type_of(const EventFields& event, Place place) const;
  [[nodiscard]] core::Result<std::int64_t> process_of(const EventFields& event, Place place);
  void annotate(const EventFields& event);
  [[nodiscard]] core::Result<void> invoke(const EventFields& event, std::int64_t process,
                                          Place place);
  [[nodiscard]] core::Result<void> complete(const EventFields& event, std::int64_t process,
                                            Type type, Place place);
  [[nodiscard]] core::Result<std::uint32_t> function_of(const EventFields& event, Place place);
  [[nodiscard]] core::Result<std::int64_t> time_of(const EventFields& event, Place place);

  core::History history_{};
  bool is_live_ = false;
  std::vector<EventChange> changes_{};
  std::uint64_t next_time_ = 0;
  bool has_times_ = false;
  bool has_processes_ = false;                                      // an event has told its own
  bool lacks_processes_ = false;                                    // an event has not
  std::unordered_map<std::int64_t, std::uint32_t> open_;            // order never seen: looked up
  std::unordered_map<std::int64_t, std::uint32_t> function_words_;  // order never seen: looked up
  std::map<std::string, std::uint32_t, std::less<>> functions_;
};

}  // namespace heddle::histories
