#include "harness/explore/urw.hpp"

namespace heddle::harness {

std::size_t UrwStrategy::choose_lane(const core::ChoicePoint& point) {
  weights_.update(profile(), point.previous.index);
  const auto weight_of = [this](const core::Choice& choice) {
    return is_step(choice) ? weights_.of(choice.operand) : 1;
  };
  std::uint64_t total = 0;
  for (const core::Choice& choice : point.options) total += weight_of(choice);
  std::uint64_t drawn = rng().below(total);
  std::size_t option = 0;
  while (drawn >= weight_of(point.options[option])) drawn -= weight_of(point.options[option++]);
  if (is_step(point.options[option])) weights_.take_step(point.options[option].operand);
  return option;
}

}  // namespace heddle::harness
