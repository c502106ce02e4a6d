// Candidate: a schedule to be tried, and how it is to be followed where it does not fit.
//
// By choices: the schedule, leniently. A choice between agents that is no option is dropped, and
// the next one taken; when no choice is left, the first option is. Edits of schedules are tried so.
//
// By steps: `order[n]` is who makes step n (or whose timeout is step n), asked for or not; if that
// is no option, the first one is. Orders of a trace's events are tried so: they say what every step
// is, while a schedule leaves out those that nobody was asked about, which are others in another
// order. Choices of other kinds (does memory.grow succeed?) are the schedule's, in its order.
#pragma once

#include <vector>

#include "core/choice.hpp"
#include "core/schedule.hpp"

namespace heddle::shrinker {

struct Candidate {
  core::Schedule schedule{};
  std::vector<core::Choice> order{};  // empty: by choices
};

// Follows a candidate; one execution.
class Follower final : public core::Chooser {
 public:
  // Must outlive the follower.
  explicit Follower(const Candidate& candidate) : candidate_(candidate) {}

  [[nodiscard]] core::Choice choose(const core::ChoicePoint& point) override;

 private:
  const Candidate& candidate_;
  std::size_t next_ = 0;  // of the schedule's choices
};

}  // namespace heddle::shrinker
