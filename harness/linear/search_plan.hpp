// SearchPlan: what searches want to know of a history before they begin, in linear time and memory.
//
//   - Calls that the model cannot tell apart have one class.
//   - Calls that return have slots, which are used again, so that a set of open calls is small.
//   - Pending calls have numbers of their own; those of one class are neighbours, the earliest
//     first.
//   - Who is open when is not written down for each time: OpenCalls walks along the returns.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "harness/models/calls.hpp"

namespace heddle::harness {

// Pending calls of one class: numbers from `begin` up to `end`.
struct PendingGroup {
  std::uint32_t call_class = 0;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

struct SearchPlan {
  std::vector<std::uint32_t> class_of;    // each call
  std::vector<std::uint32_t> slot_of;     // each call that returns
  std::vector<std::uint8_t> is_observer;  // each call: by its name and result, it changes nothing
  std::vector<std::uint32_t> returns;     // calls by their return
  std::vector<std::uint32_t> invoked;     // calls that return, by their invocation
  std::vector<std::uint32_t> opened;      // each return: how many of `invoked` come before it
  std::vector<std::uint32_t> pending;     // calls by their number among the pending ones
  std::vector<PendingGroup> groups;
  std::size_t slots = 0;
  std::size_t classes = 0;
};

[[nodiscard]] SearchPlan plan_search(const Calls& calls, const Model& model);

// What distinguishes calls for the model, as words.
using ClassKey = std::array<std::int64_t, 7>;
[[nodiscard]] ClassKey class_key(const ModelCall& call, bool sees_processes);

// That by its name and result a call changes nothing, whatever the state: it may have its place as
// soon as that explains it.
[[nodiscard]] bool is_observer(const ModelCall& call);

// Who is open just before a return. Moving on by one return and back takes constant time per call.
class OpenCalls {
 public:
  explicit OpenCalls(const SearchPlan& plan);

  void go_to(std::size_t next_return);

  [[nodiscard]] std::size_t words() const { return open_.size(); }
  // Slots from 64 * index on, as bits.
  [[nodiscard]] std::uint64_t open(std::size_t index) const { return open_[index]; }
  [[nodiscard]] std::uint64_t observers(std::size_t index) const { return observers_[index]; }
  [[nodiscard]] std::uint32_t call_in(std::size_t slot) const { return holder_[slot]; }

 private:
  void set(std::uint32_t call, bool is_open);

  const SearchPlan* plan_;
  std::size_t at_ = 0;
  std::vector<std::uint64_t> open_;
  std::vector<std::uint64_t> observers_;
  std::vector<std::uint32_t> holder_;  // of each slot
};

}  // namespace heddle::harness
