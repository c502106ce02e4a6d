// FaultyStrategy: another strategy, in a world where things go wrong at given rates.
//
// Agents are taken out of the options for a while (pause, starve), waits time out too early or too
// late, and what core/faults.hpp leaves to the schedule goes wrong (FaultRates). The other strategy
// chooses among what is left. After `quiet_after` steps nothing goes wrong any more, and agents are
// chosen uniformly at random: what does not end then has no reason for it but the program.
//
// Nothing of this needs to be recorded but what is chosen.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "core/fault_rates.hpp"
#include "harness/explore/lanes.hpp"
#include "harness/explore/wrapped.hpp"

namespace heddle::harness {

class FaultyStrategy final : public WrappedStrategy {
 public:
  FaultyStrategy(std::unique_ptr<Strategy> inner, std::uint64_t seed,
                 const core::FaultRates& rates);

  [[nodiscard]] bool begin_execution() override;
  [[nodiscard]] core::Choice choose(const core::ChoicePoint& point) override;

 private:
  [[nodiscard]] bool happens(double rate);
  [[nodiscard]] bool is_quiet(const core::ChoicePoint& point) const {
    return rates_.quiet_after != 0 && point.step >= rates_.quiet_after;
  }
  // Timeouts that are options beside steps: without early ones, those whose time has come.
  [[nodiscard]] bool are_due() const { return rates_.timeout_early == 0; }
  [[nodiscard]] core::Choice choose_fault(const core::ChoicePoint& point);
  [[nodiscard]] core::Choice choose_timeout(const core::ChoicePoint& point);
  [[nodiscard]] core::Choice choose_quietly(const core::ChoicePoint& point);
  [[nodiscard]] core::Choice choose_among_awake(const core::ChoicePoint& point);
  void put_someone_to_sleep(const core::ChoicePoint& point);

  core::FaultRates rates_;

  // Of the present execution.
  std::uint64_t points_ = 0;
  Table<std::uint64_t> asleep_until_;  // by agent: points
  std::vector<core::Choice> awake_;
  // The pending actions of those who are awake, as positions among those of all.
  struct Awake {
    const core::ChoicePoint* point = nullptr;
    std::vector<std::size_t> pending;
  } view_;
};

}  // namespace heddle::harness
