#include "harness/explore/replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

namespace heddle::harness {
namespace {

using core::Choice;
using core::ChoiceKind;
using core::ChoicePoint;

bool contains(std::span<const Choice> options, const Choice& choice) {
  return std::ranges::find(options, choice) != options.end();
}

bool is_between_agents(const Choice& choice) {
  return choice.kind == ChoiceKind::NextAgent || choice.kind == ChoiceKind::TimeoutFires;
}

std::string text_of(std::span<const Choice> options) {
  std::string text;
  for (const Choice& option : options) {
    if (!text.empty()) text += ' ';
    text += to_string(option);
  }
  return text;
}

}  // namespace

std::string to_string(const Divergence& divergence) {
  const std::string recorded = fmt::format("choice {} (after {} steps) is {}, but ",
                                           divergence.choice, divergence.step, divergence.wanted);
  if (divergence.options.empty()) return recorded + "there is nothing left to choose";
  return recorded + "the options are " + divergence.options;
}

ReplayStrategy::ReplayStrategy(core::Schedule schedule, ReplayMode mode)
    : schedule_(std::move(schedule)), mode_(mode), tail_rng_(schedule_.tail.seed) {}

bool ReplayStrategy::begin_execution() { return !std::exchange(has_begun_, true); }

Choice ReplayStrategy::choose(const ChoicePoint& point) {
  switch (mode_) {
    case ReplayMode::Strict:
      return choose_strictly(point);
    case ReplayMode::Lenient:
      return choose_leniently(point);
  }
  return point.options.front();
}

Choice ReplayStrategy::choose_strictly(const ChoicePoint& point) {
  if (divergence_) return point.options.front();
  if (!has_next()) return choose_by_tail(point);
  const Choice& wanted = schedule_.choices[next_];
  if (!contains(point.options, wanted)) {
    divergence_ = Divergence{.choice = next_,
                             .step = point.step,
                             .wanted = to_string(wanted),
                             .options = text_of(point.options)};
    return point.options.front();
  }
  ++next_;
  return wanted;
}

Choice ReplayStrategy::choose_leniently(const ChoicePoint& point) {
  const bool agents_are_chosen = is_between_agents(point.options.front());
  while (has_next()) {
    const Choice& wanted = schedule_.choices[next_];
    if (contains(point.options, wanted)) {
      ++next_;
      return wanted;
    }
    if (!agents_are_chosen) return point.options.front();
    ++next_;
  }
  return choose_by_tail(point);
}

Choice ReplayStrategy::choose_by_tail(const ChoicePoint& point) {
  switch (schedule_.tail.kind) {
    case core::TailKind::Random:
      return point.options[tail_rng_.below(point.options.size())];
    case core::TailKind::First:
    case core::TailKind::Stop:  // a lenient replay may find only here that nothing is left
      return point.options.front();
  }
  return point.options.front();
}

bool ReplayStrategy::wants_stop() const {
  return divergence_.has_value() || (!has_next() && schedule_.tail.kind == core::TailKind::Stop);
}

void ReplayStrategy::end_execution(const core::Execution& execution) {
  if (mode_ != ReplayMode::Strict || divergence_ || !has_next()) return;
  divergence_ = Divergence{.choice = next_,
                           .step = execution.steps,
                           .wanted = to_string(schedule_.choices[next_]),
                           .options = ""};
}

}  // namespace heddle::harness
