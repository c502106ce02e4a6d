// The projection of a trace onto the history of its operations: a pure function, so that judges of
// histories need no trace and histories can also come from elsewhere.
//
// The time of a call is the position of the event with its Invoke action; that of its return, of
// the event with its Return action; its process is its agent. Calls that trapped, blocked or were
// cut off have no return: whether they took effect is not known.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/history.hpp"
#include "core/trace.hpp"

namespace heddle::harness {

// What a call means: the operation of the sequential specification that it performs.
// Call::operation is the index in the list of these.
struct OperationSpec {
  std::string name;
  std::vector<std::int64_t> arguments;
  // The call's result is the operation's; i32 is sign-extended. Several results are a list, which
  // ends at the first -1: what a log had in it.
  bool has_result = false;

  bool operator==(const OperationSpec&) const = default;
};

class Projection {
 public:
  explicit Projection(std::span<const OperationSpec> operations);

  // Calls that are no operation (Call::operation is -1 or not in the list) are left out.
  [[nodiscard]] core::History history_of(const core::Trace& trace) const;

 private:
  struct Known {
    std::uint32_t function = 0;
    core::Datum input = core::kNil;
    bool has_result = false;
  };

  core::History empty_;  // has all names and arguments
  std::vector<Known> known_;
};

[[nodiscard]] core::History history_of(const core::Trace& trace,
                                       std::span<const OperationSpec> operations);

// As in a program: "get() = 1", "add(3)", "pop() (pending)".
[[nodiscard]] std::string call_text(const core::History& history, const core::Operation& operation);

}  // namespace heddle::harness
