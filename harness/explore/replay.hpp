// ReplayStrategy: one execution, after a recorded schedule.
//
// Once the recorded choices are used up, the schedule's tail decides.
//
// Strict: each recorded choice must be among the options, and all must be used; with a record, each
// choice, also behind the schedule's end, must be made after as many steps, among the same options,
// and before the same operation at the same place. Otherwise the first divergence is kept and the
// execution is abandoned. Lenient, for schedules that were edited or
// whose program has changed:
//   1. A choice between agents (or timeouts) that is not among the options is dropped, and the next
//      recorded choice is looked at.
//   2. So is a recorded choice of another kind where agents are chosen.
//   3. Where something else is chosen (does memory.grow succeed?) and the next recorded choice is
//      not among the options, the first option is taken and nothing dropped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/record.hpp"
#include "core/rng.hpp"
#include "core/schedule.hpp"
#include "harness/explore/strategy.hpp"

namespace heddle::harness {

enum class ReplayMode : std::uint8_t { Strict, Lenient };

// Where an execution left its schedule, or its record.
struct Divergence {
  std::size_t choice = 0;  // of the execution's choices, from 0
  std::uint64_t step = 0;  // visible steps made before
  std::string wanted;      // the recorded choice; empty if there is none
  std::string options;     // what there was to choose from; empty if the execution had ended
  // Both sides, as far as there is a record and the execution has come so far.
  std::optional<core::ChoiceRecord> recorded{};
  std::optional<core::ChoiceRecord> actual{};
  std::size_t earliest = 0;  // equal to `choice`, or it is one of those in between

  bool operator==(const Divergence&) const = default;
};
// "choice 7 (after 12 steps) is t2, but the options are t1 timeout:t3". One line, without the
// details of both sides: see harness/run/divergence_text.hpp.
[[nodiscard]] std::string to_string(const Divergence& divergence);

class ReplayStrategy final : public Strategy {
 public:
  // `expected` is for strict replay only.
  ReplayStrategy(core::Schedule schedule, ReplayMode mode,
                 std::optional<core::Record> expected = std::nullopt);

  [[nodiscard]] std::string_view name() const override { return "replay"; }
  [[nodiscard]] bool begin_execution() override;
  [[nodiscard]] core::Choice choose(const core::ChoicePoint& point) override;
  [[nodiscard]] bool wants_stop() const override;
  void end_execution(const core::Execution& execution) override;
  [[nodiscard]] bool is_exhausted() const override { return has_begun_; }

  // Of strict replay only.
  [[nodiscard]] const std::optional<Divergence>& divergence() const { return divergence_; }
  // Of the execution that has ended.
  [[nodiscard]] core::Record take_record() { return builder_.finish(); }

 private:
  [[nodiscard]] core::Choice choose_strictly(const core::ChoicePoint& point);
  [[nodiscard]] core::Choice choose_leniently(const core::ChoicePoint& point);
  void compare(const core::ChoiceRecord& actual);
  void compare_blocks();
  [[nodiscard]] const core::ChoiceRecord* expected_at(std::size_t choice) const;
  [[nodiscard]] core::Choice choose_by_tail(const core::ChoicePoint& point);
  [[nodiscard]] bool has_next() const { return next_ < schedule_.choices.size(); }

  core::Schedule schedule_;
  ReplayMode mode_;
  core::Rng tail_rng_;
  std::size_t next_ = 0;  // into the recorded choices
  bool has_begun_ = false;
  std::optional<Divergence> divergence_;
  std::optional<core::Record> expected_;
  core::RecordBuilder builder_;  // of strict replay
};

}  // namespace heddle::harness
