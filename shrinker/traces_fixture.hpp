// Traces of toy programs, for the tests of what looks at traces.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/rng.hpp"
#include "core/toy_machine.hpp"
#include "shrinker/candidate.hpp"

namespace heddle::shrinker {

class RandomChooser final : public core::Chooser {
 public:
  explicit RandomChooser(std::uint64_t seed) : rng_(seed) {}
  core::Choice choose(const core::ChoicePoint& point) override {
    return point.options[rng_.below(point.options.size())];
  }

 private:
  core::Rng rng_;
};

inline core::Execution random_execution(const core::toy::Program& program, std::uint64_t seed) {
  RandomChooser chooser(seed);
  return core::toy::run(program, chooser);
}

inline core::Execution follow(const core::toy::Program& program, const Candidate& candidate) {
  Follower follower(candidate);
  return core::toy::run(program, follower);
}

// Three agents with contention, waits, and a finite wait.
inline core::toy::Program any_toy() {
  using core::toy::Op;
  return {
      .agents = {{{Op::Load, 0, 0}, {Op::StoreSum, 0, 1}, {Op::WaitFor, 2, 0}, {Op::Load, 1, 0}},
                 {{Op::Store, 1, 1}, {Op::Notify, 2, 1}, {Op::Load, 0, 0}, {Op::StoreSum, 0, 2}},
                 {{Op::FetchAdd, 1, 1}, {Op::Load, 0, 0}}},
      .cells = 3};
}

}  // namespace heddle::shrinker
