#include "shrinker/candidate.hpp"

#include <algorithm>

namespace heddle::shrinker {
namespace {

using core::Choice;
using core::ChoiceKind;

bool is_between_agents(const Choice& choice) {
  return choice.kind == ChoiceKind::NextAgent || choice.kind == ChoiceKind::TimeoutFires;
}

}  // namespace

Choice Follower::choose(const core::ChoicePoint& point) {
  const auto is_option = [&point](const Choice& choice) {
    return std::ranges::find(point.options, choice) != point.options.end();
  };
  const bool agents_are_chosen = is_between_agents(point.options.front());
  if (agents_are_chosen && !candidate_.order.empty()) {
    if (point.step >= candidate_.order.size()) return point.options.front();
    const Choice& wanted = candidate_.order[static_cast<std::size_t>(point.step)];
    return is_option(wanted) ? wanted : point.options.front();
  }
  const std::vector<Choice>& choices = candidate_.schedule.choices;
  while (next_ < choices.size()) {
    const bool is_of_order = !candidate_.order.empty() && is_between_agents(choices[next_]);
    if (!is_of_order) {
      if (is_option(choices[next_])) return choices[next_++];
      if (!agents_are_chosen) return point.options.front();
    }
    ++next_;
  }
  return point.options.front();
}

}  // namespace heddle::shrinker
