#include "harness/explore/surw.hpp"

#include <algorithm>
#include <tuple>

namespace heddle::harness {

void SurwStrategy::begin() {
  priorities_.clear();
  pending_.clear();
  waits_.clear();
  turn_.reset();
  some_wait_ = false;
  weighs_roles_ = rng().below(8) != 0;
  select_range();
}

void SurwStrategy::select_range() {
  selected_.reset();
  const auto accesses_of = [](const ContendedRange& range) {
    std::uint64_t sum = 0;
    for (const std::uint32_t count : range.counts) sum += count;
    return sum;
  };
  std::uint64_t total = 0;
  for (const ContendedRange& range : profile().contended()) total += accesses_of(range);
  if (total == 0) return;
  std::uint64_t drawn = rng().below(total);
  for (const ContendedRange& range : profile().contended()) {
    const std::uint64_t accesses = accesses_of(range);
    if (drawn < accesses) {
      selected_ = range;
      weights_.begin(profile().with_descendants(range));
      return;
    }
    drawn -= accesses;
  }
}

// The turn of one that spawns may have been its child's.
void SurwStrategy::update_weights(const core::ChoicePoint& point) {
  weights_.update(profile(), point.previous.index,
                  [this](std::uint64_t parent, std::uint64_t child) {
                    if (turn_ == parent && rng().below(weights_.of(parent)) < weights_.of(child))
                      turn_ = child;
                  });
}

bool SurwStrategy::is_selected(const core::ChoicePoint& point, std::size_t option) {
  return is_step(point.options[option]) && selected_->contains(pending_.of(point, option));
}

std::optional<std::size_t> SurwStrategy::highest(const core::ChoicePoint& point) {
  std::optional<std::size_t> best;
  std::uint64_t best_priority = 0;
  for (std::size_t i = 0; i < point.options.size(); ++i) {
    const core::Choice& choice = point.options[i];
    if (some_wait_ && is_step(choice) && waits_[choice.operand] != 0) continue;
    std::uint64_t& priority = priorities_[lane_of(choice)];
    if (priority == 0) priority = rng().next() | 1;
    if (priority > best_priority) {
      best_priority = priority;
      best = i;
    }
  }
  return best;
}

std::uint64_t SurwStrategy::draw_turn(const core::ChoicePoint& point) {
  candidates_.clear();
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < point.pending.size(); ++i) {
    const std::uint64_t agent = point.options[i].operand;
    if (some_wait_ && waits_[agent] != 0) continue;
    candidates_.push_back({.agent = agent,
                           .weight = weights_.of(agent),
                           .role = profile().role_of(profile().actor_of(agent))});
    total += candidates_.back().weight;
  }
  if (weighs_roles_) return draw_turn_by_roles();
  std::uint64_t drawn = rng().below(total);
  for (const Candidate& candidate : candidates_) {
    if (drawn < candidate.weight) return candidate.agent;
    drawn -= candidate.weight;
  }
  return candidates_.back().agent;
}

// A role weighs as much as the heaviest of its agents, and these are all alike.
std::uint64_t SurwStrategy::draw_turn_by_roles() {
  std::ranges::sort(candidates_, {}, [](const Candidate& candidate) {
    return std::tuple(candidate.role, ~candidate.weight, candidate.agent);
  });
  const auto is_first_of_role = [this](std::size_t i) {
    return i == 0 || candidates_[i].role != candidates_[i - 1].role;
  };
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    if (is_first_of_role(i)) total += candidates_[i].weight;
  }
  std::uint64_t drawn = rng().below(total);
  std::size_t first = 0;
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    if (!is_first_of_role(i)) continue;
    first = i;
    if (drawn < candidates_[i].weight) break;
    drawn -= candidates_[i].weight;
  }
  std::size_t last = first + 1;
  while (last < candidates_.size() && !is_first_of_role(last)) ++last;
  return candidates_[first + rng().below(last - first)].agent;
}

void SurwStrategy::end_turn() {
  turn_.reset();
  waits_.clear();
  some_wait_ = false;
}

std::size_t SurwStrategy::choose_lane(const core::ChoicePoint& point) {
  pending_.advance(point);
  if (selected_) update_weights(point);
  std::optional<std::size_t> option = highest(point);
  while (selected_) {
    if (!option) {  // all wait for one that cannot go on
      end_turn();
      option = highest(point);
    }
    if (!is_selected(point, *option)) break;
    const std::uint64_t agent = point.options[*option].operand;
    if (!turn_) turn_ = draw_turn(point);
    if (agent == *turn_) {
      weights_.take_step(agent);
      end_turn();
      break;
    }
    waits_[agent] = 1;
    some_wait_ = true;
    option = highest(point);
  }
  priorities_[lane_of(point.options[*option])] = 0;
  return *option;
}

}  // namespace heddle::harness
