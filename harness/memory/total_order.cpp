#include "harness/memory/total_order.hpp"

namespace heddle::harness {
namespace {

enum class Status : std::uint8_t { Done, Open, Impossible };

// Takes every edge that has no alternative, until nothing changes. `open`: the first true choice.
Status propagate(Relation& order, const std::vector<BeforeOrAfter>& choices, BeforeOrAfter& open) {
  for (bool has_changed = true; has_changed;) {
    has_changed = false;
    bool is_open = false;
    for (const BeforeOrAfter& choice : choices) {
      if (order.contains(choice.first, choice.before) ||
          order.contains(choice.after, choice.first)) {
        continue;
      }
      const bool can_be_before = !order.contains(choice.before, choice.first);
      const bool can_be_after = !order.contains(choice.first, choice.after);
      if (!can_be_before && !can_be_after) return Status::Impossible;
      if (can_be_before && can_be_after) {
        if (!is_open) open = choice;
        is_open = true;
      } else if (can_be_before ? !order.order(choice.first, choice.before)
                               : !order.order(choice.after, choice.first)) {
        return Status::Impossible;
      } else {
        has_changed = true;
      }
    }
    if (!has_changed) return is_open ? Status::Open : Status::Done;
  }
  return Status::Done;
}

}  // namespace

std::optional<Relation> extended(Relation order, const std::vector<BeforeOrAfter>& choices,
                                 std::uint64_t& steps) {
  if (steps == 0) return std::nullopt;
  --steps;
  BeforeOrAfter open;
  switch (propagate(order, choices, open)) {
    case Status::Done:
      return order;
    case Status::Impossible:
      return std::nullopt;
    case Status::Open:
      break;
  }
  Relation before = order;
  if (before.order(open.first, open.before)) {
    if (auto found = extended(std::move(before), choices, steps)) return found;
  }
  if (!order.order(open.after, open.first)) return std::nullopt;
  return extended(std::move(order), choices, steps);
}

}  // namespace heddle::harness
