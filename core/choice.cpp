#include "core/choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace heddle::core {

std::string to_string(const Choice& choice) {
  switch (choice.kind) {
    case ChoiceKind::NextAgent:
      return fmt::format("t{}", choice.operand);
    case ChoiceKind::TimeoutFires:
      return fmt::format("timeout:t{}", choice.operand);
    case ChoiceKind::ReadsFrom:
      return fmt::format("rf:{}", choice.operand);
    case ChoiceKind::GrowSucceeds:
      return fmt::format("grow:{}", choice.operand);
    case ChoiceKind::SpawnSucceeds:
      return fmt::format("spawn:{}", choice.operand);
    case ChoiceKind::NanBits:
      return fmt::format("nan:{}", choice.operand);
    case ChoiceKind::RelaxedResult:
      return fmt::format("relaxed:{}", choice.operand);
    case ChoiceKind::TlsReclaim:
      return fmt::format("reclaim:{}", choice.operand);
    case ChoiceKind::CollectGarbage:
      return fmt::format("gc:{}", choice.operand);
    case ChoiceKind::Fault:
      return fmt::format("fault:{}", choice.operand);
  }
  return "?";
}

bool is_preemption(const ChoicePoint& point, const Choice& chosen) {
  const Choice go_on = Choice::next(point.previous);
  return chosen != go_on && std::ranges::find(point.options, go_on) != point.options.end();
}

Choice next_in_turn(const ChoicePoint& point) {
  std::optional<std::uint64_t> lowest;
  std::optional<std::uint64_t> next;
  for (const Choice& option : point.options) {
    if (option.kind != ChoiceKind::NextAgent) continue;
    lowest = std::min(lowest.value_or(option.operand), option.operand);
    if (option.operand <= point.previous.index) continue;
    next = std::min(next.value_or(option.operand), option.operand);
  }
  if (!lowest) return point.options.front();
  return {ChoiceKind::NextAgent, next.value_or(*lowest)};
}

}  // namespace heddle::core
