#include "harness/check/clocks.hpp"

#include <algorithm>
#include <utility>

namespace heddle::harness {

Clocks::Stamp& Clocks::at(core::AgentId agent) {
  while (agents_.size() <= agent.index) {
    // Time 1 is that of having been started.
    const core::AgentId next{static_cast<std::uint32_t>(agents_.size())};
    agents_.push_back({.agent = next, .time = 1, .past = nullptr});
  }
  return agents_[agent.index];
}

bool Clocks::knows(core::AgentId agent, core::AgentId other, std::uint32_t time) {
  const Stamp& own = at(agent);
  if (agent == other) return time <= own.time;
  return own.past && other.index < own.past->times.size() && own.past->times[other.index] >= time;
}

void Clocks::acquire(core::AgentId agent, const Stamp& stamp) {
  if (stamp.time == 0 || knows(agent, stamp.agent, stamp.time)) return;
  Stamp& own = at(agent);
  std::vector<std::uint32_t> times;
  if (own.past) times = own.past->times;
  if (stamp.past) {
    const std::vector<std::uint32_t>& others = stamp.past->times;
    if (times.size() < others.size()) times.resize(others.size());
    for (std::size_t i = 0; i < others.size(); ++i) times[i] = std::max(times[i], others[i]);
  }
  if (times.size() <= stamp.agent.index) times.resize(stamp.agent.index + 1);
  times[stamp.agent.index] = std::max(times[stamp.agent.index], stamp.time);
  own.past = std::make_shared<const Past>(std::move(times), numbers_);
}

}  // namespace heddle::harness
