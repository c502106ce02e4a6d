// ChaosStrategy: rr's chaos mode (O'Callahan et al., "Lightweight User-Space Record And Replay",
// 2017; Scheduler.cc), with time measured in events.
//
// One agent in ten has low priority, and gets a turn only when no other agent can step. Turns are
// short, middling or long at random, and agents of equal priority take turns in random order. Now
// and then all priorities are drawn anew. In some windows, low priority means nothing at all: those
// agents stand still unless nobody else can step, for 1 to 2048 events.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "harness/explore/sampled.hpp"

namespace heddle::harness {

class ChaosStrategy final : public SampledStrategy {
 public:
  ChaosStrategy(std::uint64_t seed, std::shared_ptr<Profile> profile)
      : SampledStrategy(seed, std::move(profile)) {}

  [[nodiscard]] std::string_view name() const override { return "chaos"; }

 private:
  enum class Priority : std::uint8_t { NotDrawn, High, Low };

  void begin() override;
  [[nodiscard]] std::size_t choose_lane(const core::ChoicePoint& point) override;
  [[nodiscard]] std::uint64_t draw_slice();
  [[nodiscard]] bool is_in_window() const;
  [[nodiscard]] bool is_low(Lane lane);
  [[nodiscard]] std::size_t start_turn(const core::ChoicePoint& point);

  Table<Priority> priorities_;
  std::uint64_t points_ = 0;
  std::uint64_t horizon_ = 0;     // how many points there may be
  std::uint64_t redraw_at_ = 0;   // priorities
  std::uint64_t window_ = 0;      // how long one lasts...
  std::uint64_t window_at_ = 0;   // ...and where the next one begins
  std::uint64_t slice_left_ = 0;  // of the turn
  Lane running_ = 0;
};

}  // namespace heddle::harness
