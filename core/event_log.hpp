// EventLog: events on their way into a trace, or into its digest, or nowhere.
//
// Whoever executes appends each event where it happens, millions of times a second; what becomes of
// them is done for many at a time. One per execution.
//
// Invariants:
//   1. Events keep their order, and Event::first_action counts from the execution's beginning.
//   2. Every event has an action, so that there is room for an event where there is for an action.
//   3. Nothing is known of the events in the log until `flush`.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "core/event.hpp"
#include "core/trace.hpp"

namespace heddle::core {

class EventLog {
 public:
  // As the recording says, into `trace`, which must outlive the log, or into the log's digest.
  EventLog(Recording recording, Trace& trace);

  [[nodiscard]] bool is_recording() const { return recording_ != Recording::Nothing; }

  // An event of one action, to be filled in: all members, each for itself, so that nothing is
  // copied. There must be room: see is_full.
  struct Entry {
    Event& event;    // but for its actions
    Action& action;  // all
  };
  [[nodiscard]] Entry append() {
    Event& event = events()[event_count_++];
    event.first_action = flushed_actions_ + action_count_;
    event.action_count = 1;
    return {event, actions()[action_count_++]};
  }
  [[nodiscard]] bool is_full() const { return action_count_ == kActionsMax; }

  // Any event: flushes where needed. Of Recording::Nothing nothing is kept.
  void record(AgentId agent, const CodeLocation& where, std::span<const Action> actions);

  void flush();

  // Of Recording::Digest: what digest_of gives for the whole trace. Flush before.
  [[nodiscard]] Digest digest() const { return digester_.finish(trace_->agents, trace_->calls); }

  static constexpr std::uint32_t kActionsMax = 256;  // in the log: it stays in the first cache

 private:
  // Storage whose contents are not initialised: most executions have few events.
  template <typename Item>
  struct alignas(Item) Storage {
    std::array<std::byte, kActionsMax * sizeof(Item)> bytes;
  };
  static_assert(std::is_trivially_copyable_v<Event> && std::is_trivially_copyable_v<Action>);

  [[nodiscard]] Event* events() { return reinterpret_cast<Event*>(events_.bytes.data()); }
  [[nodiscard]] Action* actions() { return reinterpret_cast<Action*>(actions_.bytes.data()); }

  Recording recording_;
  std::uint32_t event_count_ = 0;
  std::uint32_t action_count_ = 0;
  std::uint32_t flushed_actions_ = 0;
  Storage<Event> events_;    // the first event_count_
  Storage<Action> actions_;  // the first action_count_
  Trace* trace_;
  TraceDigester digester_;  // of Recording::Digest
};

}  // namespace heddle::core
