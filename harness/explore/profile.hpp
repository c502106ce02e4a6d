// Profile: what executions of one program have in common, as far as strategies need to know it: how
// many points there are to choose at, who takes how many steps, and which locations agents contend
// for.
//
// Agents are told apart by how they came about (their parent, and being its how-manieth child), so
// that what was learnt of an agent in one execution is found again in the next one, whatever number
// it has there. Who an agent's parent is must be guessed while an execution runs: it is the agent
// that made the last step before the child was first seen.
//
// Invariants:
//   1. Only lessons (is_lesson) change what is known, and only when they end. Numbers are maxima
//   over
//      all lessons: an execution in which an agent has run alone at the end says too little of it.
//   2. Only steps that were chosen among others are counted: nothing else can be ordered.
//   3. Actor 0 is the agent that begins. A child's number is higher than its parent's.
//   4. Memory is bounded, whatever the program does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "core/choice.hpp"
#include "harness/explore/lanes.hpp"

namespace heddle::harness {

using Actor = std::uint32_t;

// Bytes that are accessed together, and how often each actor chose to.
struct ContendedRange {
  core::Location location;
  std::uint64_t size_bytes = 0;
  bool is_changed = false;
  std::vector<std::uint32_t> counts;  // by actor

  [[nodiscard]] bool contains(const core::PendingAction& action) const;
};

class Profile {
 public:
  Profile();

  void begin_execution(std::uint64_t number);
  void end_execution();

  // At each point between lanes, before anything else. Finds the agents that are new, by number.
  void observe(const core::ChoicePoint& point);
  // options[option] is what will be chosen there.
  void count(const core::ChoicePoint& point, std::size_t option);

  // Of the present execution. Of agents never seen: that of agent 0.
  [[nodiscard]] Actor actor_of(std::uint64_t agent) const;
  // All agents below this number have been seen.
  [[nodiscard]] std::size_t agents_seen() const { return agents_.size(); }
  [[nodiscard]] Actor parent_of(Actor actor) const { return actors_[actor].parent; }

  // The most points between lanes in one lesson.
  [[nodiscard]] std::uint64_t points_max() const { return points_max_; }
  // Steps of each actor and of all that come from it.
  [[nodiscard]] std::vector<std::uint64_t> steps_with_descendants() const;
  [[nodiscard]] std::vector<std::uint64_t> with_descendants(const ContendedRange& range) const;
  // Of two actors or more that change them; in the order of locations.
  [[nodiscard]] const std::vector<ContendedRange>& contended() const { return contended_; }
  // Actors that have begun at the same place.
  [[nodiscard]] core::CodeLocation role_of(Actor actor) const { return actors_[actor].role; }

 private:
  struct ActorInfo {
    Actor parent = 0;
    std::uint32_t steps = 0;  // the most, of itself
    bool has_role = false;
    core::CodeLocation role{};
  };
  struct Access {
    Actor actor = 0;
    core::Location location{};
    std::uint64_t size_bytes = 0;
    bool is_change = false;
  };

  Actor add_agent(std::uint64_t parent);
  void learn_accesses();
  std::size_t range_of(const Access& access);

  std::map<std::pair<Actor, std::uint32_t>, Actor> children_;  // by parent and position
  std::vector<ActorInfo> actors_;
  std::uint64_t points_max_ = 0;
  std::vector<ContendedRange> ranges_;  // ordered, disjoint
  std::vector<ContendedRange> contended_;

  // Of the present execution.
  bool is_learning_ = false;
  std::uint64_t points_ = 0;
  std::vector<Actor> agents_;                // by number
  std::vector<std::uint32_t> child_counts_;  // by agent
  Table<std::uint32_t> steps_;               // by actor
  std::vector<Access> accesses_;
};

}  // namespace heddle::harness
