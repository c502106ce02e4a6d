#include "engine/exec/wait_queue.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace heddle::engine {

void WaitQueue::join(core::AgentId agent) {
  HEDDLE_CHECK(std::ranges::find(agents_, agent) == agents_.end());
  agents_.push_back(agent);
}

std::vector<core::AgentId> WaitQueue::notify(std::uint32_t count) {
  const auto last =
      agents_.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(count, agents_.size()));
  std::vector<core::AgentId> woken(agents_.begin(), last);
  agents_.erase(agents_.begin(), last);
  return woken;
}

void WaitQueue::time_out(core::AgentId agent) {
  const auto found = std::ranges::find(agents_, agent);
  HEDDLE_CHECK(found != agents_.end());
  agents_.erase(found);
}

void WaitQueues::join(const core::Location& location, core::AgentId agent) {
  queues_[location].join(agent);
}

std::vector<core::AgentId> WaitQueues::notify(const core::Location& location, std::uint32_t count) {
  const auto found = queues_.find(location);
  if (found == queues_.end()) return {};
  std::vector<core::AgentId> woken = found->second.notify(count);
  if (found->second.size() == 0) queues_.erase(found);
  return woken;
}

void WaitQueues::time_out(const core::Location& location, core::AgentId agent) {
  const auto found = queues_.find(location);
  HEDDLE_CHECK(found != queues_.end());
  found->second.time_out(agent);
  if (found->second.size() == 0) queues_.erase(found);
}

std::size_t WaitQueues::waiting(const core::Location& location) const {
  const auto found = queues_.find(location);
  return found == queues_.end() ? 0 : found->second.size();
}

}  // namespace heddle::engine
