// A wait queue: the agents suspended on one location, oldest first.
//
// Spec: exec/relaxed, "wait and notify". Invariants:
//   1. An agent is in at most one queue.
//   2. notify removes from the front only.
//   3. Only notify and timeout remove an agent: there are no spurious wake-ups.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "core/event.hpp"
#include "core/ids.hpp"

namespace heddle::engine {

class WaitQueue {
 public:
  void join(core::AgentId agent);

  // Removes and returns the agents that have waited longest, oldest first: at most `count`.
  std::vector<core::AgentId> notify(std::uint32_t count);

  // The agent's time is up. It must be in the queue.
  void time_out(core::AgentId agent);

  [[nodiscard]] std::size_t size() const { return agents_.size(); }

 private:
  std::vector<core::AgentId> agents_;
};

// The queues of all locations. A location without waiting agents takes no room.
class WaitQueues {
 public:
  void join(const core::Location& location, core::AgentId agent);
  std::vector<core::AgentId> notify(const core::Location& location, std::uint32_t count);
  void time_out(const core::Location& location, core::AgentId agent);

  [[nodiscard]] std::size_t waiting(const core::Location& location) const;

 private:
  std::map<core::Location, WaitQueue> queues_;
};

}  // namespace heddle::engine
