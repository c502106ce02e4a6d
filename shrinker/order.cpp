#include "shrinker/order.hpp"

#include "shrinker/dependence.hpp"

namespace heddle::shrinker {

using core::Choice;

std::vector<Choice> order_of(const core::Trace& trace, std::span<const std::uint32_t> events) {
  const std::vector<bool> is_step = steps_of(trace);
  std::vector<Choice> order;
  for (const std::uint32_t index : events) {
    if (!is_step[index]) continue;
    const core::Event& event = trace.events[index];
    const bool times_out = trace.actions_of(event).front().kind == core::ActionKind::TimedOut;
    order.push_back(times_out ? Choice::timeout(event.agent) : Choice::next(event.agent));
  }
  return order;
}

std::vector<Choice> order_of(const core::Trace& trace) {
  std::vector<std::uint32_t> all(trace.events.size());
  for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = i;
  return order_of(trace, all);
}

}  // namespace heddle::shrinker
