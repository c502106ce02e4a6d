// SurwStrategy: selectively uniform random walk (Zhao et al., ASPLOS 2025).
//
// One range of memory for which agents contend is selected in each execution, with a probability in
// proportion to the accesses it gets. The orders of the selected events are drawn as URW draws
// interleavings, by the selected events that each agent still has before it; everything else
// happens by random priorities. An agent that comes to a selected event out of turn has to wait for
// the one whose turn it is.
//
// Heddle's addition: in seven of eight executions, agents that began at the same place (twenty
// setters and one checker) share one weight: whose turn it is is drawn among roles first, then
// within the role. A bug that needs one checker before twenty setters is then as likely as one that
// needs it before two. Orders are no longer equally likely there, but all are possible.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "harness/explore/sampled.hpp"
#include "harness/explore/weights.hpp"

namespace heddle::harness {

class SurwStrategy final : public SampledStrategy {
 public:
  SurwStrategy(std::uint64_t seed, std::shared_ptr<Profile> profile)
      : SampledStrategy(seed, std::move(profile)) {}

  [[nodiscard]] std::string_view name() const override { return "surw"; }

 private:
  void begin() override;
  [[nodiscard]] std::size_t choose_lane(const core::ChoicePoint& point) override;
  void select_range();
  void update_weights(const core::ChoicePoint& point);
  [[nodiscard]] bool is_selected(const core::ChoicePoint& point, std::size_t option);
  // The highest priority among those that do not wait for their turn; none if all do.
  [[nodiscard]] std::optional<std::size_t> highest(const core::ChoicePoint& point);
  // The agent that has the next selected event.
  [[nodiscard]] std::uint64_t draw_turn(const core::ChoicePoint& point);
  [[nodiscard]] std::uint64_t draw_turn_by_roles();
  void end_turn();

  std::optional<ContendedRange> selected_;
  bool weighs_roles_ = false;
  Weights weights_;
  PendingCache pending_;
  Table<std::uint64_t> priorities_;  // by lane; 0: to be drawn
  std::optional<std::uint64_t> turn_;
  Table<std::uint8_t> waits_;  // by agent, for its turn
  bool some_wait_ = false;
  struct Candidate {
    std::uint64_t agent = 0;
    std::uint64_t weight = 0;
    core::CodeLocation role{};
  };
  std::vector<Candidate> candidates_;
};

}  // namespace heddle::harness
