#include "harness/explore/naive.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace heddle::harness {

bool NaiveStrategy::begin_execution() {
  depth_ = 0;
  preemptions_ = 0;
  return !is_exhausted_;
}

NaiveStrategy::Node NaiveStrategy::open(const core::ChoicePoint& point) {
  Node node;
  for (const core::Choice& choice : point.options) {
    const bool is_preemption = core::is_preemption(point, choice);
    if (is_preemption && preemptions_max_ && preemptions_ >= *preemptions_max_) {
      bound_excluded_any_ = true;
    } else {
      node.options.push_back({choice, is_preemption});
    }
  }
  return node;
}

core::Choice NaiveStrategy::choose(const core::ChoicePoint& point) {
  if (depth_ == path_.size()) path_.push_back(open(point));
  const Node& node = path_[depth_++];
  const Option& option = node.options[node.chosen];
  // Law of determinism: the same choices lead to the same point.
  HEDDLE_CHECK(std::ranges::find(point.options, option.choice) != point.options.end());
  if (option.is_preemption) ++preemptions_;
  return option.choice;
}

void NaiveStrategy::end_execution(const core::Execution&) {
  HEDDLE_CHECK(depth_ == path_.size());
  ++executions_;
  while (!path_.empty() && path_.back().chosen + 1 == path_.back().options.size()) {
    path_.pop_back();
  }
  if (path_.empty()) {
    is_exhausted_ = true;
  } else {
    ++path_.back().chosen;
  }
}

// If all subtrees of a node are as large: the part of the tree that is done (Knuth, Math. Comp. 29,
// 1975).
double NaiveStrategy::estimate() const {
  double done = 0;
  double share = 1;
  for (const Node& node : path_) {
    share /= static_cast<double>(node.options.size());
    done += share * static_cast<double>(node.chosen);
  }
  if (path_.empty()) done = 1;
  return done > 0 ? static_cast<double>(executions_) / done : 0;
}

Coverage NaiveStrategy::coverage() const {
  if (!is_exhausted_) return Coverage::Sampled;
  return bound_excluded_any_ ? Coverage::Bounded : Coverage::Complete;
}

}  // namespace heddle::harness
