#include "core/event_log.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace heddle::core {

// NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): see Storage
EventLog::EventLog(Recording recording, Trace& trace) : recording_(recording), trace_(&trace) {}

void EventLog::record(AgentId agent, const CodeLocation& where, std::span<const Action> actions) {
  if (!is_recording()) return;
  HEDDLE_CHECK(!actions.empty() && actions.size() <= kActionsMax);
  if (actions.size() > kActionsMax - action_count_) flush();
  events()[event_count_++] = {.agent = agent,
                              .where = where,
                              .first_action = flushed_actions_ + action_count_,
                              .action_count = static_cast<std::uint32_t>(actions.size())};
  std::ranges::copy(actions, this->actions() + action_count_);
  action_count_ += static_cast<std::uint32_t>(actions.size());
}

void EventLog::flush() {
  const std::span<const Event> events(this->events(), event_count_);
  const std::span<const Action> actions(this->actions(), action_count_);
  switch (recording_) {
    case Recording::Full:
      trace_->events.insert(trace_->events.end(), events.begin(), events.end());
      trace_->actions.insert(trace_->actions.end(), actions.begin(), actions.end());
      break;
    case Recording::Digest:
      digester_.add(events);
      digester_.add(actions);
      break;
    case Recording::Nothing:
      break;
  }
  flushed_actions_ += action_count_;
  event_count_ = 0;
  action_count_ = 0;
}

}  // namespace heddle::core
