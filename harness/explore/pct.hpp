// PctStrategy: probabilistic concurrency testing (Burckhardt et al., ASPLOS 2010).
//
// Each lane gets a random priority when it first appears, and the highest one always steps; at d-1
// random points the one that would step falls below all others. With n lanes and k points, a bug
// that needs d ordering constraints is found with a probability of at least 1 / (n k^(d-1)). k is
// the largest number of points seen in a lesson, so the first execution has no change points.
//
// An agent that yields falls below all, and so does one that steps too often in a row while others
// could: otherwise a loop that waits for another agent would never end.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "harness/explore/sampled.hpp"

namespace heddle::harness {

class PctStrategy final : public SampledStrategy {
 public:
  PctStrategy(std::uint64_t seed, std::shared_ptr<Profile> profile, std::uint64_t depth)
      : SampledStrategy(seed, std::move(profile)), depth_(depth) {}

  [[nodiscard]] std::string_view name() const override { return "pct"; }

 private:
  void begin() override;
  [[nodiscard]] std::size_t choose_lane(const core::ChoicePoint& point) override;
  [[nodiscard]] std::size_t highest(const core::ChoicePoint& point);
  void demote(Lane lane) { priorities_[lane] = --lowest_; }

  std::uint64_t depth_;
  std::vector<std::uint64_t> change_points_;
  Table<std::int64_t> priorities_;  // 0: none yet; drawn ones are above those of change points,
                                    // which are above those of lanes that were demoted
  std::int64_t lowest_ = 0;
  std::uint64_t points_ = 0;
  Lane last_ = 0;
  std::uint64_t in_a_row_ = 0;
};

}  // namespace heddle::harness
