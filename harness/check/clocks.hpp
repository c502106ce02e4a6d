// Clocks: for every agent, which events of the others happened before its latest one.
//
// Vector clocks: an agent's time is the number of events it has made, plus one. The past of an
// event is the greatest time of every agent that happened before it.
// Invariants:
//   1. A stamp stands for an event together with its past. Taking one costs nothing: pasts are
//      shared, and copied only when an agent learns something new.
//   2. Who knows an agent's time knows all that the agent knew then; so a stamp whose own time is
//      known says nothing new.
//   3. `numbers()` is what all pasts that are still referred to hold together, so that whoever
//      keeps stamps can bound the memory they take.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/ids.hpp"

namespace heddle::harness {

class Clocks {
  struct Past;

 public:
  struct Stamp {
    core::AgentId agent{};
    std::uint32_t time = 0;
    std::shared_ptr<const Past> past{};
  };

  // The agent makes an event; afterwards its stamp is that event's.
  void tick(core::AgentId agent) { ++at(agent).time; }

  // Everything that the stamp stands for happened before the agent's latest event.
  void acquire(core::AgentId agent, const Stamp& stamp);

  [[nodiscard]] Stamp stamp_of(core::AgentId agent) { return at(agent); }

  // Whether the other agent's event of that time happened before this agent's latest one, or is it.
  [[nodiscard]] bool knows(core::AgentId agent, core::AgentId other, std::uint32_t time);

  [[nodiscard]] std::size_t numbers() const { return *numbers_; }

 private:
  // Times by agent.
  struct Past {
    std::vector<std::uint32_t> times;
    std::shared_ptr<std::size_t> numbers;

    Past(std::vector<std::uint32_t> all, std::shared_ptr<std::size_t> counter)
        : times(std::move(all)), numbers(std::move(counter)) {
      *numbers += times.size();
    }
    ~Past() { *numbers -= times.size(); }
    Past(const Past&) = delete;
    Past& operator=(const Past&) = delete;
  };

  Stamp& at(core::AgentId agent);

  std::vector<Stamp> agents_;
  std::shared_ptr<std::size_t> numbers_ = std::make_shared<std::size_t>(0);
};

}  // namespace heddle::harness
