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
  const std::string after = fmt::format("(after {} steps)", divergence.step);
  if (divergence.earliest != divergence.choice) {
    return fmt::format("one of the choices {} to {} {} is not made as it was recorded",
                       divergence.earliest, divergence.choice, after);
  }
  if (divergence.wanted.empty()) {
    return fmt::format("choice {} {} is one more than was recorded", divergence.choice, after);
  }
  if (divergence.recorded && divergence.actual &&
      divergence.recorded->choice == divergence.actual->choice) {
    return fmt::format("choice {} {} is {}, but not as it was recorded", divergence.choice, after,
                       divergence.wanted);
  }
  const std::string recorded =
      fmt::format("choice {} {} is {}, but ", divergence.choice, after, divergence.wanted);
  if (divergence.options.empty()) return recorded + "there is nothing left to choose";
  return recorded + "the options are " + divergence.options;
}

ReplayStrategy::ReplayStrategy(core::Schedule schedule, ReplayMode mode,
                               std::optional<core::Record> expected)
    : schedule_(std::move(schedule)),
      mode_(mode),
      tail_rng_(schedule_.tail.seed),
      expected_(std::move(expected)) {}

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
  const Choice wanted = has_next() ? schedule_.choices[next_] : choose_by_tail(point);
  if (!contains(point.options, wanted)) {
    divergence_ = Divergence{.choice = next_,
                             .step = point.step,
                             .wanted = to_string(wanted),
                             .options = text_of(point.options),
                             .earliest = next_};
    if (const core::ChoiceRecord* const recorded = expected_at(next_)) {
      divergence_->recorded = *recorded;
      divergence_->actual = core::record_of(point, point.options.front());
    }
    return point.options.front();
  }
  if (has_next()) ++next_;
  compare(core::record_of(point, wanted));
  return wanted;
}

const core::ChoiceRecord* ReplayStrategy::expected_at(std::size_t choice) const {
  if (!expected_ || choice >= expected_->choices.size()) return nullptr;
  return &expected_->choices[choice];
}

void ReplayStrategy::compare(const core::ChoiceRecord& actual) {
  const auto choice = static_cast<std::size_t>(builder_.record().count);
  builder_.add(actual);
  if (!expected_) return;
  const core::ChoiceRecord* const recorded = expected_at(choice);
  if (choice >= expected_->count || (recorded != nullptr && *recorded != actual)) {
    divergence_ = Divergence{.choice = choice, .step = actual.step, .actual = actual};
    divergence_->earliest = choice;
    divergence_->options = text_of(actual.options);
    if (recorded == nullptr) return;
    divergence_->recorded = *recorded;
    divergence_->wanted = to_string(recorded->choice);
    return;
  }
  compare_blocks();
}

// Of choices that were not recorded one by one, no more is known than their digest.
void ReplayStrategy::compare_blocks() {
  const core::Record& record = builder_.record();
  const std::size_t blocks = record.blocks.size();
  if (blocks == 0 || blocks > expected_->blocks.size()) return;
  if (record.blocks.back() == expected_->blocks[blocks - 1]) return;
  const auto last = static_cast<std::size_t>(record.count) - 1;
  divergence_ = Divergence{.choice = last, .earliest = last + 1 - core::Record::kBlock};
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
  if (mode_ != ReplayMode::Strict || divergence_) return;
  const auto made = static_cast<std::size_t>(builder_.record().count);
  const core::ChoiceRecord* const recorded = expected_at(made);
  if (!has_next() && recorded == nullptr) return;
  divergence_ = Divergence{.choice = made, .step = execution.steps, .earliest = made};
  divergence_->wanted = to_string(has_next() ? schedule_.choices[next_] : recorded->choice);
  if (recorded != nullptr) divergence_->recorded = *recorded;
}

}  // namespace heddle::harness
