// Weights: how many steps each agent still has before it, its descendants' included, as far as the
// profile knows. What URW and SURW draw by.
//
// When an agent spawns another, what it had for the child becomes the child's. Never below 1 for an
// agent that is there: it will do at least the step that is pending.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "harness/explore/profile.hpp"

namespace heddle::harness {

class Weights {
 public:
  // `profiled`: by actor.
  void begin(std::vector<std::uint64_t> profiled) {
    profiled_ = std::move(profiled);
    remaining_.clear();
  }

  // Gives agents that the profile has seen their weights. `on_spawn(parent, child)` is called for
  // each before the parent's weight shrinks.
  template <typename OnSpawn>
  void update(const Profile& profile, std::uint64_t parent, const OnSpawn& on_spawn) {
    while (remaining_.size() < profile.agents_seen()) {
      const Actor actor = profile.actor_of(remaining_.size());
      const std::uint64_t own = actor < profiled_.size() ? profiled_[actor] : 0;
      const std::size_t child = remaining_.size();
      remaining_.push_back(own);
      if (child == 0 || parent >= child) continue;
      on_spawn(parent, child);
      remaining_[parent] -= std::min(remaining_[parent], own);
    }
  }
  void update(const Profile& profile, std::uint64_t parent) {
    update(profile, parent, [](std::uint64_t, std::uint64_t) {});
  }

  [[nodiscard]] std::uint64_t of(std::uint64_t agent) const {
    return agent < remaining_.size() ? std::max<std::uint64_t>(remaining_[agent], 1) : 1;
  }
  void take_step(std::uint64_t agent) {
    if (agent < remaining_.size() && remaining_[agent] > 0) --remaining_[agent];
  }

 private:
  std::vector<std::uint64_t> profiled_;
  std::vector<std::uint64_t> remaining_;  // by agent
};

}  // namespace heddle::harness
